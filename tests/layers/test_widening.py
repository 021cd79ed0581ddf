"""Points and lines with a width, alone and beside polygons."""

from __future__ import annotations

import json
import math
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from layers import load
from layers.site import Site

WEST, SOUTH = 500_000.0, 4_210_000.0
SQUARE = shapely.box(WEST, SOUTH, WEST + 100, SOUTH + 100)
ROAD = shapely.LineString([(WEST + 100, SOUTH + 50), (WEST + 300, SOUTH + 50)])
WELL = shapely.Point(WEST + 400, SOUTH + 50)


def widened(folder: Path, *shapes: shapely.Geometry, width_m: float = 10.0) -> Site:
    """Shapes in EPSG:4547, where 500 000 E is the central meridian: a metre there is a metre."""
    path = folder / "footprint.geojson"
    degrees = gpd.GeoSeries(list(shapes), crs=4547).to_crs(4490)
    features = [
        {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))}
        for shape in degrees
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return load.site(path, crs="EPSG:4490", width_m=width_m)


def noted(site: Site) -> dict[str, tuple[str, ...]]:
    return {issue.code: issue.rows for issue in site.issues}


@pytest.mark.parametrize(
    ("shapes", "expected_m2"),
    [
        ([SQUARE, ROAD], 100 * 100 + 200 * 10),
        # a strip that begins inside the square: the 30 m under it count once
        (
            [SQUARE, shapely.LineString([(WEST + 70, SOUTH + 50), (WEST + 300, SOUTH + 50)])],
            10_000 + 200 * 10,
        ),
        ([SQUARE, WELL], 10_000 + math.pi * 25),
        ([SQUARE, shapely.GeometryCollection([ROAD, WELL])], 10_000 + 2_000 + math.pi * 25),
    ],
)
def test_a_polygon_with_a_line_or_a_point_keeps_both(
    tmp_path: Path, shapes: list[shapely.Geometry], expected_m2: float
) -> None:
    site = widened(tmp_path, shapely.GeometryCollection(shapes))
    assert site.ground.area_m2.tolist() == [pytest.approx(expected_m2, rel=1e-3)]
    assert noted(site)["widened_and_joined"] == ("1",)
    assert "parts_of_other_kind" not in noted(site)


def test_a_line_and_a_point_in_one_feature_are_both_widened(tmp_path: Path) -> None:
    site = widened(tmp_path, shapely.GeometryCollection([ROAD, WELL]))
    assert site.ground.area_m2.tolist() == [pytest.approx(2_000 + math.pi * 25, rel=1e-3)]
    assert noted(site)["widened"] == ("1",)


def test_polygons_stay_as_they_are_and_lines_beside_them_are_widened(tmp_path: Path) -> None:
    site = widened(tmp_path, SQUARE, ROAD)
    assert site.ground.area_m2.tolist() == [pytest.approx(10_000, rel=1e-4), pytest.approx(2_000, rel=1e-4)]
    assert noted(site)["widened"] == ("2",)
    assert "widened_and_joined" not in noted(site)


def test_a_line_without_length_beside_a_polygon_is_told(tmp_path: Path) -> None:
    nowhere = shapely.LineString([(WEST + 300, SOUTH), (WEST + 300, SOUTH)])
    site = widened(tmp_path, shapely.GeometryCollection([SQUARE, nowhere]))
    assert site.ground.area_m2.tolist() == [pytest.approx(10_000, rel=1e-4)]
    assert "widened_and_joined" not in noted(site)
    assert noted(site)["line_without_length"] == ("1",)
