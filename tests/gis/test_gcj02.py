"""GCJ-02 against the values that public implementations agree on."""

from __future__ import annotations

import numpy as np
import pytest

from gis import gcj02

# longitude, latitude → shifted; the test values of the eviltransform library (MIT), 1e-7 degrees ≈ 1 cm
PUBLISHED = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]


@pytest.mark.parametrize(("start", "shifted"), PUBLISHED)
def test_published_values(start: tuple[float, float], shifted: tuple[float, float]) -> None:
    assert gcj02.from_cgcs2000(np.array([start]))[0] == pytest.approx(shifted, abs=2e-7)


def test_there_and_back() -> None:
    points = np.random.default_rng(7).uniform([112.5, 37.3], [114.5, 38.8], (200, 2))
    assert gcj02.to_cgcs2000(gcj02.from_cgcs2000(points)) == pytest.approx(points, abs=1e-10)
