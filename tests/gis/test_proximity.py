"""Distances against geodesics."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from gis.errors import CrsMixUpError
from gis.proximity import nearest


def test_distance_between_points_is_the_geodesic() -> None:
    rng = np.random.default_rng(11)
    start, stop = (
        rng.uniform([112.9, 37.7], [114.0, 38.4], (50, 2)),
        rng.uniform([112.9, 37.7], [114.0, 38.4], (1, 2)),
    )
    found = nearest(
        gpd.GeoSeries(shapely.points(start), crs=4490),
        gpd.GeoSeries(shapely.points(stop), crs=4490),
        within_m=200_000,
    )
    many = np.repeat(stop, 50, axis=0)
    expected = pyproj.Geod(ellps="GRS80").inv(start[:, 0], start[:, 1], many[:, 0], many[:, 1])[2]
    assert found["distance_m"].to_numpy() == pytest.approx(expected, rel=1e-9)


def test_polygons_that_touch_are_at_zero_and_far_ones_are_left_out() -> None:
    left = gpd.GeoSeries(
        [shapely.box(113.5, 38, 113.51, 38.01), shapely.box(113.0, 38, 113.01, 38.01)], crs=4490
    )
    right = gpd.GeoSeries([shapely.box(113.51, 38, 113.52, 38.01)], crs=4490, index=["river"])
    found = nearest(left, right, within_m=1000)
    assert found.index.tolist() == [0]
    assert found["right"].tolist() == ["river"]
    assert found["distance_m"].tolist() == [0.0]


def test_another_system_is_refused() -> None:
    with pytest.raises(CrsMixUpError):
        nearest(
            gpd.GeoSeries([shapely.Point(0, 0)], crs=4547),
            gpd.GeoSeries([shapely.Point(0, 0)], crs=4490),
            within_m=1,
        )
