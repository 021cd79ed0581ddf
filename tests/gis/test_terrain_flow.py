"""Flow on tilted planes and valleys, where the way of water can be drawn by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import rasters
from gis.files import rasters as raster_files
from gis.terrain import flow
from tests.gis.grids import raster

SRTM = Path(__file__).parent / "input" / "srtm3_S36E149_TESTONLY.tif"
ROOT2 = float(np.sqrt(2))


def plane(east: float, south: float, rows: int = 7, columns: int = 9) -> np.ndarray:
    row, column = np.mgrid[:rows, :columns] * 30.0
    return 500 + east * column + south * row


def test_on_an_even_slope_water_runs_straight_down() -> None:
    found = flow.route(raster(plane(-0.1, 0)))
    targets = np.zeros((7, 9), dtype=bool)
    targets[:, 7] = True
    away = flow.distance_m(found, targets)
    # from column c straight to the east: 30 m a cell
    np.testing.assert_allclose(away[3, :8], 30.0 * (7 - np.arange(8)), rtol=1e-6)
    assert np.isinf(away[:, 8]).all()
    # to the rim: half a cell beyond the last one
    np.testing.assert_allclose(flow.until_unknown_m(found)[3], 30.0 * (8 - np.arange(9)) + 15, rtol=1e-6)


def test_diagonal_steps_are_as_long_as_they_are() -> None:
    found = flow.route(raster(plane(-0.1, -0.1)))
    targets = np.zeros((7, 9), dtype=bool)
    targets[6, 6] = True
    away = flow.distance_m(found, targets)
    np.testing.assert_allclose(np.diag(away)[:7], 30 * ROOT2 * (6 - np.arange(7)), rtol=1e-6)
    # beside the diagonal the water leaves the grid without meeting the target
    assert np.isinf(away[0, 5])


def test_a_valley_gathers_both_sides() -> None:
    # sides of 20 %, floor of row 3 falling 1 % to the east
    row, column = np.mgrid[:7, :12]
    z = 500 + 6.0 * np.abs(row - 3) - 0.3 * column
    found = flow.route(raster(z))
    targets = np.zeros((7, 12), dtype=bool)
    targets[3, 10] = True
    away = flow.distance_m(found, targets)
    assert away[3, 2] == pytest.approx(8 * 30, rel=1e-6)
    # from (0, 2) three steps down the side (straight: 6 m on 30 m beats 6.3 m on 42.4 m), then along the floor
    assert away[0, 2] == pytest.approx(3 * 30 + 8 * 30, rel=1e-6)
    rim = flow.until_unknown_m(found)
    assert rim[3, 2] == pytest.approx(9 * 30 + 15, rel=1e-6)


def test_hollows_are_filled_and_crossed() -> None:
    z = plane(-0.1, 0)
    z[3, 4] -= 40
    found = flow.route(raster(z))
    targets = np.zeros((7, 9), dtype=bool)
    targets[:, 7] = True
    away = flow.distance_m(found, targets)
    assert np.isfinite(away[3, :8]).all()
    assert (np.diff(away[3, :4]) < 0).all()


def test_a_plateau_drains_somewhere() -> None:
    found = flow.route(raster(np.full((9, 9), 700.0)))
    assert np.isfinite(flow.until_unknown_m(found)).all()


def test_unknown_ground_stops_the_way() -> None:
    found = flow.route(raster(plane(-0.1, 0)))
    known = np.ones((7, 9), dtype=bool)
    known[:, 5:] = False
    away = flow.until_unknown_m(found, known)
    np.testing.assert_allclose(away[3, :6], 30.0 * (5 - np.arange(6)), rtol=1e-6)


def test_without_data_nothing_is_said() -> None:
    z = plane(-0.1, 0)
    z[2:5, 6] = np.nan
    found = flow.route(raster(z))
    targets = np.zeros((7, 9), dtype=bool)
    targets[3, 8] = True
    away = flow.distance_m(found, targets)
    assert np.isnan(away[2:5, 6]).all()
    # the way of (3, 5) ends at the hole: it leaves the data
    assert np.isinf(away[3, 5])
    empty = flow.route(raster(np.full((3, 3), np.nan)))
    assert np.isnan(flow.until_unknown_m(empty)).all()


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_every_way_ends_and_gets_longer_upstream(seed: int, relief_m: float) -> None:
    random = np.random.default_rng(seed)
    z = random.normal(0, relief_m, (14, 11)).round(1)
    z[random.random((14, 11)) < 0.05] = np.nan
    found = flow.route(raster(z))
    away = flow.until_unknown_m(found)
    assert (np.isfinite(away) == ~np.isnan(z)).all()
    inner = found.downstream >= 0
    below = away.ravel()[found.downstream[inner]]
    assert (away[inner] > below).all()


@given(st.integers(0, 10_000))
def test_water_takes_the_steepest_way_where_there_is_one(seed: int) -> None:
    z = np.random.default_rng(seed).permutation(9).reshape(3, 3) * 10.0
    found = flow.route(raster(z))
    drops = {
        (r, c): (z[1, 1] - z[r, c]) / (30 * np.hypot(r - 1, c - 1))
        for r, c in np.ndindex(3, 3)
        if (r, c) != (1, 1)
    }
    steepest, drop = max(drops.items(), key=lambda item: item[1])
    lowest = min(drops, key=lambda place: z[place])
    # a cell below all its neighbours is filled, and runs over the lowest of them
    assert divmod(int(found.downstream[1, 1]), 3) == (steepest if drop > 0 else lowest)


def test_real_terrain_in_degrees() -> None:
    source = raster_files.open_band(SRTM)
    window = rasters.read_window(source, slice(0, 240), slice(0, 240))
    found = flow.route(window)
    away = flow.until_unknown_m(found)
    assert np.isfinite(away).all()
    # no way is shorter than the straight line to the rim
    row, column = np.mgrid[:240, :240]
    to_rim = np.minimum.reduce([row, column, 239 - row, 239 - column])
    assert (away >= to_rim * found.width_m.min()).all()
