"""Every format, read from files that other software or a hand has written."""

from __future__ import annotations

import contextlib
import math
import sqlite3
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import fiona
import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from gis.errors import InputError
from gis.files.read import read
from gis.files.reading import Reading
from gis.files.vector import together
from tests import make_files as make


def planar_m2(reading: Reading) -> list[float]:
    return sorted(shapely.area(reading.frame.geometry.to_numpy()).round(6).tolist(), reverse=True)


def codes(reading: Reading) -> list[str]:
    return [note.code for note in reading.notes]


def filegdb(path: Path) -> Path:
    frame = pyogrio.read_dataframe(make.geopackage(path.with_suffix(".gpkg")))
    pyogrio.write_dataframe(frame, path, layer="地块", driver="OpenFileGDB")
    return path


def zipped_filegdb(folder: Path) -> Path:
    filegdb(folder / "inner" / "规划.gdb") if (folder / "inner").mkdir() is None else None
    (folder / "inner" / "规划.gpkg").unlink()
    return make.zipped(folder / "inner", folder / "规划.zip")


def mapinfo_tab(path: Path) -> Path:
    """Write a table with fiona, whose texts are GBK, and give its header the charset and a field name."""
    rows = [
        dict(zip(("DKMC", "FIELD2"), row, strict=True)) for row in zip(make.NAMES, make.USES, strict=True)
    ]
    schema = {"geometry": "Polygon", "properties": {"DKMC": "str:40", "FIELD2": "str:40"}}
    with fiona.open(path, "w", driver="MapInfo File", crs="EPSG:4547", schema=schema, encoding="GBK") as sink:
        for polygon, row in zip(make.PLOTS, rows, strict=True):
            sink.write({"geometry": shapely.geometry.mapping(polygon), "properties": row})
    raw = path.read_bytes().replace(b"Neutral", b"WindowsSimpChinese")
    path.write_bytes(raw.replace(b"FIELD2", "地块用途".encode("gbk")))
    return path


PLANAR: dict[str, Callable[[Path], Path]] = {
    "shapefile": make.shapefile,
    "shapefile folder": lambda folder: make.shapefile(folder / "测试 目录", "地块").parent,
    "shapefile zip": lambda folder: make.zipped(make.shapefile(folder / "in").parent, folder / "地块.zip"),
    "shapefile zip, GBK names": lambda folder: make.zipped(
        make.shapefile(folder / "in", "地块").parent, folder / "a.zip", names="gbk"
    ),
    "filegdb": lambda folder: filegdb(folder / "规划.gdb"),
    "filegdb zip": zipped_filegdb,
    "geopackage": lambda folder: make.geopackage(folder / "地块.gpkg"),
    "geopackage by fiona": lambda folder: make.with_fiona(folder / "a.gpkg", "GPKG", layer="地块"),
    "flatgeobuf": lambda folder: make.with_fiona(folder / "a.fgb", "FlatGeobuf"),
    "geoparquet": lambda folder: make.geoparquet(folder / "a.parquet"),
    "mif": lambda folder: make.mif(folder / "地块.mif"),
    "mif, charset Neutral": lambda folder: neutral(make.mif(folder / "a.mif")),
    "tab": lambda folder: mapinfo_tab(folder / "地块.tab"),
    "geojson in metres": lambda folder: make.geojson(
        folder / "a.geojson", make.PLOTS, crs="urn:ogc:def:crs:EPSG::4547"
    ),
}


def neutral(path: Path) -> Path:
    path.write_bytes(path.read_bytes().replace(b"WindowsSimpChinese", b"Neutral"))
    return path


@pytest.mark.parametrize("name", PLANAR)
def test_area_by_hand_and_chinese_attributes(name: str, tmp_path: Path) -> None:
    reading = read(PLANAR[name](tmp_path))
    # 1000 × 500 = 500 000; 400 × 400 - 100 × 100 = 150 000
    # MapInfo tables hold whole numbers: 2^31 steps over the width of their bounds, some centimetres.
    assert planar_m2(reading) == pytest.approx([500_000, 150_000], rel=1e-4 if name == "tab" else 1e-7)
    frame = reading.frame.sort_values("DKMC")
    assert frame["DKMC"].tolist() == ["北山采石场", "南沟排矸场"]
    assert frame["地块用途"].tolist() == ["工矿用地", "生态修复"]
    assert reading.frame.crs is None
    assert reading.stated is not None
    assert reading.frame.index.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("prj_encoding", "cpg", "found", "told"),
    [
        ("gbk", None, "gb18030", []),
        ("gbk", "GBK", "gb18030", []),
        ("gbk", "UTF-8", "gb18030", ["cpg_wrong"]),
        ("gbk", "ISO-8859-1", "gb18030", []),
        ("utf-8", None, "utf-8", []),
        ("utf-8", "UTF-8", "utf-8", []),
        ("utf-8", "GBK", "utf-8", ["cpg_wrong"]),
        ("gb18030", "nonsense", "gb18030", []),
    ],
)
def test_the_bytes_tell_the_encoding(
    prj_encoding: str, cpg: str | None, found: str, told: list[str], tmp_path: Path
) -> None:
    fields = ("DKMC", "用途")
    reading = read(make.shapefile(tmp_path, encoding=prj_encoding, cpg=cpg, fields=fields))
    assert (reading.encoding, codes(reading)) == (found, told)
    assert reading.frame["DKMC"].tolist() == list(make.NAMES)
    assert reading.frame.columns.tolist() == ["DKMC", "用途", "geometry"]


