"""Overlap: hand-countable cells, and what must always hold."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import area, equal_area, overlap
from gis.errors import CrsMixUpError
from gis.overlap import Ground, covered_m2, pairs
from tests.gis import outlines

WEST, SOUTH, CELL = 113.5, 38.0, 0.001


def cell(column: float, row: float, columns: float = 1, rows: float = 1) -> shapely.Polygon:
    """A box of whole or part cells of 0.001°, about 88 m × 111 m."""
    return shapely.box(
        WEST + column * CELL,
        SOUTH + row * CELL,
        WEST + (column + columns) * CELL,
        SOUTH + (row + rows) * CELL,
    )


def ground(*polygons: shapely.Polygon) -> Ground:
    return Ground(gpd.GeoSeries(list(polygons), crs=4490))


def one_cell_m2(row: float = 0) -> float:
    return float(area.ellipsoidal_m2(np.array([cell(0, row)]))[0])


def test_a_quarter_is_a_quarter() -> None:
    found = pairs(ground(cell(0, 0)), ground(cell(0.5, 0.5), cell(5, 5)))
    assert found[["left", "right"]].to_numpy().tolist() == [[0, 0]]
    # half the width, upper half of the height: its northern half is a shade narrower
    upper_half = float(area.ellipsoidal_m2(np.array([cell(0.5, 0.5, 0.5, 0.5)]))[0])
    assert found["area_m2"][0] == pytest.approx(upper_half, rel=1e-9)


def test_neighbours_that_touch_share_nothing() -> None:
    assert pairs(ground(cell(0, 0)), ground(cell(1, 0), cell(0, 1), cell(1, 1))).empty


def test_a_hole_is_not_ground() -> None:
    ring = cell(0, 0, 3, 3).difference(cell(1, 1))
    assert pairs(ground(cell(1, 1)), ground(ring)).empty
    assert pairs(ground(cell(0, 0, 3, 3)), ground(ring))["area_m2"][0] == pytest.approx(
        ground(ring).area_m2[0], rel=1e-12
    )


def test_overlapping_features_count_once_in_the_union() -> None:
    site, layer = ground(cell(0, 0, 4, 1)), ground(cell(0, 0, 2, 1), cell(1, 0, 2, 1))
    assert pairs(site, layer)["area_m2"].sum() == pytest.approx(4 * one_cell_m2(), rel=1e-9)
    assert covered_m2(site, layer)[0] == pytest.approx(3 * one_cell_m2(), rel=1e-9)


def test_degrees_without_a_system_or_metres_are_refused() -> None:
    for crs in (None, 4547, 4326):
        with pytest.raises(CrsMixUpError):
            Ground(gpd.GeoSeries([cell(0, 0)], crs=crs))


@pytest.mark.parametrize(
    "geometry", [None, shapely.Point(113.5, 38), shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])]
)
def test_what_is_not_a_valid_polygon_is_refused(geometry: shapely.Geometry | None) -> None:
    with pytest.raises(ValueError, match="overlap needs"):
        Ground(gpd.GeoSeries([cell(0, 0), geometry], crs=4490))


def test_an_index_that_repeats_is_refused() -> None:
    with pytest.raises(ValueError, match="unique"):
        Ground(gpd.GeoSeries([cell(0, 0), cell(1, 0)], crs=4490, index=[7, 7]))


polygons = st.lists(
    st.tuples(st.floats(0.2, 5), st.floats(0, 6.28)),
    min_size=3,
    max_size=9,
    unique_by=lambda item: round(item[1], 2),
)


def star(spokes: list[tuple[float, float]], column: float, row: float) -> shapely.Polygon:
    """A polygon around a cell's corner from distances and directions: any star shape."""
    ordered = sorted(spokes, key=lambda item: item[1])
    ring = [
        (WEST + (column + r * np.cos(turn)) * CELL, SOUTH + (row + r * np.sin(turn)) * CELL)
        for r, turn in ordered
    ]
    return shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)


