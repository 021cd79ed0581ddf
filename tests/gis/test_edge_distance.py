"""Nearest distances straight from edges: against GEOS, and against geodesics between many points."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import pytest
import shapely

from gis import edge_overlap, edges, equal_area, proximity
from gis.edges import Edges
from gis.equal_area import FloatArray, GeometryArray
from tests.gis import outlines

SEED = 20261123
GEOD = pyproj.Geod(ellps="GRS80")
SQUARE = shapely.box(0, 0, 100, 100)
Maker = Callable[[np.random.Generator, int], GeometryArray]
PATH_KINDS = (0, 1, 2, 4, 5)


def laid_out(geometries: GeometryArray) -> tuple[Edges, bool]:
    if np.isin(shapely.get_type_id(geometries), PATH_KINDS).all():
        return edges.of_paths(geometries), False
    return edges.of_geometries(geometries), True


def found(
    left: GeometryArray, right: GeometryArray, within_m: float, threads: int | None = None
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Nearest position, -1 where none is near, and metres on the ellipsoid."""
    (one, one_is_area), (other, other_is_area) = laid_out(left), laid_out(right)
    position, ends = edge_overlap.nearest(
        one,
        other,
        within_m=within_m,
        left_is_area=one_is_area,
        right_is_area=other_is_area,
        threads=threads,
    )
    assert np.isnan(ends[position < 0]).all()
    distance_m = np.full(len(left), np.inf)
    distance_m[position >= 0] = geodesic_m(ends[position >= 0, :2], ends[position >= 0, 2:])
    return position, distance_m


def geodesic_m(start: FloatArray, stop: FloatArray) -> FloatArray:
    start, stop = equal_area.from_plane(start), equal_area.from_plane(stop)
    return np.asarray(GEOD.inv(start[:, 0], start[:, 1], stop[:, 0], stop[:, 1])[2])


def degrees(geometries: GeometryArray) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapely.transform(geometries, equal_area.from_plane), crs=4490)


def polygons(rng: np.random.Generator, count: int) -> GeometryArray:
    return np.asarray(shapely.segmentize(outlines.holed(rng, outlines.centres(rng, count), (50, 3000)), 50.0))


def lines(rng: np.random.Generator, count: int) -> GeometryArray:
    ring = outlines.rings(rng, outlines.centres(rng, count), (50, 3000), 48)[:, :30]
    return np.asarray(shapely.segmentize(shapely.linestrings(ring), 50.0))


def points(rng: np.random.Generator, count: int) -> GeometryArray:
    return np.asarray(shapely.points(outlines.centres(rng, 10 * count)))


@pytest.mark.parametrize("within_m", [200, 1000, 15_000])
@pytest.mark.parametrize("left_kind", [polygons, lines, points])
@pytest.mark.parametrize("right_kind", [polygons, lines, points])
def test_the_distances_of_geos(left_kind: Maker, right_kind: Maker, within_m: float) -> None:
    rng = np.random.default_rng(SEED)
    left, right = left_kind(rng, 150), right_kind(rng, 150)
    position, distance_m = found(left, right, 1.001 * within_m)
    near = distance_m <= within_m
    expected = proximity.nearest(degrees(left), degrees(right), within_m=within_m)
    limit_m = 1e-3 + 1e-5 * within_m
    # which of them are near may only differ at the very radius
    for row in np.setxor1d(np.flatnonzero(near), expected.index):
        apart_m = distance_m[row] if near[row] else expected["distance_m"][row]
        assert apart_m == pytest.approx(within_m, abs=limit_m)
    both = np.intersect1d(np.flatnonzero(near), expected.index)
    geos_m = expected["distance_m"][both].to_numpy()
    assert (np.abs(distance_m[both] - geos_m) <= 1e-3 + 1e-5 * geos_m).all()
    # where there is one nearest, it is the same one
    apart = geos_m > 0
    assert (position[both][apart] == expected["right"][both][apart]).sum() >= 0.98 * apart.sum()
    assert apart.sum() >= 3


