"""Files cut short, systematically: a cut file is an error, or it comes back with every feature it had."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fiona
import pyogrio
import pytest
import shapely

from gis.errors import InputError
from gis.files.read import read
from tests import make_files as make

COUNT = 120
SQUARES = [
    shapely.box(x, y, x + 10, y + 10)
    for x, y in (
        (make.EAST + 20 * (number % 12), make.NORTH + 20 * (number // 12)) for number in range(COUNT)
    )
]
IN_DEGREES = make.in_system(SQUARES, 4326)
ROWS = [(f"地块{number}", "采石") for number in range(COUNT)]
MINOR = (".prj", ".cpg", ".timestamps")


def ogr(path: Path, driver: str) -> Path:
    schema = {"geometry": "Polygon", "properties": {"DKMC": "str:20"}}
    with fiona.open(path, "w", driver=driver, crs="EPSG:4547", schema=schema) as sink:
        sink.writerecords(
            {"geometry": shapely.geometry.mapping(square), "properties": {"DKMC": f"plot {number}"}}
            for number, square in enumerate(SQUARES)
        )
    return path


def filegdb(path: Path) -> Path:
    frame = pyogrio.read_dataframe(make.geopackage(path.with_name("source.gpkg"), SQUARES))
    for layer in ("甲", "乙"):
        pyogrio.write_dataframe(frame, path, layer=layer, driver="OpenFileGDB", append=path.exists())
    path.with_name("source.gpkg").unlink()
    return path


def mif(path: Path) -> Path:
    head = (
        f'Version 300\nCharset "Neutral"\nDelimiter ","\n{MIF_SYSTEM}\nColumns 1\n  DKMC Char(20)\nData\n\n'
    )
    body = "".join(
        "Region 1\n  5\n" + "".join(f"{x:.3f} {y:.3f}\n" for x, y in square.exterior.coords)
        + "    Pen (1,2,0)\n    Brush (1,0,16777215)\n"
        for square in SQUARES
    )  # fmt: skip
    path.write_text(head + body, encoding="ascii")
    path.with_suffix(".mid").write_text("".join(f'"{number}"\n' for number in range(COUNT)), encoding="ascii")
    return path


MIF_SYSTEM = 'CoordSys Earth Projection 8, 104, "m", 114, 0, 1, 500000, 0'
FILES: dict[str, Callable[[Path], Path]] = {
    "shapefile": lambda folder: make.shapefile(
        folder, shapes=[make.rings_of(square) for square in SQUARES], rows=ROWS
    ),
    "filegdb": lambda folder: filegdb(folder / "a.gdb"),
    "geopackage": lambda folder: make.geopackage(folder / "a.gpkg", SQUARES),
    "geopackage, indexed": lambda folder: ogr(folder / "a.gpkg", "GPKG"),
    "flatgeobuf": lambda folder: ogr(folder / "a.fgb", "FlatGeobuf"),
    "geoparquet": lambda folder: make.geoparquet(folder / "a.parquet", SQUARES),
    "geojson": lambda folder: make.geojson(folder / "a.geojson", IN_DEGREES),
    "geojson, one line": lambda folder: make.geojson(folder / "a.geojson", IN_DEGREES, indent=None),
    "kml": lambda folder: make.kml(folder / "a.kml", IN_DEGREES),
    "dxf 2000": lambda folder: make.dxf(
        folder / "a.dxf", [make.lwpolyline(make.corners(square)) for square in SQUARES]
    ),
    "dxf R12": lambda folder: make.dxf(
        folder / "a.dxf", [make.polyline(make.corners(square)) for square in SQUARES], version="AC1009"
    ),
    "mif": lambda folder: mif(folder / "a.mif"),
    "tab": lambda folder: ogr(folder / "a.tab", "MapInfo File"),
    "zip": lambda folder: make.zipped(
        make.shapefile(folder / "in", shapes=[make.rings_of(square) for square in SQUARES], rows=ROWS).parent,
        folder / "a.zip",
    ),
}


def kmz(folder: Path) -> Path:
    (folder / "in").mkdir()
    make.kml(folder / "in" / "doc.kml", IN_DEGREES)
    return make.zipped(folder / "in", folder / "a.kmz")


FILES["kmz"] = kmz


def content(path: Path) -> tuple[int, list[bytes], list[str]]:
    frame = read(path, layer="*").frame
    name = "DKMC" if "DKMC" in frame else "Name" if "Name" in frame else "Layer"
    names = frame[name].tolist() if name in frame else []
    return len(frame), [shapely.to_wkb(item) for item in frame.geometry], names


def pieces(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.iterdir())
    if path.suffix in (".shp", ".tab", ".mif"):
        return sorted(item for item in path.parent.iterdir() if item.stem == path.stem)
    return [path]


@pytest.mark.parametrize("name", FILES)
def test_a_cut_file_is_an_error_or_whole(name: str, tmp_path: Path) -> None:
    path = FILES[name](tmp_path)
    whole = content(path)
    assert whole[0] == (2 * COUNT if name == "filegdb" else COUNT)
    refused = 0
    for piece in pieces(path):
        raw = piece.read_bytes()
        for cut in (0, len(raw) // 10, len(raw) // 2, len(raw) * 9 // 10, len(raw) - 1):
            piece.write_bytes(raw[:cut])
            refused += _refused_or_whole(path, whole, f"{piece.name} cut at {cut} of {len(raw)}")
        if piece != path and piece.suffix not in (*MINOR, ".dbf"):
            piece.unlink()
            refused += _refused_or_whole(path, whole, f"{piece.name} gone")
        piece.write_bytes(raw)
    assert refused >= 4


def _refused_or_whole(path: Path, whole: tuple[int, list[bytes], list[str]], case: str) -> int:
    try:
        found = content(path)
    except InputError as error:
        assert all(error.said("zh")), case
        return 1
    assert found == whole, case
    return 0


def test_a_missing_index_of_shapes_is_an_error(tmp_path: Path) -> None:
    path = make.shapefile(tmp_path)
    path.with_suffix(".shx").unlink()
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "shx_missing"


def test_fewer_records_than_shapes(tmp_path: Path) -> None:
    path = make.shapefile(tmp_path)
    path.with_suffix(".dbf").write_bytes(make.dbf(make.FIELDS, [("一", "二")], "gbk", 20))
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "record_counts_differ"
