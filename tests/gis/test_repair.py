"""Repair: what is sound stays as it is, what is not is counted on its row."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import repair
from gis.repair import FAULTS, UNUSABLE, Repaired

PATIENT = settings(deadline=None)
"""Machines under load are slow now and then."""
SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
with np.errstate(invalid="ignore"):
    NAN, INFINITE, MINUS = (
        shapely.from_wkt(f"POLYGON ((0 0, 1 {y}, 1 1, 0 0))") for y in ("NaN", "Inf", "-Inf")
    )
finite = st.floats(-100, 100).map(lambda value: round(value, 3))
points = st.tuples(finite, finite)


def mend(*geometries: shapely.Geometry | None, kind: repair.GeometryKind = "polygon") -> Repaired:
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    labels = pd.Index(range(100, 100 + len(geometries)))
    return repair.repair(array, labels, kind, metres_per_unit=1)


def faults(mended: Repaired) -> dict[str, list[int]]:
    return {
        name: mended.faults.index[mended.faults[name]].tolist()
        for name in FAULTS
        if mended.faults[name].any()
    }


@st.composite
def star_shaped(draw: st.DrawFn) -> shapely.Polygon:
    """Polygons around (0, 0) that can't cross themselves, with no spike and no doubled point."""
    count = draw(st.integers(3, 12))
    radii = draw(st.lists(st.floats(20, 100), min_size=count, max_size=count))
    angles = [2 * math.pi * number / count for number in range(count)]
    ring = [(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]
    hole = shapely.box(-1, -1, 1, 1) if draw(st.booleans()) else shapely.Polygon()
    return shapely.Polygon(ring) - hole


@PATIENT
@given(star_shaped())
def test_a_sound_polygon_is_left_alone(polygon: shapely.Polygon) -> None:
    mended = mend(polygon)
    assert mended.geometries[0].wkb == polygon.wkb
    assert faults(mended) == {}
    assert mended.doubtful_units2.tolist() == [0]


@PATIENT
@given(star_shaped(), st.integers(0, 11), st.booleans())
def test_ring_order_and_start_make_no_difference(polygon: shapely.Polygon, start: int, turn: bool) -> None:
    ring = list(polygon.exterior.coords)[:-1]
    ring = ring[start % len(ring) :] + ring[: start % len(ring)]
    holes = [list(hole.coords) for hole in polygon.interiors]
    other = shapely.Polygon(ring[::-1] if turn else ring, [hole[::-1] if turn else hole for hole in holes])
    mended = mend(other)
    assert mended.geometries[0].equals(polygon)
    assert mended.geometries[0].area == pytest.approx(polygon.area, rel=1e-12)
    assert faults(mended) == {}


def test_two_lobes_along_a_common_side_become_one() -> None:
    """GEOS rebuilds them as two parts that share the side, which is no valid multipolygon."""
    mended = mend(shapely.Polygon([(0, 0), (1, 0), (0, 1), (0, 0), (-1, 0), (0, 1)]))
    assert mended.geometries[0].is_valid
    assert mended.geometries[0].equals(shapely.Polygon([(-1, 0), (1, 0), (0, 1)]))


@PATIENT
@given(st.lists(st.lists(points, min_size=3, max_size=9), min_size=1, max_size=4))
def test_whatever_comes_in_valid_polygons_come_out(rings: list[list[tuple[float, float]]]) -> None:
    mended = mend(*(shapely.Polygon(ring) for ring in rings))
    assert len(mended.geometries) == len(rings)
    assert mended.faults.index.tolist() == list(range(100, 100 + len(rings)))
    unusable = mended.faults[list(UNUSABLE)].any(axis=1).to_numpy()
    assert (shapely.is_missing(mended.geometries) == unusable).all()
    usable = mended.geometries[~unusable]
    assert shapely.is_valid(usable).all()
    assert (shapely.get_dimensions(usable) == 2).all()
    assert (shapely.area(usable) > 0).all()


@PATIENT
@given(st.lists(points, min_size=3, max_size=8), st.integers(0, 7), st.booleans())
def test_a_crossing_ring_is_the_same_from_every_corner(
    ring: list[tuple[float, float]], start: int, turn: bool
) -> None:
    start %= len(ring)
    other = ring[start:] + ring[:start]
    mended = mend(shapely.Polygon(ring), shapely.Polygon(other[::-1] if turn else other))
    areas = [0.0 if item is None else item.area for item in mended.geometries]
    # Spikes are compared with a millimetre, so a path of millimetres may go either way.
    assert areas[0] == pytest.approx(areas[1], rel=1e-6, abs=0.3)


@PATIENT
@given(st.permutations(range(8)))
def test_faults_are_counted_on_their_rows(order: list[int]) -> None:
    cases: list[tuple[shapely.Geometry | None, set[str]]] = [
        (shapely.Polygon(SQUARE), set()),
        (None, {"missing"}),
        (shapely.Polygon(), {"empty"}),
        (NAN, {"not_finite"}),
        (shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), {"self_crossing"}),
        (shapely.Polygon([(x, y, 7) for x, y in SQUARE]), {"z_dropped"}),
        (shapely.Point(1, 1), {"wrong_kind"}),
        (shapely.Polygon([*SQUARE[:2], *SQUARE[1:]]), {"repeated_points"}),
    ]
    mended = mend(*(cases[number][0] for number in order))
    for position, number in enumerate(order):
        found = {name for name in FAULTS if mended.faults[name].iloc[position]}
        assert found == cases[number][1]