def test_a_feature_as_tall_as_the_city_has_the_right_metric_everywhere() -> None:
    # one metre of ground is 0.993 m of x at its southern end and 1.007 m at its northern end
    rng = np.random.default_rng(SEED)
    turn = np.linspace(-60_000, 60_000, 2500)
    river = shapely.linestrings(
        np.column_stack([3000 * np.sin(turn / 900) + 9000 * np.sin(turn / 7000), turn])
    )
    places = shapely.points(outlines.centres(rng, 400) * [0.3, 1.0])
    for place in places[:40]:
        _, distance_m = found(np.array([river]), np.array([place]), 20_000)
        expected = proximity.nearest(degrees(np.array([river])), degrees(np.array([place])), within_m=20_000)
        if len(expected):
            assert distance_m[0] == pytest.approx(expected["distance_m"][0], rel=1e-5, abs=1e-3)
    _, distance_m = found(places, np.array([river]), 20_000)
    expected = proximity.nearest(degrees(places), degrees(np.array([river])), within_m=20_000)
    assert len(expected) > 300
    geos_m = expected["distance_m"].to_numpy()
    assert (np.abs(distance_m[expected.index] - geos_m) <= 1e-3 + 1e-5 * geos_m).all()


@pytest.mark.parametrize("shift", [(0, 0), (55_000, -43_000), (-50_000, 58_000)])
def test_no_pair_of_points_is_nearer(shift: tuple[float, float]) -> None:
    rng = np.random.default_rng(SEED)
    centre = np.array(shift) + rng.uniform(-2500, 2500, (9, 2))
    left, right = outlines.plain(rng, centre[:5], (100, 400)), outlines.plain(rng, centre[5:], (100, 400))
    _, distance_m = found(left, right, 20_000)
    step_m = 12.0
    for row, polygon in enumerate(left):
        here = shapely.get_coordinates(shapely.segmentize(polygon, step_m))
        there = shapely.get_coordinates(shapely.segmentize(right, step_m))
        if shapely.intersects(polygon, right).any():
            assert distance_m[row] == 0
            continue
        many = geodesic_m(np.repeat(here, len(there), axis=0), np.tile(there, (len(here), 1))).min()
        # of the nearest two points, each is at most half a step from one that was tried
        assert many - step_m * 1.01 <= distance_m[row] <= many * (1 + 1e-5)
    assert np.isfinite(distance_m).all()
    assert (distance_m > 0).sum() >= 2


@pytest.mark.parametrize(
    "other",
    [
        shapely.box(100, 0, 200, 100),  # side by side
        shapely.box(100, 100, 200, 200),  # corner to corner
        shapely.box(50, 50, 200, 200),  # across
        shapely.box(40, 40, 60, 60),  # within
        shapely.box(-50, -50, 150, 150),  # around
        shapely.box(-10, 40, 110, 60),  # through, no corner in either
        SQUARE,
        shapely.multipolygons([shapely.box(900, 0, 901, 1), shapely.box(40, 40, 60, 60)]),
        shapely.LineString([(-10, 50), (110, 50)]),
        shapely.LineString([(40, 50), (60, 50)]),
        shapely.LineString([(100, 20), (100, 40)]),
        shapely.Point(50, 50),
        shapely.Point(100, 50),
        shapely.Point(100, 100),
    ],
)
def test_what_touches_crosses_or_contains_is_at_no_distance(other: shapely.Geometry) -> None:
    for left, right in ((SQUARE, other), (other, SQUARE)):
        position, distance_m = found(np.array([left]), np.array([right]), 10.0)
        assert position.tolist() == [0]
        assert distance_m.tolist() == [0.0]


@pytest.mark.parametrize("shift", [(0, 0), (0, 55_000), (-50_000, -58_000)])
def test_what_lies_in_a_hole_is_at_the_distance_of_its_rim(shift: tuple[float, float]) -> None:
    frame = SQUARE.difference(shapely.box(10, 10, 90, 90))
    (x_m,) = 1 / equal_area.x_metres_per_metre(np.array([shift[1] + 50.0]))
    # 15 m of x, and 20 m of y, are this much ground
    for other, expected_m in (
        (shapely.Point(25, 50), 15 * x_m),
        (shapely.Point(50, 70), 20 / x_m),
        (shapely.box(25, 45, 55, 55), 15 * x_m),
        (shapely.LineString([(50, 70), (50, 60)]), 20 / x_m),
    ):
        moved = shapely.transform(np.array([frame, other]), lambda xy: xy + shift)
        for left, right in ((moved[:1], moved[1:]), (moved[1:], moved[:1])):
            position, distance_m = found(left, right, 50.0)
            assert position.tolist() == [0]
            assert distance_m[0] == pytest.approx(expected_m, rel=1e-5)
    island = shapely.multipolygons([frame, shapely.box(45, 45, 55, 55)])
    assert found(np.array([shapely.Point(50, 50)]), np.array([island]), 50.0)[1].tolist() == [0.0]