def test_gbk_that_could_be_utf8(tmp_path: Path) -> None:
    # 猫 is C3 A8 in GBK, which is è in UTF-8
    reading = read(make.shapefile(tmp_path / "a", fields=("DKMC",), rows=[("猫",), ("A",)]))
    assert reading.frame["DKMC"].tolist() == ["猫", "A"]
    said = read(make.shapefile(tmp_path / "b", fields=("DKMC",), rows=[("猫",), ("A",)], cpg="UTF-8"))
    assert said.frame["DKMC"].tolist() == ["è", "A"]


@pytest.mark.parametrize(
    ("field", "encoding", "expected"),
    [
        ("永久基本农田图斑", "gbk", "永久基本农"),
        ("A永久基本农田", "gbk", "A永久基本"),
        ("永久基本农田", "utf-8", "永久基"),
    ],
)
def test_field_names_cut_within_a_character(field: str, encoding: str, expected: str, tmp_path: Path) -> None:
    path = make.shapefile(tmp_path, fields=("DKMC", field), encoding=encoding, cut_names=True)
    assert read(path).frame.columns.tolist() == ["DKMC", expected, "geometry"]


def test_two_fields_cut_to_one_name_stay_two(tmp_path: Path) -> None:
    path = make.shapefile(tmp_path, fields=("永久基本农田面积", "永久基本农田等级"), cut_names=True)
    frame = read(path).frame
    assert frame.columns.tolist() == ["永久基本农", "永久基本农_2", "geometry"]
    assert frame.iloc[0, :2].tolist() == ["北山采石场", "工矿用地"]


def test_a_value_cut_within_a_character_loses_only_the_half(tmp_path: Path) -> None:
    reading = read(make.shapefile(tmp_path, width=9))
    assert reading.frame["DKMC"].tolist() == ["北山采石", "南沟排矸"]
    assert codes(reading) == ["text_cut"]


def test_names_in_capitals_as_old_programs_write_them(tmp_path: Path) -> None:
    path = make.shapefile(tmp_path)
    for item in list(tmp_path.iterdir()):
        item.rename(item.with_name(item.name.upper()))
    assert len(read(path.with_name("PLOTS.SHP")).frame) == 2


def test_deleted_records_are_told(tmp_path: Path) -> None:
    path = make.shapefile(tmp_path)
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    raw[int.from_bytes(raw[8:10], "little")] = ord("*")
    path.with_suffix(".dbf").write_bytes(raw)
    reading = read(path)
    assert (reading.frame["DKMC"].tolist(), codes(reading)) == (["南沟排矸场"], ["records_deleted"])


def test_attributes_missing_are_told(tmp_path: Path) -> None:
    path = make.shapefile(tmp_path)
    path.with_suffix(".dbf").unlink()
    reading = read(path)
    assert (planar_m2(reading), codes(reading)) == ([500_000, 150_000], ["dbf_missing"])


@pytest.mark.parametrize(
    ("crs", "epsg"),
    [
        (None, 4326),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("urn:ogc:def:crs:EPSG::4490", 4490),
        ("EPSG:4490", 4490),
    ],
)
def test_geojson_with_and_without_crs_member(crs: str | None, epsg: int, tmp_path: Path) -> None:
    reading = read(make.geojson(tmp_path / "a.geojson", make.in_system(make.PLOTS, epsg), crs=crs))
    assert reading.stated is not None
    assert (reading.stated.to_epsg() or 4326) == epsg
    assert reading.frame["地块用途"].tolist() == list(make.USES)
    west, south = reading.frame.geometry.to_numpy()[0].bounds[:2]
    assert (west, south) == pytest.approx((113.59, 37.84), abs=0.01)


def test_geojson_with_byte_order_mark(tmp_path: Path) -> None:
    path = make.geojson(tmp_path / "a.json")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read(path).frame) == 2


def test_null_geometry_keeps_its_row(tmp_path: Path) -> None:
    shapes = [make.rings_of(make.RECTANGLE), None]
    assert shapely.is_missing(
        read(make.shapefile(tmp_path, shapes=shapes)).frame.geometry.to_numpy()
    ).tolist() == [
        False,
        True,
    ]
    reading = read(make.geopackage(tmp_path / "a.gpkg", [None, make.RECTANGLE]))
    assert shapely.is_missing(reading.frame.geometry.to_numpy()).tolist() == [True, False]


