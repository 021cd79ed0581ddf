"""Illustrative rasters for work on single mines: heights of 30 m, and NDVI of two dates.

The heights are the drawn relief (real coarse heights with illustrative valleys), cut and heaped up at the drawn
patches. The NDVI is the real coarse maximum of many years, varied by relief, with bare patches; plants return by
themselves to some untreated ones, seldom to rock. Between the two dates treated patches turn green, but one in five
stays bare. **No cell of it was measured: 示意.**
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas
import numpy as np
import pyproj
import shapely
from affine import Affine
from scipy import ndimage

from data import sources
from data.arrays import Floats, Truths
from data.grid import Grid
from data.land import Land
from data.mine_dangers import pit_depth_m
from data.planes import PROJECTED, points_to_geographic
from data.relief import noise
from gis.files import rasters
from gis.raster import Raster

SEED = 20_300
FINER = 4
CELL_NOISE_M = 0.25
HEIGHTS_BEYOND_CITY_M, NDVI_BEYOND_CITY_M = 4_000.0, 1_000.0
FACE_M = 20.0
HEAP_SHARE = 0.6
PIT_UNITS, HEAP_UNITS = ("1", "5"), ("3",)
NOT_RECOVERED_SHARE = 0.20
BARE_NDVI, SOIL_NDVI, TOWN_NDVI, ROCK_NDVI = (0.07, 0.20), 0.06, 0.18, 0.10
GREENING = 0.015
# untreated patches by how far plants have come back: bare, sparse, overgrown; as a share of the green around them
RETURNED = ((0.0, 0.0), (0.25, 0.55), (0.60, 0.95))
RETURNED_SHARES, RETURNED_SHARES_ROCK = (0.45, 0.30, 0.25), (0.80, 0.14, 0.06)
REGROWTH_BETWEEN_DATES = 0.07
ROCK_UNIT = "1"
NDVI_STEP, NDVI_SCALE = 0.01, 0.0001
HEIGHT_SCALE_M = 0.1
NO_DATA = -32768


@dataclass(frozen=True, slots=True, eq=False)
class MineRasters:
    """Stored cells in EPSG:4547, and what a stored step is worth."""

    heights: Raster
    ndvi_before: Raster
    ndvi_after: Raster


def draw(land: Land, mines: geopandas.GeoDataFrame, towns: geopandas.GeoDataFrame) -> MineRasters:
    """Draw the three rasters.

    Parameters
    ----------
    land
        The lie of the land.
    mines
        Patches with the fields of the verification table, EPSG:4547.
    towns
        Built-up ground, EPSG:4547.
    """
    grid = land.relief.grid.finer(FINER)
    random = np.random.default_rng(SEED)
    heights_m = _heights(land, grid)
    green_before, green_after = _green(land, grid, heights_m, towns)
    recovered = random.random(len(mines)) >= NOT_RECOVERED_SHARE
    bare = random.uniform(*BARE_NDVI, len(mines))
    regrown = random.uniform(0.75, 1.0, len(mines))
    treated = (mines["hfzlqk"] == "B").to_numpy()
    changed = (mines["tbxl"] != "37").to_numpy()
    returned, returned_later = _returned(mines["tbsx"].to_numpy(dtype=str))
    for number, patch in enumerate(mines.geometry.to_numpy()):
        window, cells = grid.window(shapely.bounds(patch))
        inside = window.covered(np.array([patch]))
        _dig(heights_m[cells], inside, window.step_m, str(mines["tbsx"].iloc[number]), patch.area)
        if changed[number]:
            soil = bare[number] + random.normal(0.0, 0.02, inside.shape)
            later = soil + random.normal(0, 0.01)
            if treated[number] and recovered[number]:
                later = regrown[number] * green_after[cells]
            elif not treated[number]:
                later = later + returned_later[number] * np.clip(green_after[cells] - later, 0.0, None)
                soil = soil + returned[number] * np.clip(green_before[cells] - soil, 0.0, None)
            green_before[cells][inside] = soil[inside]
            green_after[cells][inside] = later[inside]
    near, inside_city = (
        grid.covered(shapely.buffer(np.array([land.city.outline]), beyond_m))
        for beyond_m in (HEIGHTS_BEYOND_CITY_M, NDVI_BEYOND_CITY_M)
    )
    return MineRasters(
        _stored(heights_m / HEIGHT_SCALE_M, near, grid),
        _stored(_stepped(green_before), inside_city, grid),
        _stored(_stepped(green_after), inside_city, grid),
    )


def _returned(unit: np.ndarray) -> tuple[Floats, Floats]:
    """Return how far plants have come back to each patch at the two dates, were it not treated."""
    random = np.random.default_rng(SEED + 5)
    kind = np.where(
        unit == ROCK_UNIT,
        random.choice(len(RETURNED), len(unit), p=RETURNED_SHARES_ROCK),
        random.choice(len(RETURNED), len(unit), p=RETURNED_SHARES),
    )
    least, most = np.array(RETURNED)[kind].T
    before = random.uniform(least, most)
    later = np.where(kind > 0, before + random.uniform(0.0, REGROWTH_BETWEEN_DATES, len(unit)), before)
    return before, np.clip(later, 0.0, 1.0)


def _heights(land: Land, grid: Grid) -> Floats:
    fine = ndimage.zoom(land.relief.fine_elevation_m, 2, order=3, mode="nearest", grid_mode=True)
    rough: Floats = fine + CELL_NOISE_M * noise(grid, 120.0, SEED + 1)
    return rough


def _dig(heights_m: Floats, inside: Truths, step_m: float, unit: str, area_m2: float) -> None:
    """Cut a pit with a steep face, or heap up waste, in place."""
    if not set(unit) & {*PIT_UNITS, *HEAP_UNITS}:
        return
    depth_m = float(pit_depth_m(np.array(area_m2)))
    from_edge_m = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1] * step_m
    shape = np.clip(from_edge_m / FACE_M, 0.0, 1.0)
    is_pit = bool(set(unit) & set(PIT_UNITS))
    heights_m += (-depth_m if is_pit else HEAP_SHARE * depth_m) * shape


def _green(land: Land, grid: Grid, heights_m: Floats, towns: geopandas.GeoDataFrame) -> tuple[Floats, Floats]:
    """Return the NDVI of the two dates without mines."""
    coarse = ndimage.zoom(_coarse_ndvi(land.relief.grid), FINER, order=1, mode="nearest", grid_mode=True)
    # rows run southwards: where heights grow along them the ground falls to the north, and is greener
    shaded = np.clip(np.gradient(heights_m, grid.step_m, axis=0), -0.6, 0.6)
    texture = noise(grid, 1_200.0, SEED + 2)
    green = 0.86 * coarse + 0.10 * shaded + 0.04 * texture - 0.02
    # bare rock, river beds and ploughed fields: a fourteenth of the ground, some of it only partly
    bare = np.clip((noise(grid, 900.0, SEED + 4) + 1.3) / -0.5, 0.0, 1.0)
    green += bare * (ROCK_NDVI - green)
    built = grid.covered(towns.geometry.to_numpy())
    green[built] = TOWN_NDVI + 0.25 * (green[built] - TOWN_NDVI)
    before = np.clip(green, SOIL_NDVI, 0.92)
    after = np.clip(green + GREENING + 0.012 * noise(grid, 2_000.0, SEED + 3), SOIL_NDVI, 0.92)
    return before, after


def _coarse_ndvi(grid: Grid) -> Floats:
    coarse = rasters.read(sources.path("ndvi", "ndvi_max_climatology_0p05deg.tif"))
    y_m, x_m = np.meshgrid(grid.y_m, grid.x_m, indexing="ij")
    longitude, latitude = points_to_geographic(x_m, y_m)
    columns = (longitude - coarse.transform.c) / coarse.transform.a - 0.5
    rows = (latitude - coarse.transform.f) / coarse.transform.e - 0.5
    values = coarse.cells(slice(0, coarse.shape[0]), slice(0, coarse.shape[1]))
    known = np.where(np.isnan(values), np.nanmedian(values), values)
    sampled: Floats = ndimage.map_coordinates(known, [rows, columns], order=1, mode="nearest")
    return sampled


def _stepped(ndvi: Floats) -> Floats:
    stored: Floats = np.rint(ndvi / NDVI_STEP) * (NDVI_STEP / NDVI_SCALE)
    return stored


def _stored(values: Floats, known: Truths, grid: Grid) -> Raster:
    transform = Affine(grid.step_m, 0.0, grid.west_m, 0.0, -grid.step_m, grid.north_m)
    cells = np.where(known, np.rint(values), NO_DATA).astype(np.int16)
    return Raster(cells, transform, pyproj.CRS.from_epsg(PROJECTED), NO_DATA)
