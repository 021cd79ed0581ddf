"""The plane: exact there and back, equal area."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis import equal_area


@given(st.floats(73, 136), st.floats(3, 54))
def test_there_and_back(longitude: float, latitude: float) -> None:
    start = np.array([[longitude, latitude]])
    assert equal_area.from_plane(equal_area.to_plane(start)) == pytest.approx(start, abs=1e-12)


def test_the_plane_is_projs_equal_area_cylinder() -> None:
    points = np.random.default_rng(20261123).uniform([112.5, 37.3], [114.5, 38.8], (500, 2))
    proj = pyproj.Transformer.from_crs(
        "EPSG:4490", "+proj=cea +lat_ts=38 +lon_0=113.5 +ellps=GRS80 +units=m", always_xy=True
    )
    expected = np.column_stack(proj.transform(points[:, 0], points[:, 1]))
    expected[:, 1] -= proj.transform(113.5, 38.0)[1]
    assert equal_area.to_plane(points) == pytest.approx(expected, abs=1e-6)


def test_the_plane_for_files_is_the_plane() -> None:
    points = np.random.default_rng(20261124).uniform([110, 34.5], [115, 41], (500, 2))
    proj = pyproj.Transformer.from_crs("EPSG:4490", equal_area.PLANE_WKT, always_xy=True)
    assert proj.target_crs is not None
    assert proj.target_crs.name == equal_area.PLANE_NAME
    assert np.column_stack(proj.transform(*points.T)) == pytest.approx(equal_area.to_plane(points), abs=1e-7)
