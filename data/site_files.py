"""Write the sample projects as planners send them: every format, with its habits."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas
import numpy as np
import pyproj
import shapely
import xlsxwriter

from data import samples
from data.attributes import ILLUSTRATIVE
from data.planes import GEOGRAPHIC, PROJECTED, projected_area_m2, to_geographic
from gis import corner_points, projection
from gis.files import write as files
from gis.files.atomic import zip_folder

ZONE_38_EPSG = 4526
ZONE_38_M = 38_000_000
XIAN_80_EPSG = 2383
FIXED_DAY = datetime(2026, 11, 23)
# fictional plots; the areas are ellipsoidal: plot 1 is 57,901.427 - 3,118.290 = 54,783.137 m2
CORNER_TEXT = """[属性描述]
格式版本号=1.01版本
数据产生单位=示例单位
数据产生日期=2026-11-23
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=38
精度=0.001
转换参数=,,,,,,
[地块坐标]
10,5.4783,1,示例修复区一,面,J50G000000,生态修复用地,0602,@
J1,1,4190512.340,38464210.115
J2,1,4190498.872,38464486.903
J3,1,4190301.506,38464471.228
J4,1,4190288.017,38464198.764
J1,1,4190512.340,38464210.115
J5,2,4190430.000,38464300.000
J6,2,4190380.000,38464298.500
J7,2,4190378.250,38464360.750
J8,2,4190428.400,38464362.200
J5,2,4190430.000,38464300.000
4,0.7018,2,示例修复区二,面,J50G000000,生态修复用地,0602,@
J1,1,4190250.115,38464520.330
J2,1,4190246.902,38464640.087
J3,1,4190130.455,38464611.940
J1,1,4190250.115,38464520.330
"""


def write_sites(frames: dict[str, geopandas.GeoDataFrame], folder: Path) -> None:
    """Write every footprint (EPSG:4547) in the format of its file name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / samples.CORNER_TEXT).write_bytes(CORNER_TEXT.replace("\n", "\r\n").encode("gb18030"))
    for file, frame in frames.items():
        _WRITERS.get(file, _as_it_is)(frame, folder / file)


def _as_it_is(frame: geopandas.GeoDataFrame, path: Path) -> None:
    files.write(frame, path)


def _corner_text(frame: geopandas.GeoDataFrame, path: Path) -> None:
    parcels = geopandas.GeoDataFrame(
        {
            "parcel_number": frame["DKBH"],
            "parcel_name": frame["DKMC"],
            "purpose": ILLUSTRATIVE,
            "area_m2": projected_area_m2(frame.geometry.to_numpy()),
        },
        geometry=shapely.transform(frame.geometry.to_numpy(), lambda xy: xy + np.array([ZONE_38_M, 0.0])),
        crs=ZONE_38_EPSG,
    )
    header = {"数据产生单位": f"{ILLUSTRATIVE}单位", "数据产生日期": FIXED_DAY.date().isoformat()}
    path.write_bytes(corner_points.write(parcels, crs=parcels.crs, header=header).encode("gb18030"))


def _drawing(frame: geopandas.GeoDataFrame, path: Path) -> None:
    # a drawing carries no attributes but the names of its layers
    files.write(frame.rename(columns={"DKMC": "Layer"}), path)


def _in_degrees(frame: geopandas.GeoDataFrame, path: Path) -> None:
    geographic = geopandas.GeoSeries(to_geographic(frame.geometry.to_numpy()), crs=GEOGRAPHIC)
    files.write(frame.set_geometry(geographic), path)


def _shapefile_without_cpg(frame: geopandas.GeoDataFrame, path: Path) -> None:
    with TemporaryDirectory() as folder:
        files.write(frame, Path(folder) / f"{path.stem}.shp")
        (Path(folder) / f"{path.stem}.cpg").unlink()
        zip_folder(Path(folder), path)


def _xian_80(frame: geopandas.GeoDataFrame, path: Path) -> None:
    # PROJ knows no parameters between the datums: the ellipsoid changes, the position does not
    moved = projection.transform(
        frame.geometry.to_numpy(), pyproj.CRS.from_epsg(PROJECTED), pyproj.CRS.from_epsg(XIAN_80_EPSG)
    )
    files.write(frame.set_geometry(geopandas.GeoSeries(moved, crs=XIAN_80_EPSG)), path)


def _corners(frame: geopandas.GeoDataFrame) -> Iterator[tuple[str, int, np.ndarray]]:
    """Yield parcel name, ring number and coordinates, closing point included."""
    for name, polygon in zip(frame["DKMC"], frame.geometry, strict=True):
        for ring, line in enumerate(shapely.get_rings(polygon), start=1):
            yield name, ring, shapely.get_coordinates(line)


def _csv_in_degrees(frame: geopandas.GeoDataFrame, path: Path) -> None:
    geographic = frame.set_geometry(to_geographic(frame.geometry.to_numpy()), crs=GEOGRAPHIC)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(["地块名称", "点号", "圈号", "经度", "纬度"])
    for name, ring, corners in _corners(geographic):
        for number, (lon, lat) in enumerate(corners[:-1], start=1):
            rows.writerow([name, f"J{number}", ring, f"{lon:.9f}", f"{lat:.9f}"])
    path.write_bytes(text.getvalue().encode("gb18030"))


def _xlsx_in_zone(frame: geopandas.GeoDataFrame, path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": FIXED_DAY})
        sheet = book.add_worksheet("界址点")
        sheet.write_row(0, 0, ["地块名称", "点号", "圈号", "X坐标", "Y坐标"])
        row = 0
        for name, ring, corners in _corners(frame):
            for number, (easting, northing) in enumerate(corners[:-1], start=1):
                row += 1
                values = [name, f"J{number}", ring, round(northing, 3), round(easting + ZONE_38_M, 3)]
                sheet.write_row(row, 0, values)


_WRITERS: dict[str, Callable[[geopandas.GeoDataFrame, Path], None]] = {
    samples.HOUSING: _corner_text,
    samples.SOLAR: _shapefile_without_cpg,
    samples.PUMPED_STORAGE: _in_degrees,
    samples.SIDING: _in_degrees,
    samples.INCINERATOR: _drawing,
    samples.TOURISM: _in_degrees,
    samples.PARK: _in_degrees,
    samples.VILLAGE: _csv_in_degrees,
    samples.QUARRY: _xlsx_in_zone,
    samples.COLLIERY: _xian_80,
}
