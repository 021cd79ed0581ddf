"""Bad input at the door (issue 2 §7): a clear error or issue rows; nothing lost, nothing "clear".

The formats' own damage is in ``tests/gis/files`` (truncation, archives, wrong extensions).
"""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path

import pytest
import shapely

from gis.errors import InputError
from layers import load, spec
from layers.layer import Layer
from layers.site import Site
from tests import make_files as make
from tests.layers.test_load import SOURCE

RECTANGLE = make.rings_of(make.RECTANGLE)
X, Y = make.EAST, make.NORTH


def refused(path: Path, crs: str | None = None, layer: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        load.site(path, crs=crs, layer=layer)
    what, mend = caught.value.said("zh")
    assert what.endswith(("。", "？"))
    assert mend.endswith(("。", "？"))
    assert all(caught.value.said("en"))
    return caught.value.code


def codes(found: Site | Layer) -> dict[str, tuple[str, ...]]:
    return {issue.code: issue.rows for issue in found.issues}


def accounted(site: Site, rows: int) -> None:
    """Every row of the file is a parcel or is named as lost."""
    assert sorted([*site.parcels["row"].tolist(), *site.lost_rows]) == list(range(1, rows + 1))


@pytest.mark.parametrize("kind", ["Point", "LineString"])
def test_only_points_or_lines_where_polygons_are_needed(kind: str, tmp_path: Path) -> None:
    shape = shapely.Point(X, Y) if kind == "Point" else shapely.LineString([(X, Y), (X + 9, Y)])
    path = make.with_fiona(tmp_path / "a.gpkg", "GPKG", geometries=[shape, shape], kind=kind)
    assert refused(path) == "no_usable_geometry"
    layer_spec = spec.catalogue()["ecological_red_line"]
    with pytest.raises(InputError) as caught:
        load.layer(layer_spec, path, SOURCE, coverage=None)
    assert caught.value.code == "no_usable_geometry"


def test_lines_among_polygons_are_named(tmp_path: Path) -> None:
    line = shapely.LineString([(X, Y), (X + 9, Y)])
    path = make.with_fiona(tmp_path / "a.gpkg", "GPKG", geometries=[make.RECTANGLE, line], kind="Unknown")
    site = load.site(path)
    assert (site.lost_rows, codes(site)["wrong_kind"]) == ((2,), ("2",))
    accounted(site, 2)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_coordinates_that_are_no_numbers(bad: float, tmp_path: Path) -> None:
    ring = [(X, Y), (X, Y + 9), (X + 9, bad), (X, Y)]
    site = load.site(make.shapefile(tmp_path / "a", shapes=[RECTANGLE, [ring]]))
    assert (site.lost_rows, codes(site)["not_finite"]) == ((2,), ("2",))
    accounted(site, 2)
    alone = make.shapefile(tmp_path / "b", shapes=[[ring]], rows=[("甲", "乙")])
    assert refused(alone) in ("no_usable_geometry", "no_coordinates")


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "1e999", "null", '"x"'])
def test_geojson_coordinates_that_are_no_numbers(bad: str, tmp_path: Path) -> None:
    path = make.geojson(tmp_path / "a.geojson")
    text = json.loads(path.read_text(encoding="utf-8"))
    text["features"][1]["geometry"]["coordinates"][0][1] = ["BAD", 37.8]
    path.write_text(json.dumps(text).replace('"BAD"', bad), encoding="utf-8")
    try:
        site = load.site(path)
    except InputError:
        return
    assert site.lost_rows == (2,)
    accounted(site, 2)


def test_a_polygon_spanning_the_world(tmp_path: Path) -> None:
    world = shapely.box(-180, -90, 180, 90)
    assert refused(make.geojson(tmp_path / "a.geojson", [world])) == "crs_does_not_fit"
    assert (
        refused(make.geojson(tmp_path / "b.geojson", [*make.in_system(make.PLOTS, 4326), world]))
        == "crs_does_not_fit"
    )
    assert refused(make.geojson(tmp_path / "c.geojson", [shapely.box(-1e300, -1e300, 1e300, 1e300)])) != ""


def test_numbers_that_are_no_place(tmp_path: Path) -> None:
    for number, box in enumerate(
        [(0, 0, 1, 1), (1e9, 1e9, 2e9, 2e9), (5000, 5000, 5100, 5100), (464e3, 4.19e6, 465e3, 1e12)]
    ):
        path = make.shapefile(
            tmp_path / str(number), shapes=[make.rings_of(shapely.box(*box))], rows=[("甲", "乙")]
        )
        assert refused(path) == "crs_does_not_fit"


def test_a_self_crossing_ring_is_never_taken_for_sound(tmp_path: Path) -> None:
    bow_tie = [(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100), (X, Y)]
    site = load.site(make.shapefile(tmp_path, shapes=[RECTANGLE, [bow_tie]]))
    assert site.parcels["doubtful"].tolist() == [False, True]
    assert [issue.severity for issue in site.issues if issue.code == "shape_doubtful"] == ["error"]
    # two triangles of 100 m × 50 m / 2, less 3e-5
    assert load.area.ellipsoidal_m2(site.parcels.geometry.to_numpy())[1] == pytest.approx(5000, rel=5e-5)


