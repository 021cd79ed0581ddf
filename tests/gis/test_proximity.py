"""Distances against geodesics."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import CrsMixUpError
from gis.overlap import Ground
from gis.proximity import FEW, nearest, nearest_ground


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


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from([30.0, 100.0, 2_000.0]))
def test_features_cut_short_around_a_few_parcels_lose_no_neighbour(seed: int, within_m: float) -> None:
    """What is cut off lies beyond the radius: the answer is that of the whole features."""
    rng = np.random.default_rng(seed)
    corner = rng.uniform([113.5, 37.9], [113.56, 37.95], (int(rng.integers(1, FEW)), 2))
    parcels = gpd.GeoSeries(
        shapely.box(*corner.T, *(corner + rng.uniform(1e-4, 4e-3, corner.shape)).T), crs=4490
    )
    centre = rng.uniform([113.48, 37.88], [113.58, 37.97], (6, 2))
    # Rings many kilometres wide among small ones: parcels lie in them, across them and in their holes.
    reach = rng.choice([2e-3, 2e-2, 8e-2], 6)
    discs = shapely.buffer(shapely.points(centre), reach, quad_segs=4)
    rings = shapely.difference(
        discs, shapely.buffer(shapely.points(centre), reach * rng.uniform(0.2, 0.9, 6))
    )
    features = gpd.GeoSeries(shapely.segmentize(rings, 4e-4), crs=4490)
    found = nearest_ground(Ground(parcels), Ground(features), within_m=within_m)
    whole = nearest(parcels, features, within_m=within_m)
    assert found.index.tolist() == whole.index.tolist()
    assert found["distance_m"].to_numpy(float) == pytest.approx(whole["distance_m"].to_numpy(float), abs=1e-6)


@pytest.mark.parametrize("longitude", [87.6, 113.2, 126.6])
def test_a_neighbour_is_found_however_far_from_the_meridian(longitude: float) -> None:
    """The plane of 114°E is longer by a hundredth and more so far away; what is 99 m off would seem 100."""
    place = gpd.GeoSeries([shapely.box(longitude, 38, longitude + 0.001, 38.001)], crs=4490)
    north = 38.001 + 99.0 / 110_996  # a degree of latitude is 110,996 m here
    neighbour = gpd.GeoSeries([shapely.box(longitude, north, longitude + 0.001, north + 0.001)], crs=4490)
    found = nearest_ground(Ground(place), Ground(neighbour), within_m=100.0)
    assert found["distance_m"].tolist() == pytest.approx([99.0], abs=0.01)
