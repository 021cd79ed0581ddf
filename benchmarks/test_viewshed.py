"""Viewsheds of 400 patches at 30 m within 5 km, beside xarray-spatial and a plain loop.

The promise is under a minute on two cores, first use included. Open ground is the worst case: a line of sight that
is blocked early is left early. xarray-spatial (no curvature, no radius) is given the window of one viewshed; its
compile time comes on top, at each start of the program. The plain loop does one viewshed of 0.5 km.
"""

from __future__ import annotations

import numpy as np
import pytest

from gis.raster import Raster
from gis.terrain.viewshed import VISIBLE, View, viewsheds
from tests.gis.grids import raster
from tests.gis.test_terrain_viewshed import by_hand

SIZE, PATCHES = 2_000, 400
GROUNDS = ("hills", "open")


def ground(kind: str) -> Raster:
    row, column = np.mgrid[:SIZE, :SIZE]
    noise = np.random.default_rng(30).normal(0, 0.5, (SIZE, SIZE))
    hills = 900 + 60 * np.sin(row / 23) + 50 * np.cos(column / 31) + noise
    return raster(hills if kind == "hills" else np.full((SIZE, SIZE), 900.0))


def places() -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.random.default_rng(417).integers(200, SIZE - 200, (2, PATCHES))
    return rows, columns


@pytest.mark.parametrize("kind", GROUNDS)
@pytest.mark.benchmark(group="viewshed of 400 patches")
def test_ours(benchmark: object, kind: str) -> None:
    heights, (rows, columns) = ground(kind), places()
    view = View(5_000, 1.6, 0.0)
    found = benchmark.pedantic(  # type: ignore[attr-defined]
        viewsheds, (heights, rows, columns, view), {"threads": 2}, rounds=3, iterations=1
    )
    assert len(found) == PATCHES
    assert all((one.seen == VISIBLE).any() for one in found)


@pytest.mark.parametrize("kind", GROUNDS)
@pytest.mark.benchmark(group="viewshed of one patch")
def test_ours_one(benchmark: object, kind: str) -> None:
    heights = ground(kind)
    one = np.array([1_000])
    benchmark(viewsheds, heights, one, one, View(5_000, 1.6, 0.0), threads=1)  # type: ignore[operator]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("kind", GROUNDS)
@pytest.mark.benchmark(group="viewshed of one patch")
def test_xarray_spatial_one(benchmark: object, kind: str) -> None:
    xrspatial, xarray = pytest.importorskip("xrspatial"), pytest.importorskip("xarray")
    z = ground(kind).values[833:1168, 833:1168]
    middle = np.arange(335) * 30.0 + 15
    window = xarray.DataArray(
        z, coords={"y": middle[::-1], "x": middle}, dims=("y", "x"), attrs={"res": (30, 30)}
    )
    where = {"x": float(middle[167]), "y": float(middle[167]), "observer_elev": 1.6}
    xrspatial.viewshed(window, **where)
    benchmark(xrspatial.viewshed, window, **where)  # type: ignore[operator]


@pytest.mark.benchmark(group="viewshed of one patch, 0.5 km")
def test_plain_loop(benchmark: object) -> None:
    heights = raster(ground("hills").values[:40, :40])
    benchmark.pedantic(by_hand, (heights, 20, 20, View(500, 1.6, 0.0)), rounds=3)  # type: ignore[attr-defined]


@pytest.mark.benchmark(group="viewshed of one patch, 0.5 km")
def test_ours_small(benchmark: object) -> None:
    heights = raster(ground("hills").values[:40, :40])
    middle = np.array([20])
    benchmark(viewsheds, heights, middle, middle, View(500, 1.6, 0.0), threads=1)  # type: ignore[operator]
