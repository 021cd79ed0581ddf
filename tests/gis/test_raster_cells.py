"""Cells under polygons, countable by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from affine import Affine

from gis import raster_cells
from gis.equal_area import geometries_to_plane
from gis.errors import InputError
from gis.projection import CGCS2000, transform
from gis.raster import Raster

WEST, NORTH = 464_000.0, 4_190_000.0


def raster(values: list[list[float]], *, west: float = WEST, step: float = 30.0, epsg: int = 4547) -> Raster:
    return Raster(
        np.array(values), Affine(step, 0, west, 0, -step, NORTH), pyproj.CRS.from_epsg(epsg), None, "r.tif"
    )


def polygon(*corners: float) -> gpd.GeoSeries:
    box = np.array([shapely.box(*corners)], dtype=object)
    return gpd.GeoSeries(transform(box, pyproj.CRS.from_epsg(4547), CGCS2000), crs=4490)


def test_one_cell_and_a_half() -> None:
    one, two = raster([[1.0, 2.0], [3.0, 4.0]]), raster([[5.0, np.nan], [7.0, 8.0]])
    (found,) = raster_cells.under(polygon(WEST, NORTH - 30, WEST + 45, NORTH), [one, two])
    order = np.argsort(-found.share)
    assert found.share[order][:2] == pytest.approx([1.0, 0.5], abs=1e-4)
    assert found.values[0][order][:2].tolist() == [1.0, 2.0]
    assert found.values[1][order][0] == 5.0
    assert np.isnan(found.values[1][order][1])


def test_ground_outside_the_raster_is_a_cell_without_data() -> None:
    (found,) = raster_cells.under(
        polygon(WEST - 60, NORTH - 30, WEST + 30, NORTH), [raster([[1.0]]), raster([[1.0]])]
    )
    seen = np.isfinite(found.values[0])
    assert found.share[seen].sum() == pytest.approx(1, abs=1e-4)
    assert found.share.sum() == pytest.approx(3, abs=1e-3)
    (beside,) = raster_cells.under(polygon(WEST + 300, NORTH - 30, WEST + 330, NORTH), [raster([[1.0]])])
    assert np.isnan(beside.values).all()
    assert beside.share.sum() == pytest.approx(1, abs=1e-3)


def test_an_empty_polygon_has_no_cells() -> None:
    empty = gpd.GeoSeries([shapely.Polygon()], crs=4490)
    (found,) = raster_cells.under(empty, [raster([[1.0]])])
    assert found.values.shape == (1, 0)
    assert found.share.size == 0


def test_cells_have_their_ellipsoidal_area() -> None:
    ground = polygon(WEST, NORTH - 60, WEST + 60, NORTH)
    (found,) = raster_cells.under(ground, [raster([[1.0, 2.0], [3.0, 4.0]])])
    area = shapely.area(geometries_to_plane(ground.to_numpy()))[0]
    assert found.share.sum() * found.cell_m2 == pytest.approx(area, rel=1e-4)


@pytest.mark.parametrize(
    "other",
    [
        raster([[1.0, 2.0]]),
        raster([[1.0], [2.0]], west=WEST + 1),
        raster([[1.0], [2.0]], step=29.0),
        raster([[1.0], [2.0]], epsg=4526),
    ],
    ids=["shape", "place", "step", "system"],
)
def test_two_grids_are_refused(other: Raster) -> None:
    with pytest.raises(InputError) as caught:
        raster_cells.require_one_grid(raster([[1.0], [2.0]]), other)
    assert caught.value.code == "raster_grids"
