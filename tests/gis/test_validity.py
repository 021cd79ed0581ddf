"""Mending where GEOS can't mend by structure: the area stays, or the fault stays loud."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis import validity

SPIKE = shapely.Polygon([(0, 0), (2, 0), (2, 2), (1, 2), (1, 3), (1, 2), (0, 2)])
OVERLAPPING = shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)])


def array(*geometries: shapely.Geometry | None) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array(geometries, dtype=object)


@pytest.fixture(autouse=True)
def no_structure(monkeypatch: pytest.MonkeyPatch) -> None:
    """GEOS as it is where edges come closer than rounding (TopologyException)."""

    def fails(_: object) -> None:
        raise shapely.GEOSException("TopologyException: unable to assign free hole to a shell")

    monkeypatch.setattr(validity, "_by_structure", fails)


def test_a_polygon_is_made_of_its_lines() -> None:
    spike, missing = validity.made_valid(array(SPIKE, None))
    assert missing is None
    assert spike.equals(shapely.box(0, 0, 2, 2))
    assert spike.is_valid


def test_ground_that_counts_twice_is_never_lost_in_silence() -> None:
    with pytest.raises(shapely.GEOSException):
        validity.made_valid(array(OVERLAPPING))
