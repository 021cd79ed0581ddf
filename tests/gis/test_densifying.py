"""A straight edge is straight where it was drawn: what that is worth."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis import area, recognition
from gis.projection import CGCS2000, transform

FOUND = recognition.from_declaration("4547")
# a strip of 6 km × 20 m across the west of the city, 100 km from the central meridian
STRIP = shapely.affinity.rotate(shapely.box(400_000, 4_220_000, 406_000, 4_220_020), 35)


def measured(max_edge_m: float | None) -> float:
    moved = recognition.to_cgcs2000(np.array([STRIP]), FOUND, max_edge_m=max_edge_m)
    return float(area.ellipsoidal_m2(moved)[0])


def test_edges_are_at_most_fifty_metres() -> None:
    moved = transform(recognition.to_cgcs2000(np.array([STRIP]), FOUND), CGCS2000, FOUND.crs)
    corners = shapely.get_coordinates(moved)
    assert np.hypot(*np.diff(corners, axis=0).T).max() <= recognition.MAX_EDGE_M + 1e-6


def test_fifty_metres_give_the_area_of_one_metre() -> None:
    assert measured(recognition.MAX_EDGE_M) == pytest.approx(measured(1.0), rel=1e-8)


def test_an_overlap_moves_when_long_edges_are_left_as_they_are() -> None:
    # half of the strip's width, cut along its length by an edge of 6 km
    half = shapely.affinity.rotate(
        shapely.box(400_000, 4_220_000, 406_000, 4_220_010), 35, origin=STRIP.centroid
    )

    def share(max_edge_m: float | None) -> float:
        part = recognition.to_cgcs2000(np.array([half]), FOUND, max_edge_m=max_edge_m)[0]
        dense = recognition.to_cgcs2000(np.array([half]), FOUND, max_edge_m=1.0)[0]
        return float(area.ellipsoidal_m2(np.array([part.symmetric_difference(dense)]))[0]) / measured(1.0)

    assert share(None) > 1e-2
    assert share(recognition.MAX_EDGE_M) < 1e-5