@pytest.mark.parametrize(
    "ring",
    [
        [(X, Y), (X + 9, Y), (X, Y)],
        [(X, Y), (X + 9, Y)],
        [(X, Y), (X, Y), (X, Y), (X, Y)],
        [(X, Y), (X + 9, Y + 9), (X, Y), (X + 9, Y + 9), (X, Y)],
        [(X, Y)],
        [],
    ],
)
def test_a_ring_without_area(ring: list[tuple[float, float]], tmp_path: Path) -> None:
    site = load.site(make.shapefile(tmp_path / "a", shapes=[RECTANGLE, [ring]]))
    assert site.lost_rows == (2,)
    assert {"geometry_unreadable", "collapsed", "missing", "empty"} & codes(site).keys()
    accounted(site, 2)
    assert (
        refused(make.shapefile(tmp_path / "b", shapes=[[ring]], rows=[("甲", "乙")])) == "no_usable_geometry"
    )


def test_a_boundary_left_open_is_closed_and_told(tmp_path: Path) -> None:
    """GDAL told to refuse open rings drops them: the hole would become the plot."""
    outer, hole = make.rings_of(make.WITH_HOLE)
    shapes = [[outer[:-1], hole], [outer, [*hole[:-1], (hole[0][0], hole[0][1] + 0.001)]]]
    site = load.site(make.shapefile(tmp_path, shapes=shapes))
    assert codes(site)["rings_closed"] == ("1", "2")
    # 400 × 400 - 100 × 100, the second less a sliver of 100 m × 1 mm / 2
    assert site.parcels["planar_m2"].tolist() == pytest.approx([150_000, 150_000], abs=0.1)


def test_null_geometry_is_named_by_row(tmp_path: Path) -> None:
    site = load.site(make.geopackage(tmp_path / "a.gpkg", [None, make.RECTANGLE, None, make.WITH_HOLE]))
    assert (site.lost_rows, codes(site)["missing"]) == ((1, 3), ("1", "3"))
    accounted(site, 4)
    assert refused(make.geopackage(tmp_path / "b.gpkg", [None, None])) == "no_usable_geometry"


def test_no_features_at_all(tmp_path: Path) -> None:
    assert refused(make.shapefile(tmp_path / "a", shapes=[], rows=[])) == "no_usable_geometry"
    assert refused(make.geopackage(tmp_path / "b.gpkg", [])) == "no_usable_geometry"
    (tmp_path / "c.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert refused(tmp_path / "c.geojson") == "no_usable_geometry"


@pytest.mark.parametrize(
    "text",
    ["{}", "[]", '{"type": "Nonsense"}', '{"type": "FeatureCollection"}', '{"type": "Topology"}',
     '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon"}}]}',
     '{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read /etc/passwd ! write a.shp"}'],
)  # fmt: skip
def test_json_that_is_no_geojson(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    assert refused(path)


def test_a_csv_without_coordinates(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,面积\n甲,12\n乙,13\n", encoding="utf-8")
    assert refused(path)


def test_a_polygon_of_ten_thousand_spikes_and_one_of_a_million_corners(tmp_path: Path) -> None:
    comb = [point for step in range(10_000) for point in ((X + step, Y), (X + step, Y + 5), (X + step, Y))]
    comb += [(X + 10_000, Y), (X + 10_000, Y - 100), (X, Y - 100), (X, Y)]
    site = load.site(make.shapefile(tmp_path, shapes=[[comb]], rows=[("甲", "乙")]))
    assert codes(site)["spikes"] == ("1",)
    # 10 000 m × 100 m
    assert site.parcels["planar_m2"].tolist() == pytest.approx([1_000_000])


def test_a_header_that_lies_about_its_records(tmp_path: Path) -> None:
    path = make.shapefile(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[100 + 8 + 36 : 100 + 8 + 44] = struct.pack("<2i", 2_000_000_000, 2_000_000_000)
    path.write_bytes(raw)
    try:
        site = load.site(path)
    except InputError:
        return
    assert site.lost_rows == (1,)
    accounted(site, 2)


def test_damaged_bytes_never_end_in_another_kind_of_error(tmp_path: Path) -> None:
    """Every 13th byte of each file turned over: an input error, or as many rows as there were."""
    files = [
        make.shapefile(tmp_path / "a"), make.geopackage(tmp_path / "a.gpkg"), make.geojson(tmp_path / "a.geojson"),
        make.kml(tmp_path / "a.kml"), make.geoparquet(tmp_path / "a.parquet"), make.mif(tmp_path / "a.mif"),
        make.with_fiona(tmp_path / "a.fgb", "FlatGeobuf"),
    ]  # fmt: skip
    for path in files:
        raw = path.read_bytes()
        step = max(13, len(raw) // 25)
        for position in range(0, len(raw), step):
            path.write_bytes(raw[:position] + bytes([raw[position] ^ 0xFF]) + raw[position + 1 :])
            try:
                accounted(load.site(path), 2)
            except InputError as error:
                assert all(error.said("en")), (path.name, position)
        path.write_bytes(raw)
        accounted(load.site(path), 2)


def test_a_dozen_faults_at_once(tmp_path: Path) -> None:
    bow_tie = [(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100), (X, Y)]
    shapes = [
        RECTANGLE,
        None,
        [bow_tie],
        [[(X, Y), (X + 9, Y)]],
        [[(X, Y), (X, math.nan), (X + 9, Y), (X, Y)]],
    ]
    rows = [("1", "甲"), ("1", "乙"), ("", ""), ("4", "丁"), ("5", "戊")]
    site = load.site(make.shapefile(tmp_path, shapes=shapes, rows=rows, fields=("DKBH", "DKMC"), cpg="UTF-8"))
    accounted(site, 5)
    assert site.lost_rows == (2, 4, 5)
    assert {
        "missing",
        "self_crossing",
        "not_finite",
        "shape_doubtful",
        "duplicate_ids",
        "cpg_wrong",
    } <= codes(site).keys()
    assert all(issue.what.zh and issue.done.en for issue in site.issues)