def test_a_bow_tie_has_both_its_lobes_and_doubt() -> None:
    # two triangles of base 2 and height 1: 1 m² each; planar geometry says 1 - 1 = 0
    mended = mend(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))
    assert (mended.geometries[0].area, mended.doubtful_units2.tolist()) == (2, [2])


def test_a_ring_of_one_point_does_not_take_others_with_it() -> None:
    dot = [(1, 1), (1, 1), (1, 1), (1, 1)]
    doubled = [*SQUARE[:2], *SQUARE[1:]]
    mended = mend(
        shapely.Polygon(SQUARE, [dot]),
        shapely.MultiPolygon([shapely.Polygon(doubled), shapely.Polygon(dot)]),
        shapely.LineString([(0, 0), (1, 1)]),
        None,
    )
    assert [None if item is None else item.area for item in mended.geometries] == [100, 100, None, None]
    assert faults(mended)["repeated_points"] == [100, 101]


def test_empty_parts_are_left_out_and_told() -> None:
    square = shapely.Polygon(SQUARE)
    mended = mend(
        shapely.from_wkt("MULTIPOLYGON (EMPTY, ((0 0, 10 0, 10 10, 0 10, 0 0)))"),
        shapely.GeometryCollection([square, shapely.Point()]),
        shapely.from_wkt("MULTIPOLYGON (EMPTY, EMPTY)"),
    )
    assert [None if item is None else item.area for item in mended.geometries] == [100, 100, None]
    assert faults(mended) == {"empty": [102], "empty_parts": [100, 101]}
    assert shapely.segmentize(mended.geometries[:2], 1).tolist()


def test_a_spike_is_removed_and_leaves_no_doubt() -> None:
    mended = mend(shapely.Polygon([(0, 0), (10, 0), (60, 0), (10, 0), (10, 10), (0, 10)]))
    assert mended.geometries[0].equals(shapely.Polygon(SQUARE))
    assert faults(mended) == {"spikes": [100]}
    assert mended.doubtful_units2.tolist() == [0]


def test_a_spike_in_a_hole() -> None:
    hole = [(2, 2), (4, 2), (4, 4), (3, 4), (3, 8), (3, 4), (2, 4)]
    mended = mend(shapely.Polygon(SQUARE, [hole]))
    # 100 - 2 × 2
    assert mended.geometries[0].area == 96
    assert faults(mended) == {"spikes": [100]}


