"""The door: the same plot through every format, faults on their rows, nothing lost in silence."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis import area
from gis.errors import InputError, Text
from layers import load, spec
from layers.layer import Layer, Source
from layers.site import Site
from tests import make_files as make

DEGREES = make.in_system(make.PLOTS, 4490)
SOURCE = Source("test", "", date(2026, 1, 1), Text("测试", "test"), Text("无", "none"), True, None)


def codes(found: Site | Layer) -> dict[str, tuple[str, ...]]:
    return {issue.code: issue.rows for issue in found.issues}


def ellipsoidal_m2(site: Site) -> list[float]:
    return sorted(area.ellipsoidal_m2(site.parcels.geometry.to_numpy()).tolist(), reverse=True)


def corner_table() -> list[list[str]]:
    rows = [["地块编号", "地块名称", "点号", "圈号", "X", "Y"]]
    for number, (polygon, name) in enumerate(zip(make.PLOTS, make.NAMES, strict=True), start=1):
        for ring, line in enumerate((polygon.exterior, *polygon.interiors), start=1):
            rows += [
                [str(number), name, f"J{point}", str(ring), f"{y:.3f}", f"{x + 38_000_000:.3f}"]
                for point, (x, y) in enumerate(line.coords[:-1], start=1)
            ]
    return rows


def csv(path: Path, encoding: str) -> Path:
    path.write_bytes("".join(",".join(row) + "\r\n" for row in corner_table()).encode(encoding))
    return path


def xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    for number, row in enumerate(corner_table()):
        cells = row if number == 0 else [*row[:3], int(row[3]), float(row[4]), float(row[5])]
        book.active.append(cells)
    book.save(path)
    return path


def corner_text(path: Path) -> Path:
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "投影类型=高斯克吕格", "计量单位=米", "带号=38",
             "精度=0.001", "转换参数=,,,,,,", "[地块坐标]"]  # fmt: skip
    for number, (polygon, name) in enumerate(zip(make.PLOTS, make.NAMES, strict=True), start=1):
        rings = [list(line.coords) for line in (polygon.exterior, *polygon.interiors)]
        count = sum(map(len, rings))
        lines.append(f"{count},,{number},{name},面,,采矿用地,,@")
        first = 1
        for ring, points in enumerate(rings, start=1):
            numbers = [*range(first, first + len(points) - 1), first]
            lines += [
                f"J{point},{ring},{y:.3f},{x + 38_000_000:.3f}"
                for point, (x, y) in zip(numbers, points, strict=True)
            ]
            first += len(points) - 1
    path.write_bytes("\r\n".join(lines).encode("gbk"))
    return path


def filegdb(path: Path) -> Path:
    frame = pyogrio.read_dataframe(make.geopackage(path.with_name("source.gpkg")))
    pyogrio.write_dataframe(frame, path, layer="地块", driver="OpenFileGDB")
    return path


FORMATS: dict[str, Callable[[Path], Path]] = {
    "shapefile": make.shapefile,
    "shapefile zip": lambda folder: make.zipped(
        make.shapefile(folder / "in", "地块", cpg="UTF-8").parent, folder / "a.zip", names="gbk"
    ),
    "filegdb": lambda folder: filegdb(folder / "a.gdb"),
    "geopackage": lambda folder: make.geopackage(folder / "a.gpkg"),
    "flatgeobuf": lambda folder: make.with_fiona(folder / "a.fgb", "FlatGeobuf"),
    "geoparquet": lambda folder: make.geoparquet(folder / "a.parquet"),
    "geojson": lambda folder: make.geojson(folder / "a.geojson", DEGREES, crs="urn:ogc:def:crs:EPSG::4490"),
    "kml": lambda folder: make.kml(folder / "a.kml", DEGREES),
    "mif": lambda folder: make.mif(folder / "a.mif"),
    "csv": lambda folder: csv(folder / "界址点.csv", "gb18030"),
    "xlsx": lambda folder: xlsx(folder / "界址点.xlsx"),
    "corner text": lambda folder: corner_text(folder / "界址点.txt"),
    "dxf": lambda folder: make.dxf(folder / "a.dxf", [make.lwpolyline(make.corners(make.RECTANGLE))]),
}
DECLARED = {"dxf": "EPSG:4547", "csv": "EPSG:4526", "xlsx": "EPSG:4526"}


@pytest.mark.parametrize("name", FORMATS)
def test_one_plot_has_one_area_in_every_format(name: str, tmp_path: Path) -> None:
    site = load.site(FORMATS[name](tmp_path), crs=DECLARED.get(name))
    expected = area.ellipsoidal_m2(np.array(DEGREES)).tolist()
    # planar 500 000 m² less (y / R)² with y = 35.5 km: 3.1e-5 (15.6 m²)
    assert expected == pytest.approx([500_000 * (1 - 3.1e-5), 150_000 * (1 - 2.9e-5)], rel=2e-6)
    assert ellipsoidal_m2(site) == pytest.approx(expected[: len(site.parcels)], rel=1e-8)
    if name != "dxf":
        assert sorted(site.parcels["parcel_name"]) == sorted(make.NAMES)
    assert site.parcels.crs.to_epsg() == 4490
    assert site.parcels.index.tolist() == list(range(len(site.parcels)))
    assert site.lost_rows == ()
    longest = max(
        np.hypot(*(np.diff(np.array(ring.coords), axis=0) * [88_200, 111_000]).T).max()
        for polygon in site.parcels.geometry
        for ring in (polygon.exterior, *polygon.interiors)
    )
    assert longest < 50.5


def test_where_two_readings_are_possible_it_asks(tmp_path: Path) -> None:
    for path in (FORMATS["dxf"](tmp_path), FORMATS["csv"](tmp_path)):
        with pytest.raises(InputError) as caught:
            load.site(path)
        assert "EPSG:45" in caught.value.said("en")[1]


def test_rows_are_named_as_the_file_counts_them(tmp_path: Path) -> None:
    bow_tie = [(464000.0, 4190000.0), (464100.0, 4190100.0), (464100.0, 4190000.0), (464000.0, 4190100.0)]
    shapes = [
        make.rings_of(make.RECTANGLE),
        None,
        [[*bow_tie, bow_tie[0]]],
        [[bow_tie[0], bow_tie[1], bow_tie[0]]],
    ]
    rows = [("甲", "一"), ("乙", "二"), ("丙", "三"), ("丁", "四")]
    site = load.site(make.shapefile(tmp_path, shapes=shapes, rows=rows))
    assert site.parcels["parcel_name"].tolist() == ["甲", "丙"]
    assert site.parcels["row"].tolist() == [1, 3]
    assert site.parcels["doubtful"].tolist() == [False, True]
    assert site.lost_rows == (2, 4)
    found = codes(site)
    assert (found["missing"], found["self_crossing"], found["shape_doubtful"]) == (("2",), ("3",), ("3",))
    assert found.get("geometry_unreadable", found.get("collapsed")) == ("4",)


def test_duplicate_ids_are_told_and_all_kept(tmp_path: Path) -> None:
    path = make.shapefile(tmp_path, fields=("DKMC", "DKBH"), rows=[("甲", "7"), ("乙", "7")])
    site = load.site(path)
    assert (len(site.parcels), codes(site)["duplicate_ids"]) == (2, ("1", "2"))


def red_line(path: Path, **options: object) -> Layer:
    return load.layer(spec.catalogue()["ecological_red_line"], path, SOURCE, coverage=None, **options)  # type: ignore[arg-type]


def test_a_layer_with_known_unknown_and_no_sub_classes(tmp_path: Path) -> None:
    rows = [("自然保护地核心保护区", "1"), ("随便写的", "1")]
    layer = red_line(make.shapefile(tmp_path / "a", fields=("HXLX", "BSM"), rows=rows, width=24))
    assert layer.features["sub_class"].tolist() == ["core", None]
    found = codes(layer)
    assert (found["sub_class_unknown"], found["duplicate_ids"]) == (("2",), ("1", "2"))
    without = red_line(make.shapefile(tmp_path / "b"))
    assert without.features["sub_class"].tolist() == [None, None]
    assert [issue.severity for issue in without.issues if issue.code == "column_missing"] == ["error"]
    chosen = red_line(
        make.shapefile(tmp_path / "c", rows=[("一般控制区", ""), ("一般控制区", "")]),
        column_names={"sub_class": "DKMC"},
    )
    assert chosen.features["sub_class"].tolist() == ["other", "other"]


def test_a_field_the_user_named_but_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        red_line(make.shapefile(tmp_path), column_names={"sub_class": "没有"})
    assert caught.value.code == "column_missing"


def test_features_that_cannot_be_placed_are_counted(tmp_path: Path) -> None:
    shapes = [make.rings_of(make.RECTANGLE), None]
    layer = red_line(
        make.shapefile(tmp_path, fields=("HXLX",), rows=[("一般控制区",), ("一般控制区",)], shapes=shapes)
    )
    assert (len(layer.features), layer.unusable_rows, codes(layer)["missing"]) == (1, 1, ("2",))


def test_all_files_of_a_shapefile_are_in_its_hash(tmp_path: Path) -> None:
    path = make.shapefile(tmp_path)
    before = load.sha256_of(path)
    path.with_suffix(".prj").write_text(make.gauss_kruger_esri("other"), encoding="ascii")
    assert load.sha256_of(path) != before
    assert load.sha256_of(make.shapefile(tmp_path)) == before


def test_edits_that_lie_in_the_log_of_a_geopackage_are_in_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "线.gpkg"
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.box(113, 38, 114, 39)], crs=4490).to_file(path)
    before, content = load.sha256_of(path), path.read_bytes()
    with contextlib.closing(sqlite3.connect(path)) as editor:
        editor.execute("PRAGMA journal_mode=WAL")
        opened = load.sha256_of(path)
        editor.execute("CREATE TABLE more (id INTEGER)")
        editor.commit()
        assert path.with_name("线.gpkg-wal").stat().st_size > 0
        assert load.sha256_of(path) != opened
    path.write_bytes(content)
    assert load.sha256_of(path) == before, "a log that is not there is no difference"


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_a_log_is_part_of_a_file_and_an_empty_one_is_none(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"content")
    before = load.sha256_of(path)
    path.with_name(path.name + ending).write_bytes(b"")
    assert load.sha256_of(path) == before
    path.with_name(path.name + ending).write_bytes(b"edits")
    assert load.sha256_of(path) != before


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3), st.booleans(), st.permutations(range(2)))
def test_start_direction_and_row_order_make_no_difference(
    tmp_path: Path, start: int, turn: bool, order: list[int]
) -> None:
    def again(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
        ring = ring[:-1][start:] + ring[:-1][:start]
        ring = [*ring, ring[0]]
        return ring[::-1] if turn else ring

    polygons = [make.PLOTS[number] for number in order]
    changed = [
        shapely.Polygon(
            again(list(item.exterior.coords)), [again(list(hole.coords)) for hole in item.interiors]
        )
        for item in polygons
    ]
    site = load.site(make.geoparquet(tmp_path / "a.parquet", changed))
    expected = area.ellipsoidal_m2(np.array(DEGREES)).tolist()
    assert ellipsoidal_m2(site) == pytest.approx(expected, rel=1e-9)


def test_very_many_tiny_features(tmp_path: Path) -> None:
    count = 200_000
    x = make.EAST + 4.0 * (np.arange(count) % 1000)
    y = make.NORTH + 4.0 * (np.arange(count) // 1000)
    frame = gpd.GeoDataFrame(
        {"DKMC": np.arange(count).astype(str)}, geometry=shapely.box(x, y, x + 2, y + 2), crs=4547
    )
    frame.to_parquet(tmp_path / "a.parquet")
    site = load.site(tmp_path / "a.parquet")
    assert len(site.parcels) == count
    # 2 m × 2 m each, less 3e-5
    total = area.ellipsoidal_m2(site.parcels.geometry.to_numpy()).sum()
    assert total == pytest.approx(count * 4, rel=5e-5)
