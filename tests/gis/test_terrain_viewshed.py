"""Lines of sight on terrains where what is seen can be worked out by hand, and against brute force."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import rasters
from gis.files import rasters as raster_files
from gis.raster import Raster
from gis.terrain import cell_size
from gis.terrain.viewshed import (
    EARTH_RADIUS_M,
    HIDDEN,
    NOT_ASSESSED,
    OUTSIDE,
    VISIBLE,
    View,
    lines_of_sight,
    viewsheds,
)
from tests.gis.grids import raster

SRTM = Path(__file__).parent / "input" / "srtm3_S36E149_TESTONLY.tif"
FLAT_EARTH = 1.0


def seen_from(heights: Raster, row: int, column: int, view: View) -> np.ndarray:
    """The viewshed laid out over the whole raster."""
    found = viewsheds(heights, np.array([row]), np.array([column]), view)[0]
    whole = np.full(heights.shape, OUTSIDE)
    rows, columns = found.seen.shape
    whole[found.first_row : found.first_row + rows, found.first_column : found.first_column + columns] = (
        found.seen
    )
    return whole


def by_hand(heights: Raster, row: int, column: int, view: View) -> np.ndarray:
    """The same question asked plainly: does the ground stand above the straight line anywhere on the way?"""
    z, result = heights.values, np.full(heights.shape, OUTSIDE)
    width_m, height_m = (float(size[row]) for size in cell_size.of(heights))
    eye = z[row, column] + view.observer_height_m
    for r, c in np.ndindex(z.shape):
        distance = np.hypot((r - row) * height_m, (c - column) * width_m)
        if distance > view.radius_m:
            continue
        top = z[r, c] + view.target_height_m - distance**2 * (1 - view.refraction) / (2 * EARTH_RADIUS_M)
        result[r, c] = VISIBLE
        steps = max(abs(r - row), abs(c - column))
        for step in range(1, steps):
            along = step / steps
            at_row, at_column = row + (r - row) * along, column + (c - column) * along
            if abs(r - row) >= abs(c - column):
                ground = np.interp(at_column, np.arange(z.shape[1]), z[round(at_row)])
            else:
                ground = np.interp(at_row, np.arange(z.shape[0]), z[:, round(at_column)])
            sunk = ground - (along * distance) ** 2 * (1 - view.refraction) / (2 * EARTH_RADIUS_M)
            if sunk > eye + (top - eye) * along + 1e-9:
                result[r, c] = HIDDEN
    return result


def test_flat_ground_is_all_seen_within_the_radius() -> None:
    found = seen_from(raster(np.zeros((21, 21))), 10, 10, View(radius_m=240, refraction=FLAT_EARTH))
    row, column = np.mgrid[-10:11, -10:11]
    # 8 cells of 30 m, a millimetre of scale aside
    assert ((found == VISIBLE) == (np.hypot(row, column) <= 8)).all()
    assert (found[np.hypot(row, column) > 8] == OUTSIDE).all()


def test_a_wall_hides_what_is_behind() -> None:
    ground = np.zeros((9, 20))
    ground[:, 5] = 50
    found = seen_from(raster(ground), 4, 2, View(10_000, 1.6))
    assert (found[:, :6] == VISIBLE).all()
    assert (found[:, 6:] == HIDDEN).all()


def test_the_shadow_of_a_ridge_is_as_long_as_similar_triangles_say() -> None:
    # eye at 40 m, ridge of 20 m 300 m away: the shadow on flat ground ends at 300 · 40 / (40 - 20) = 600 m
    ground = np.zeros((1, 40))
    ground[0, 10] = 20
    found = seen_from(raster(ground), 0, 0, View(10_000, 40.0, refraction=FLAT_EARTH))[0]
    assert (found[:11] == VISIBLE).all()
    assert (found[11:20] == HIDDEN).all()
    assert (found[21:] == VISIBLE).all()


def test_curvature_hides_15_decimetres_at_five_kilometres_but_not_two_metres() -> None:
    # drop at 5 000 m: 5000² · 0.87 / (2 · 6 371 000) = 1.707 m; with the eye on the ground at sea level the
    # horizon is the ground itself
    sea = np.zeros((1, 170))
    cell = 5_000 / 167
    low, high, flat = (
        seen_from(raster(sea, cell_m=cell), 0, 0, view)[0, 167]
        for view in (
            View(5_001, 0.0, 1.5),
            View(5_001, 0.0, 2.0),
            View(5_001, 0.0, 1.5, refraction=FLAT_EARTH),
        )
    )
    assert flat == VISIBLE
    # the sea in between sinks less than the far end: only what stands above the drop is seen
    assert low == HIDDEN
    assert high == VISIBLE


def test_no_data_on_the_way_is_not_assessed_unless_something_known_hides_it() -> None:
    ground = np.zeros((1, 8))
    ground[0, 3] = np.nan
    found = seen_from(raster(ground), 0, 0, View(1_000, 1.6))[0]
    assert found.tolist() == [VISIBLE] * 3 + [NOT_ASSESSED] * 5
    ground[0, 5] = 30
    found = seen_from(raster(ground), 0, 0, View(1_000, 1.6))[0]
    assert found[6:].tolist() == [HIDDEN, HIDDEN]
    ground[0, 0] = np.nan
    assert (seen_from(raster(ground), 0, 0, View(1_000, 1.6))[0] == NOT_ASSESSED).all()


@settings(max_examples=25)
@given(
    st.integers(0, 10_000),
    st.integers(0, 11),
    st.integers(0, 14),
    st.floats(0, 5),
    st.floats(0, 5),
    st.sampled_from([0.13, FLAT_EARTH]),
)
def test_brute_force_agrees(
    seed: int, row: int, column: int, observer_m: float, target_m: float, refraction: float
) -> None:
    heights = raster(np.random.default_rng(seed).normal(0, 15, (12, 15)))
    view = View(330, observer_m, target_m, refraction)
    np.testing.assert_array_equal(seen_from(heights, row, column, view), by_hand(heights, row, column, view))


def test_brute_force_agrees_on_real_terrain_in_degrees() -> None:
    whole = raster_files.open_band(SRTM)
    heights = rasters.read_window(whole, slice(60, 110), slice(80, 130))
    view = View(1_800, 1.6, 0.0)
    np.testing.assert_array_equal(seen_from(heights, 25, 20, view), by_hand(heights, 25, 20, view))


@given(st.integers(0, 10_000), st.floats(0, 10))
def test_who_sees_is_seen(seed: int, height_m: float) -> None:
    random = np.random.default_rng(seed)
    heights = raster(random.normal(0, 10, (20, 20)))
    one, other = random.integers(0, 20, (2, 50, 2))
    there = View(10_000, height_m, height_m)
    assert (lines_of_sight(heights, one, other, there) == lines_of_sight(heights, other, one, there)).all()


@given(st.integers(0, 10_000))
def test_a_higher_eye_sees_no_less(seed: int) -> None:
    heights = raster(np.random.default_rng(seed).normal(0, 10, (15, 15)))
    low = seen_from(heights, 7, 7, View(10_000, 1.0)) == VISIBLE
    high = seen_from(heights, 7, 7, View(10_000, 1.0, 4.0)) == VISIBLE
    assert (high | ~low).all()


def test_pairs_say_what_the_viewshed_says() -> None:
    random = np.random.default_rng(3)
    heights = raster(random.normal(0, 10, (30, 30)))
    view = View(400, 2.0, 1.0)
    whole = seen_from(heights, 12, 17, view)
    targets = np.argwhere(np.ones(heights.shape))
    found = lines_of_sight(heights, np.tile([12, 17], (900, 1)), targets, view)
    np.testing.assert_array_equal(found.reshape(30, 30), whole)


def test_outside_the_raster_is_not_assessed() -> None:
    pairs = np.array([[0, 0], [-1, 3]])
    found = lines_of_sight(raster(np.zeros((5, 5))), pairs, np.array([[9, 0], [0, 0]]), View(1_000))
    assert found.tolist() == [NOT_ASSESSED, NOT_ASSESSED]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_change_nothing(threads: int) -> None:
    random = np.random.default_rng(4)
    heights = raster(random.normal(0, 10, (40, 40)))
    rows, columns = random.integers(0, 40, (2, 12))
    alone = viewsheds(heights, rows, columns, View(300), threads=1)
    found = viewsheds(heights, rows, columns, View(300), threads=threads)
    assert all((a.seen == b.seen).all() for a, b in zip(alone, found, strict=True))
