"""Mean slope of 400 and of 2,000 patches on a DEM of 30 m, beside what a user would pick instead.

Peers: ``rasterstats`` (a cell counts when its centre is inside), and a mask per patch with NumPy. Both read the
slope from memory; ours makes it from heights, window by window.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis import projection, rasters
from gis.raster import Raster
from gis.terrain import slope
from tests.gis.grids import NORTH_M, PLANE, WEST_M, raster

SIZE = 2_000
COUNTS = (400, 2_000)


@pytest.fixture(scope="module")
def heights() -> Raster:
    row, column = np.mgrid[:SIZE, :SIZE]
    noise = np.random.default_rng(30).normal(0, 0.5, (SIZE, SIZE))
    return raster(900 + 60 * np.sin(row / 23) + 50 * np.cos(column / 31) + noise)


def patches(count: int) -> gpd.GeoSeries:
    """Discs of about 1.6 ha, 28 corners each."""
    random = np.random.default_rng(417)
    at = random.uniform(600, 30 * SIZE - 600, (count, 2)) * [1, -1] + [WEST_M, NORTH_M]
    discs = shapely.buffer(shapely.points(at), random.uniform(40, 110, count), quad_segs=7)
    return gpd.GeoSeries(discs, crs=4547)


def official(plane: gpd.GeoSeries) -> gpd.GeoSeries:
    return gpd.GeoSeries(projection.transform(plane.to_numpy(), PLANE, projection.CGCS2000), crs=4490)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.benchmark(group="zonal")
def test_ours(benchmark: object, heights: Raster, count: int) -> None:
    polygons = official(patches(count))
    found = benchmark(  # type: ignore[operator]
        rasters.zonal, polygons, heights, ("mean", "p90"), derive=slope.degrees, margin_cells=1
    )
    assert found["mean"].notna().all()


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.benchmark(group="zonal")
def test_rasterstats(benchmark: object, heights: Raster, count: int) -> None:
    rasterstats = pytest.importorskip("rasterstats")
    degrees, polygons = slope.degrees(heights), patches(count)
    found = benchmark(  # type: ignore[operator]
        rasterstats.zonal_stats,
        polygons,
        degrees,
        affine=heights.transform,
        stats=["mean", "percentile_90"],
        nodata=-9999,
    )
    assert len(found) == count


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.benchmark(group="zonal")
def test_masks_with_numpy(benchmark: object, heights: Raster, count: int) -> None:
    degrees, polygons = slope.degrees(heights), patches(count).to_numpy()

    def masks() -> list[tuple[float, float]]:
        found = []
        for polygon in polygons:
            cells = rasters.cells_in(polygon, heights)
            under = degrees[cells[:, 0], cells[:, 1]]
            found.append((float(under.mean()), float(np.percentile(under, 90))))
        return found

    assert len(benchmark(masks)) == count  # type: ignore[operator]
    benchmark.extra_info["engine"] = f"masks with numpy, whole cells only ({count})"  # type: ignore[attr-defined]