@settings(max_examples=150, deadline=None)
@given(polygons, polygons, st.floats(-4, 4), st.floats(-4, 4))
def test_what_always_holds(
    one: list[tuple[float, float]], other: list[tuple[float, float]], column: float, row: float
) -> None:
    first, second = star(one, 0, 0), star(other, column, row)
    if first.is_empty or second.is_empty:
        return
    left, right = ground(first), ground(second)
    shared = covered_m2(left, right)[0]
    # symmetric
    assert shared == pytest.approx(covered_m2(right, left)[0], rel=1e-9, abs=1e-3)
    # never more than either, and the pieces make the whole
    assert shared <= min(left.area_m2[0], right.area_m2[0]) * (1 + 1e-9) + 1e-3
    rest = overlap.difference(left.plane, overlap.pieces(left, right).union_per_left(len(left)))
    assert shared + shapely.area(rest)[0] == pytest.approx(left.area_m2[0], rel=1e-9, abs=1e-3)
    # ring order, start vertex and an added vertex on an edge change nothing
    turned = (
        shapely.Polygon(np.roll(shapely.get_coordinates(second)[:-1], 1, axis=0))
        if (second.geom_type == "Polygon" and not second.interiors)
        else second.reverse()
    )
    assert covered_m2(left, ground(turned))[0] == pytest.approx(shared, rel=1e-9, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(polygons, st.integers(2, 6))
def test_additive_over_a_partition(spokes: list[tuple[float, float]], parts: int) -> None:
    site = star(spokes, 0, 0)
    if site.is_empty:
        return
    strips = [cell(-6 + 12 * k / parts, -6, 12 / parts, 12) for k in range(parts)]
    found = pairs(ground(site), ground(*strips))
    assert found["area_m2"].sum() == pytest.approx(ground(site).area_m2[0], rel=1e-9, abs=1e-3 * parts)


def test_order_of_features_is_irrelevant() -> None:
    rng = np.random.default_rng(20261123)
    boxes = [cell(*rng.uniform(0, 10, 2), *rng.uniform(0.5, 3, 2)) for _ in range(40)]
    site = ground(cell(2, 2, 6, 6))
    forward = pairs(site, ground(*boxes)).set_index("right")["area_m2"]
    backward = pairs(site, ground(*boxes[::-1])).set_index("right")["area_m2"]
    backward.index = 39 - backward.index
    assert forward.sort_index().to_dict() == pytest.approx(backward.sort_index().to_dict())
    assert covered_m2(site, ground(*boxes))[0] == pytest.approx(
        covered_m2(site, ground(*boxes[::-1]))[0], rel=1e-12
    )


def test_against_brute_force_by_counting_points() -> None:
    rng = np.random.default_rng(3)
    site, other = star([(4, 0.3), (2, 1.4), (5, 2.9), (3, 4.4)], 0, 0), star([(3, 0.1), (4, 2), (4, 4)], 1, 1)
    points = shapely.points(
        rng.uniform([WEST - 5 * CELL, SOUTH - 5 * CELL], [WEST + 5 * CELL, SOUTH + 5 * CELL], (200_000, 2))
    )
    share = (shapely.contains(site, points) & shapely.contains(other, points)).mean()
    whole = ground(cell(-5, -5, 10, 10)).area_m2[0]
    assert covered_m2(ground(site), ground(other))[0] == pytest.approx(share * whole, rel=0.02)


def test_both_engines_give_the_same_rows() -> None:
    """A layer of a thousand rugged polygons, and fifty among them; labels that are no positions."""
    rng = np.random.default_rng(20261123)
    centre = outlines.centres(rng, 1000)
    layer = gpd.GeoSeries(
        shapely.transform(outlines.holed(rng, centre), equal_area.from_plane),
        crs=4490,
        index=np.arange(5000, 6000),
    )
    layer = layer[layer.is_valid]
    sites = gpd.GeoSeries(
        shapely.transform(outlines.plain(rng, centre[:50] + 300.0), equal_area.from_plane), crs=4490
    )
    left, right = Ground(sites), Ground(layer)
    by_edges, by_geos = (overlap.areas(left, right, engine=engine) for engine in ("edges", "geos"))
    assert len(by_geos) > 40
    labels = ["left", "right", "left_position", "right_position"]
    assert by_edges[labels].to_numpy().tolist() == by_geos[labels].to_numpy().tolist()
    assert by_edges["area_m2"].tolist() == pytest.approx(by_geos["area_m2"].tolist(), rel=1e-9)