def curve_polygon(path: Path, radius_m: float) -> Path:
    """Write a half circle as an arc and its diameter."""
    make.geopackage(path, [make.RECTANGLE])
    x, y, r = make.EAST, make.NORTH, radius_m
    arc = struct.pack("<BII6d", 1, 8, 3, x, y, x + r, y + r, x + 2 * r, y)
    line = struct.pack("<BII4d", 1, 2, 2, x + 2 * r, y, x, y)
    ring = struct.pack("<BII", 1, 9, 2) + arc + line
    blob = b"GP" + struct.pack("<BBi", 0, 1, 4547) + struct.pack("<BII", 1, 10, 1) + ring
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute('UPDATE "地块" SET geom = ?', [blob])
    return path


@pytest.mark.parametrize("radius_m", [5.0, 100.0, 10_000.0])
def test_arcs_are_read_to_a_millimetre_and_told(radius_m: float, tmp_path: Path) -> None:
    reading = read(curve_polygon(tmp_path / "a.gpkg", radius_m))
    assert planar_m2(reading) == pytest.approx([math.pi * radius_m**2 / 2], rel=1e-6)
    arc = shapely.get_coordinates(reading.frame.geometry[0])[:-1]
    middles = (arc[1:] + arc[:-1]) / 2
    centre_m = np.hypot(middles[:, 0] - make.EAST - radius_m, middles[:, 1] - make.NORTH)
    assert radius_m - centre_m.min() < 0.001
    (note,) = (note for note in reading.notes if note.code == "arcs_as_chords")
    assert (note.severity, note.rows) == ("info", (0,))


def test_straight_lines_densified_in_another_system_are_no_arcs(tmp_path: Path) -> None:
    box = shapely.segmentize(shapely.box(113.2, 37.8, 113.9, 38.4), 0.0005)
    gpd.GeoDataFrame(geometry=[box], crs=4490).to_crs(4547).to_file(tmp_path / "a.gpkg")
    assert read(tmp_path / "a.gpkg").notes == ()


def test_several_layers_must_be_chosen(tmp_path: Path) -> None:
    path = make.with_fiona(tmp_path / "a.gpkg", "GPKG", layer="甲")
    make.with_fiona(path, "GPKG", layer="乙")
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "several_layers"
    assert "甲" in caught.value.said("zh")[0]
    assert len(read(path, layer="乙").frame) == 2
    assert len(read(path, layer="*").frame) == 4
    with pytest.raises(InputError) as caught:
        read(path, layer="丙")
    assert caught.value.code == "layer_missing"


def test_a_layer_inside_one_of_several_files(tmp_path: Path) -> None:
    make.with_fiona(tmp_path / "a.gpkg", "GPKG", layer="甲")
    make.with_fiona(tmp_path / "a.gpkg", "GPKG", layer="乙")
    make.shapefile(tmp_path)
    assert len(read(tmp_path, layer="a.gpkg/乙").frame) == 2
    assert len(read(tmp_path, layer="*").frame) == 6
    assert read(tmp_path, layer="plots.shp").kind == "shapefile"


def test_what_was_not_read_beside_it_is_told(tmp_path: Path) -> None:
    make.shapefile(tmp_path)
    (tmp_path / "界址点.txt").write_text("J1", encoding="utf-8")
    (tmp_path / "附件.zip").write_bytes(b"PK")
    reading = read(tmp_path)
    assert codes(reading) == ["files_left_out"]
    assert "界址点.txt" in reading.notes[0].what.zh
    assert "附件.zip" in reading.notes[0].what.zh


CORNERS = """[属性描述]
坐标系={system}
精度={precision_m}
[地块坐标]
4,,1,示例,面,,,,@
J1,1,{north},113.21
J2,1,{north},113.22
J3,1,38.0,113.22
J4,1,38.0,113.21
"""


def corner_texts(folder: Path, *stated: tuple[str, float]) -> Path:
    for number, (system, precision_m) in enumerate(stated):
        text = CORNERS.format(system=system, precision_m=precision_m, north=38.01 + number / 1000)
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


def test_several_files_together_are_no_more_precise_than_the_least_precise(tmp_path: Path) -> None:
    folder = corner_texts(tmp_path, ("2000国家大地坐标系", 0.1), ("2000国家大地坐标系", 0.9))
    assert read(folder, layer="*").precision_m == 0.9


def test_several_files_together_keep_what_they_declare(tmp_path: Path) -> None:
    folder = corner_texts(tmp_path, ("火星坐标系", 0.5), ("火星坐标系", 0.5))
    assert read(folder, layer="*").declared == "GCJ-02"


def test_several_files_that_declare_different_systems_are_refused(tmp_path: Path) -> None:
    make.geopackage(tmp_path / "a.gpkg", [make.RECTANGLE])
    one = read(tmp_path / "a.gpkg")
    for other in (replace(one, declared="GCJ-02"), replace(one, stated=None)):
        with pytest.raises(InputError) as caught:
            together([one, other], tmp_path, "folder")
        assert caught.value.code == "layers_differ_in_crs"


def test_rows_of_notes_are_counted_through_several_layers(tmp_path: Path) -> None:
    curve_polygon(tmp_path / "a.gpkg", 100.0)
    curve_polygon(tmp_path / "b.gpkg", 100.0)
    told = [note.rows for note in read(tmp_path, layer="*").notes if note.code == "arcs_as_chords"]
    assert told == [(0,), (1,)]