def test_of_several_as_near_it_is_the_first() -> None:
    same = [shapely.box(500, 0, 501, 1), shapely.box(103, 0, 110, 5), shapely.box(103, 0, 110, 5)]
    assert found(np.array([SQUARE]), np.array(same), 10.0)[0].tolist() == [1]
    overlapping = [shapely.box(101, 0, 110, 5), shapely.box(50, 50, 70, 70), SQUARE]
    assert found(np.array([SQUARE]), np.array(overlapping), 10.0)[0].tolist() == [1]
    left, right = np.array([SQUARE] * 100), np.array(same * 50)
    assert found(left, right, 10.0)[0].tolist() == [1] * 100


def test_beyond_the_radius_is_none() -> None:
    # 10 m east of the square, at 38°N, where the plane is true to scale
    right = np.array([shapely.box(110, 0, 120, 100)])
    for within_m, expected in ((9.99, -1), (10.01, 0)):
        position, distance_m = found(np.array([SQUARE]), right, within_m)
        assert position.tolist() == [expected]
        assert np.isfinite(distance_m[0]) == (expected == 0)


def test_empty_features_and_none_at_all() -> None:
    some = np.array([shapely.Polygon(), SQUARE, shapely.MultiPolygon()])
    assert found(some, np.array([SQUARE]), 10.0)[0].tolist() == [-1, 0, -1]
    assert found(np.array([SQUARE]), some, 10.0)[0].tolist() == [1]
    assert found(np.array([SQUARE] * 90), some, 10.0)[0].tolist() == [1] * 90
    none = np.array([], dtype=object)
    assert found(np.array([SQUARE]), none, 10.0)[0].tolist() == [-1]
    assert found(none, np.array([SQUARE]), 10.0)[0].tolist() == []
    assert found(np.array([shapely.Point(), shapely.Point(1, 1)]), some, 10.0)[0].tolist() == [-1, 1]


@pytest.mark.parametrize("geometry", [None, SQUARE, shapely.GeometryCollection([shapely.Point(0, 0)])])
def test_what_is_neither_line_nor_point_is_no_path(geometry: shapely.Geometry | None) -> None:
    with pytest.raises(ValueError, match=r"edges need lines or points; these are none: \[1\]"):
        edges.of_paths(np.array([shapely.Point(0, 0), geometry]))


@pytest.mark.parametrize("threads", [2, 5, None])
def test_the_number_of_threads_is_irrelevant_to_the_bit(threads: int | None) -> None:
    rng = np.random.default_rng(SEED)
    left, right = outlines.plain(rng, outlines.centres(rng, 300)), polygons(rng, 100)
    alone, several = found(left, right, 5000, threads=1), found(left, right, 5000, threads=threads)
    assert alone[0].tobytes() == several[0].tobytes()
    assert alone[1].tobytes() == several[1].tobytes()


@pytest.mark.parametrize("edges_per_chunk", [1, 3, 1000])
def test_the_size_of_the_chunks_is_irrelevant(edges_per_chunk: int) -> None:
    rng = np.random.default_rng(SEED)
    left, right = outlines.plain(rng, outlines.centres(rng, 100)), polygons(rng, 60)

    def distances(size: int) -> FloatArray:
        one, other = edges.of_geometries(left, size), edges.of_geometries(right, size)
        position, ends = edge_overlap.nearest(one, other, within_m=10_000)
        assert (position >= 0).sum() > 50
        return geodesic_m(ends[position >= 0, :2], ends[position >= 0, 2:])

    assert distances(edges_per_chunk) == pytest.approx(distances(32), rel=1e-9, abs=1e-9)
