"""The lie of the land: the real coarse heights, with illustrative valleys and ridges in between.

The shipped heights have a node every 0.7 x 0.9 km. On them a drainage network is routed, slopes are
given to it as rivers give them (steep at the head, gentle at the mouth), and what that adds at
wavelengths shorter than the nodes is laid over the real heights. The result looks like land and
follows the real valleys and ranges, but no height of it between the nodes was ever measured: 示意.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage

from data.arrays import Floats, Geometries, points
from data.drainage import Drainage, climb, drain, upstream_cells
from data.grid import Grid

SEED = 140300
MARGIN_M = 4_000.0
STEP_M = 120.0
NODE_SPACING_M = 900.0
ROUGHNESS_WAVELENGTH_M = 4_000.0
ROUGHNESS_SHARE = 0.30
CARVING_SHARE = 0.55
# slope ~ area ** -concavity: the usual value for rivers in steady state (Whipple & Tucker 1999)
CONCAVITY = 0.42
VALLEY_CELLS = 150.0


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """Descriptors of the land on one grid.

    Parameters
    ----------
    grid
        Cells of 120 m in EPSG:4547.
    elevation_m, slope_deg
        Height, and slope as the mean over the cells of ``fine_grid``.
    position_m
        Height above the mean of the surrounding 1.5 km: ridges positive, valleys negative.
    height_above_valley_m
        Height above the valley floor that the cell drains to.
    drainage, upstream_m2
        Flow over the cells of ``grid``.
    fine_grid, fine_elevation_m, fine_slope_deg
        Height and slope on cells of half the size.
    """

    grid: Grid
    elevation_m: Floats
    slope_deg: Floats
    position_m: Floats
    height_above_valley_m: Floats
    drainage: Drainage
    upstream_m2: Floats
    fine_grid: Grid
    fine_elevation_m: Floats
    fine_slope_deg: Floats


def grid_over(city: shapely.Geometry) -> Grid:
    """Return the grid that covers the city and a margin, on round coordinates."""
    west, south, east, north = shapely.bounds(city)
    step = STEP_M
    west = np.floor((west - MARGIN_M) / step) * step
    north = np.ceil((north + MARGIN_M) / step) * step
    rows = int(np.ceil((north - south + MARGIN_M) / step))
    columns = int(np.ceil((east + MARGIN_M - west) / step))
    return Grid(float(west), float(north), step, rows, columns)


def shape_land(coarse_m: Floats, grid: Grid) -> Relief:
    """Add illustrative valleys and ridges to coarse heights and describe the result.

    Parameters
    ----------
    coarse_m
        The real heights, resampled smoothly to ``grid``.
    grid
        Cells of 120 m.
    """
    ruggedness_m = _ruggedness(coarse_m, grid.step_m)
    rough = coarse_m + ROUGHNESS_SHARE * ruggedness_m * noise(grid, ROUGHNESS_WAVELENGTH_M, SEED)
    carved = _carved(rough, coarse_m, ruggedness_m, grid.step_m)
    fine_grid = grid.finer(2)
    fine = ndimage.zoom(carved, 2, order=3, mode="nearest", grid_mode=True)
    fine += 1.5 * noise(fine_grid, 500.0, SEED + 1)
    fine_slope = slope_deg(fine, fine_grid.step_m)
    drainage = drain(carved)
    upstream = upstream_cells(drainage)
    return Relief(
        grid=grid,
        elevation_m=carved,
        slope_deg=fine_slope.reshape(grid.rows, 2, grid.columns, 2).mean(axis=(1, 3)),
        position_m=carved - ndimage.uniform_filter(carved, size=int(3_000.0 / grid.step_m)),
        height_above_valley_m=_height_above_valley(carved, drainage, upstream),
        drainage=drainage,
        upstream_m2=(upstream * grid.step_m**2).reshape(grid.shape),
        fine_grid=fine_grid,
        fine_elevation_m=fine,
        fine_slope_deg=fine_slope,
    )


def slope_deg(elevation_m: Floats, step_m: float) -> Floats:
    """Return the slope of a height grid in degrees."""
    down, right = np.gradient(elevation_m, step_m)
    slope: Floats = np.degrees(np.arctan(np.hypot(down, right)))
    return slope


def smooth(values: Floats, length_m: float, step_m: float) -> Floats:
    """Smooth a grid with a Gaussian of the given length."""
    smoothed: Floats = ndimage.gaussian_filter(values, length_m / step_m, mode="nearest")
    return smoothed


def noise(grid: Grid, wavelength_m: float, seed: int) -> Floats:
    """Return fractal noise of unit spread whose longest waves have the given length."""
    white = np.random.default_rng(seed).normal(size=grid.shape)
    spectrum = np.fft.rfft2(white)
    down = np.fft.fftfreq(grid.rows, grid.step_m)[:, None]
    right = np.fft.rfftfreq(grid.columns, grid.step_m)[None, :]
    frequency = np.hypot(down, right)
    spectrum *= (frequency + 1.0 / wavelength_m) ** -2.0
    rough: Floats = np.fft.irfft2(spectrum, s=grid.shape)
    even: Floats = (rough - rough.mean()) / rough.std()
    return even


def _ruggedness(coarse_m: Floats, step_m: float) -> Floats:
    long_waves = smooth(coarse_m, 2_500.0, step_m)
    ruggedness_m: Floats = np.sqrt(smooth((coarse_m - long_waves) ** 2, 2_500.0, step_m)) + 8.0
    return ruggedness_m


def _carved(rough_m: Floats, coarse_m: Floats, ruggedness_m: Floats, step_m: float) -> Floats:
    drainage = drain(rough_m)
    upstream = upstream_cells(drainage)
    rivers = climb(drainage, upstream**-CONCAVITY).reshape(rough_m.shape)
    short_waves = rivers - smooth(rivers, NODE_SPACING_M, step_m)
    spread = np.sqrt(smooth(short_waves**2, 4_000.0, step_m))
    carved = coarse_m + CARVING_SHARE * ruggedness_m * np.clip(short_waves / spread, -2.5, 2.5)
    return smooth(carved, 0.7 * step_m, step_m)


def _height_above_valley(elevation_m: Floats, drainage: Drainage, upstream: Floats) -> Floats:
    height = elevation_m.ravel()
    floor = np.where(upstream >= VALLEY_CELLS, height, np.nan)
    carried = np.append(floor, np.nan)
    for cells in drainage.levels():
        carried[cells] = np.where(np.isnan(floor[cells]), carried[drainage.downstream[cells]], floor[cells])
    floor = np.where(np.isnan(carried[:-1]), height, carried[:-1])
    return np.maximum(height - floor, 0.0).reshape(elevation_m.shape)


def valley_points(relief: Relief, cells: list[int]) -> Geometries:
    """Return the centres of drainage cells as points, in the order given."""
    rows, columns = np.unravel_index(np.asarray(cells), relief.grid.shape)
    return points(np.column_stack([relief.grid.x_m[columns], relief.grid.y_m[rows]]))
