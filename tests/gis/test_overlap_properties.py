"""What must hold of overlap areas, whatever the polygons."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import edges
from gis.edge_overlap import NOISE_M2, areas, candidates, tree_of, unproven
from gis.equal_area import FloatArray, GeometryArray
from tests.gis import outlines
from tests.gis.test_overlap_kernel import shared_m2

SEED = 20261123
ROUNDING_M2 = 1e-7

seeds = st.integers(0, 2**32 - 1)


def pair(seed: int, count: int = 1) -> tuple[GeometryArray, GeometryArray]:
    """Polygons with islands in holes, and plain ones over them."""
    rng = np.random.default_rng(seed)
    centre = outlines.centres(rng, count)
    vertices = int(rng.integers(5, 60))
    left = outlines.holed(rng, centre, vertices=vertices)
    return left, outlines.plain(rng, centre + rng.normal(0, 300, (count, 2)))


def one(seed: int) -> tuple[shapely.Geometry, shapely.Geometry, float]:
    left, right = pair(seed)
    return left[0], right[0], float(shared_m2(left, right)[0])


def shared(left: shapely.Geometry, right: shapely.Geometry) -> float:
    return float(shared_m2(np.array([left]), np.array([right]))[0])


@settings(max_examples=100)
@given(seeds)
def test_symmetric_and_never_more_than_either(seed: int) -> None:
    left, right, expected_m2 = one(seed)
    assert shared(right, left) == pytest.approx(expected_m2, rel=1e-12, abs=ROUNDING_M2)
    assert -ROUNDING_M2 <= expected_m2 <= min(left.area, right.area) * (1 + 1e-12) + ROUNDING_M2
    assert shared(left, left) == pytest.approx(left.area, rel=1e-12, abs=ROUNDING_M2)


@settings(max_examples=60)
@given(seeds, st.integers(1, 9), st.integers(1, 9))
def test_additive_over_a_partition(seed: int, columns: int, rows: int) -> None:
    polygon = pair(seed)[0][0]
    west, south, east, north = polygon.bounds
    x, y = np.linspace(west - 1, east + 1, columns + 1), np.linspace(south - 1, north + 1, rows + 1)
    left, low = (corner.ravel() for corner in np.meshgrid(x[:-1], y[:-1]))
    right, high = (corner.ravel() for corner in np.meshgrid(x[1:], y[1:]))
    tiles = shapely.box(left, low, right, high)
    parts_m2 = shared_m2(np.full(len(tiles), polygon), tiles)
    assert parts_m2.sum() == pytest.approx(polygon.area, rel=1e-12, abs=ROUNDING_M2)


@settings(max_examples=60)
@given(seeds)
def test_additive_over_what_is_cut_off(seed: int) -> None:
    left, right, expected_m2 = one(seed)
    rest = shapely.difference(left, right)
    assert shared(left, rest) + expected_m2 == pytest.approx(left.area, rel=1e-10, abs=1e-6)
    assert abs(shared(right, rest)) < NOISE_M2 / 10


@settings(max_examples=60)
@given(seeds)
def test_the_size_of_the_chunks_is_irrelevant(seed: int) -> None:
    left, right = pair(seed, 5)
    expected_m2 = shared_m2(left, right)
    for edges_per_chunk in (1, 2, 5, 1000):
        found_m2 = shared_m2(left, right, edges_per_chunk)
        assert found_m2 == pytest.approx(expected_m2, rel=1e-12, abs=ROUNDING_M2)
        made = edges.of_geometries(left, edges_per_chunk)
        assert made.area_m2.tolist() == edges.of_geometries(left).area_m2.tolist()
        assert unproven(made, np.arange(5)).tolist() == []


def turned(polygon: shapely.Polygon, by: int, *, backwards: bool) -> shapely.Polygon:
    """The same polygon from another start vertex, run the other way."""
    rings = [np.roll(shapely.get_coordinates(ring)[:-1], by, axis=0) for ring in shapely.get_rings(polygon)]
    rings = [ring[::-1] for ring in rings] if backwards else rings
    return shapely.Polygon(rings[0], rings[1:])


@settings(max_examples=60)
@given(seeds, st.integers(0, 60), st.booleans())
def test_start_vertex_direction_and_order_of_parts_are_irrelevant(
    seed: int, by: int, backwards: bool
) -> None:
    left, right, expected_m2 = one(seed)
    parts = [turned(part, by, backwards=backwards) for part in shapely.get_parts(left)[::-1]]
    found_m2 = shared(shapely.multipolygons(parts), turned(right, by, backwards=not backwards))
    assert found_m2 == pytest.approx(expected_m2, rel=1e-12, abs=ROUNDING_M2)


def test_the_order_of_features_is_irrelevant_to_the_bit() -> None:
    rng = np.random.default_rng(SEED)
    centre = rng.normal(0, 800, (40, 2))
    left, right = outlines.holed(rng, centre), outlines.plain(rng, centre[::-1])
    turn = rng.permutation(len(left))
    a, b, area_m2 = areas(edges.of_geometries(left), edges.of_geometries(right))
    expected = {(int(i), int(j)): m2 for i, j, m2 in zip(a, b, area_m2, strict=True)}
    a, b, area_m2 = areas(edges.of_geometries(left[turn]), edges.of_geometries(right[::-1]))
    found = {(int(turn[i]), len(right) - 1 - int(j)): m2 for i, j, m2 in zip(a, b, area_m2, strict=True)}
    assert len(expected) > 100
    assert found == expected
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == sorted(zip(a.tolist(), b.tolist(), strict=True))


@pytest.mark.parametrize("threads", [2, 3, 7, None])
def test_the_number_of_threads_is_irrelevant_to_the_bit(threads: int | None) -> None:
    rng = np.random.default_rng(SEED)
    centre = rng.normal(0, 2000, (400, 2))
    left = edges.of_geometries(outlines.holed(rng, centre))
    right = edges.of_geometries(outlines.plain(rng, centre[::-1]))
    alone, several = areas(left, right, threads=1), areas(left, right, threads=threads)
    assert len(alone[0]) > 5000
    for expected, found in zip(alone, several, strict=True):
        assert expected.tobytes() == found.tobytes()


@settings(max_examples=100)
@given(seeds, st.floats(-12, 1), st.floats(0, 2 * np.pi), st.integers(0, 40))
def test_a_moved_vertex_moves_the_area_by_no_more_than_its_edges_sweep(
    seed: int, exponent: float, direction: float, vertex: int
) -> None:
    # the vertex and its two edges sweep two triangles of height eps at the most
    _, right, _ = one(seed)
    left = pair(seed)[1][0]
    ring = shapely.get_coordinates(left)[:-1]
    k = vertex % len(ring)
    before = shared(shapely.Polygon(ring), right)
    moved = ring.copy()
    moved[k] += 10.0**exponent * np.array([np.cos(direction), np.sin(direction)])
    eps = np.hypot(*(moved[k] - ring[k]))
    beside = np.hypot(*(ring[[k - 1, (k + 1) % len(ring)]] - ring[k]).T).sum() + 2 * eps
    assert abs(shared(shapely.Polygon(moved), right) - before) <= 0.5 * eps * beside + ROUNDING_M2


STEPS = np.concatenate([[0.0], 10.0 ** np.arange(-12, 1, 0.25)])


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_an_edge_swept_across_another_level_and_upright(turn_deg: int) -> None:
    # two boxes of 10 m face to face; pushed together by d they share 10 d, pulled apart nothing
    shifts = np.concatenate([-STEPS[::-1], STEPS])
    still = np.full(len(shifts), shapely.affinity.rotate(shapely.box(-10, -5, 0, 5), turn_deg, (0, 0)))
    moving = np.array(
        [shapely.affinity.rotate(shapely.box(-d, -5, 10 - d, 5), turn_deg, (0, 0)) for d in shifts]
    )
    found_m2 = shared_m2(still, moving)
    assert found_m2 == pytest.approx(10 * np.maximum(shifts, 0), rel=1e-12, abs=1e-14)
    assert np.diff(found_m2).min() >= -1e-14


@pytest.mark.parametrize("turn_deg", [1e-9, 0.001, 17, 45, 89.999, 133, 200, 301])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (55_000.0, -43_000.0)])
def test_a_slanting_edge_swept_across_another(turn_deg: float, shift: tuple[float, float]) -> None:
    shifts = np.concatenate([-STEPS[::-1], STEPS])
    turn = np.radians(turn_deg)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    def laid_out(boxes: GeometryArray) -> GeometryArray:
        return np.asarray(shapely.transform(boxes, lambda xy: xy @ axes + shift), dtype=object)

    still = laid_out(np.full(len(shifts), shapely.box(-10, -5, 0, 5)))
    moving = laid_out(shapely.box(-shifts, -5, 10 - shifts, 5))
    # coordinates are rounded to 2^-36 m at 55 km: 10 m of edge times a few of those
    rounding_m2 = 10 * 4 * float(np.spacing(max(10.0, np.abs(shift).max())))
    assert shared_m2(still, moving) == pytest.approx(10 * np.maximum(shifts, 0), rel=1e-12, abs=rounding_m2)


def test_single_steps_of_a_coordinate_move_the_area_by_single_steps() -> None:
    # a corner of a box 55 km out, moved by one, two, three … representable numbers
    step = np.spacing(55_000.0)
    moved = 55_000.0 + step * np.arange(-50, 51)
    still = np.full(101, shapely.box(54_990, 0, 55_000, 10))
    found_m2 = shared_m2(still, shapely.box(moved, 0, 55_020, 10))
    expected: FloatArray = 10 * np.maximum(-step * np.arange(-50, 51), 0)
    assert found_m2.tolist() == expected.tolist()


@settings(max_examples=80)
@given(seeds, st.integers(0, 60), st.integers(0, 60), st.sampled_from([0, 1, 30, 5000]))
def test_no_pair_of_boxes_that_meet_is_lost(seed: int, lefts: int, rights: int, size_m: int) -> None:
    # on whole metres, so that many touch; without size, some of them; every seventh inside out
    rng = np.random.default_rng(seed)
    left, right = (
        np.concatenate([low, low + rng.integers(0, size_m + 1, (count, 2))], axis=1).astype(float)
        for count, low in ((count, rng.integers(-4000, 4000, (count, 2))) for count in (lefts, rights))
    )
    right[: min(lefts, rights) // 2, :2] = left[: min(lefts, rights) // 2, 2:]
    right[:, 2:] = np.maximum(right[:, :2], right[:, 2:])
    left[::7] = right[::7] = [np.inf, np.inf, -np.inf, -np.inf]
    meets = (left[:, None, :2] <= right[None, :, 2:]).all(axis=2)
    meets &= (right[None, :, :2] <= left[:, None, 2:]).all(axis=2)
    expected = [positions.tolist() for positions in np.nonzero(meets)]
    assert [positions.tolist() for positions in candidates(left, right)] == expected
    assert [positions.tolist() for positions in candidates(left, right, tree_of(right))] == expected