@pytest.mark.parametrize(
    "ring", [[(0, 0), (9, 0), (0, 0)], [(0, 0), (9, 9), (0, 0), (9, 9)], [(1, 1), (1, 1), (1, 1)]]
)
def test_a_ring_without_area_has_collapsed(ring: list[tuple[float, float]]) -> None:
    mended = mend(shapely.Polygon(ring))
    assert mended.geometries.tolist() == [None]
    assert faults(mended)["collapsed"] == [100]


def test_parts_that_overlap_count_once_and_leave_no_doubt() -> None:
    parts = shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)])
    mended = mend(parts)
    # 3 × 2, not 4 + 4
    assert (mended.geometries[0].area, mended.doubtful_units2.tolist()) == (6, [0])


def test_a_hole_outside_and_a_hole_across() -> None:
    outside = shapely.Polygon(SQUARE, [[(20, 0), (21, 0), (21, 1)]])
    across = shapely.Polygon(SQUARE, [[(8, 4), (12, 4), (12, 6), (8, 6)]])
    mended = mend(outside, across)
    assert faults(mended) == {"self_crossing": [100, 101]}
    assert shapely.is_valid(mended.geometries).all()
    # the part of the hole within the square: 2 × 2
    assert mended.geometries[1].intersection(shapely.Polygon(SQUARE)).area == 96


def test_of_a_collection_the_wanted_kind_is_kept() -> None:
    square, line = shapely.Polygon(SQUARE), shapely.LineString([(0, 0), (5, 5)])
    spiky = shapely.Polygon([(0, 0), (10, 0), (60, 0), (10, 0), (10, 10), (0, 10)])
    nested = shapely.GeometryCollection([shapely.GeometryCollection([square, line])])
    mended = mend(
        shapely.GeometryCollection([square, line]),
        shapely.GeometryCollection([spiky, line]),
        nested,
        shapely.GeometryCollection([line]),
        shapely.GeometryCollection([shapely.GeometryCollection([spiky])]),
    )
    assert [None if item is None else item.area for item in mended.geometries] == [100, 100, 100, None, 100]
    assert faults(mended)["parts_of_other_kind"] == [100, 101, 102]
    assert faults(mended)["wrong_kind"] == [103]


def test_a_part_of_another_kind_beyond_those_of_the_wanted_kind_is_lost() -> None:
    square = shapely.Polygon(SQUARE)
    road = shapely.LineString([(5, 5), (50, 5)])
    mended = mend(
        shapely.GeometryCollection([square, road]),
        shapely.GeometryCollection([square, shapely.Point(5, 5), square.exterior]),
        shapely.GeometryCollection([square, shapely.Point(11, 5)]),
    )
    assert [item.area for item in mended.geometries] == [100, 100, 100]
    assert faults(mended) == {"parts_lost": [100, 102], "parts_of_other_kind": [101]}


@pytest.mark.parametrize("bad", [NAN, INFINITE, MINUS])
def test_coordinates_that_are_no_numbers(bad: shapely.Polygon) -> None:
    mended = mend(bad, shapely.Polygon(SQUARE))
    assert mended.geometries[0] is None
    assert faults(mended) == {"not_finite": [100]}


@PATIENT
@given(st.lists(points, min_size=2, max_size=9))
def test_lines_come_out_as_lines(path: list[tuple[float, float]]) -> None:
    mended = mend(shapely.LineString(path), shapely.Polygon(SQUARE), kind="line")
    assert faults(mended)["wrong_kind"] == [101]
    line = mended.geometries[0]
    assert line is None or (shapely.get_dimensions(line) == 1 and shapely.is_valid(line))
    assert (line is None) == (len(set(path)) == 1)
    if line is not None:
        assert line.length == pytest.approx(shapely.LineString(path).length)


def test_points() -> None:
    mended = mend(shapely.Point(1, 2, 3), shapely.MultiPoint(SQUARE), shapely.Point(), kind="point")
    assert mended.geometries[0].wkt == "POINT (1 2)"
    assert faults(mended) == {"empty": [102], "z_dropped": [100]}
