"""Slope on planes whose slope is known, in metres and in degrees, and on real terrain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st

from gis import rasters
from gis.files import rasters as raster_files
from gis.raster import Raster
from gis.terrain import cell_size, slope
from tests.gis.grids import raster

SRTM = Path(__file__).parent / "input" / "srtm3_S36E149_TESTONLY.tif"


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_a_plane_has_one_slope(east: float, south: float) -> None:
    row, column = np.mgrid[:5, :6] * 30.0
    found = slope.degrees(raster(500 + east * column + south * row))
    expected = np.degrees(np.arctan(np.hypot(east, south)))
    # the scale of the Gauss-Krüger plane is 1 within 1e-8 here
    np.testing.assert_allclose(found[1:-1, 1:-1], expected, atol=1e-5)
    assert np.isnan(found[[0, -1]]).all()
    assert np.isnan(found[:, [0, -1]]).all()


def test_in_degrees_distances_are_those_of_the_ellipsoid() -> None:
    # 0.001° at 38°N: 87.83 m to the east (87 832.5 m per degree), 110.99 m to the north; both rise 10 m a cell
    step = 0.001
    grid = Affine(step, 0, 113.5, 0, -step, 38 + 1.5 * step)
    east = slope.degrees(Raster(np.tile(10.0 * np.arange(3), (3, 1)), grid, pyproj.CRS(4490), None))
    north = slope.degrees(Raster(np.tile(-10.0 * np.arange(3), (3, 1)).T, grid, pyproj.CRS(4490), None))
    assert east[1, 1] == pytest.approx(np.degrees(np.arctan(10 / 87.8325)), abs=1e-4)
    assert north[1, 1] == pytest.approx(np.degrees(np.arctan(10 / 110.99)), abs=1e-3)


def test_web_mercator_metres_are_not_taken_for_metres() -> None:
    # at 38°N a metre of the map is about cos 38° = 0.788 m on the ground
    grid = Affine(30, 0, 12_634_000, 0, -30, 4_579_500)
    flat = Raster(np.zeros((3, 3)), grid, pyproj.CRS(3857), None)
    width_m, height_m = cell_size.of(flat)
    assert width_m[1] == pytest.approx(30 * 0.788, rel=0.01)
    assert height_m[1] == pytest.approx(30 * 0.788, rel=0.01)


def test_a_hole_is_not_flat() -> None:
    z = np.zeros((5, 5))
    z[2, 2] = np.nan
    found = slope.degrees(raster(z))
    assert np.isnan(found[1:4, 1:4]).all()


@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (5, 2)])
def test_too_small_to_have_a_slope(shape: tuple[int, int]) -> None:
    assert np.isnan(slope.degrees(raster(np.zeros(shape)))).all()


def test_real_terrain_in_degrees() -> None:
    source = raster_files.open_band(SRTM)
    window = rasters.read_window(source, slice(0, 240), slice(0, 240))
    found = slope.degrees(window)[1:-1, 1:-1]
    # Horn's weights are a mean of three central differences; NumPy's gradient is the middle one of them
    width_m, height_m = cell_size.of(window)
    down, right = np.gradient(window.values)
    plain = np.degrees(np.arctan(np.hypot(down / height_m[:, None], right / width_m[:, None])))[1:-1, 1:-1]
    assert 75 < width_m.mean() < 76
    assert 92 < height_m.mean() < 93
    assert np.corrcoef(found.ravel(), plain.ravel())[0, 1] > 0.97
    assert found.mean() < plain.mean() < 1.2 * found.mean()
