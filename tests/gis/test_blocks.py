"""Blocks: every geometry once, in order, and work done by block is the work done at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis import blocks, repair

SHAPES = [
    None,
    shapely.Polygon(),
    shapely.box(0, 0, 1, 1),
    shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]),
    shapely.Point(1, 1).buffer(1),
    shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(3, 0, 4, 1)]),
    shapely.LineString([(0, 0), (1, 1)]),
]


@given(st.lists(st.sampled_from(range(len(SHAPES))), max_size=30), st.integers(1, 100))
def test_slices_cover_every_geometry_once_and_are_not_larger_than_asked(chosen: list[int], most: int) -> None:
    geometries = np.array([SHAPES[number] for number in chosen], dtype=object)
    found = blocks.slices(geometries, most)
    assert [row for rows in found for row in range(rows.start, rows.stop)] == list(range(len(geometries)))
    counts = shapely.get_num_coordinates(geometries)
    for rows in found:
        # A run ends where the count passes a multiple of the limit: without its first it is below the limit.
        assert counts[rows][1:].sum() < most or np.count_nonzero(counts[rows]) <= 1


@given(st.lists(st.sampled_from(range(len(SHAPES))), min_size=1, max_size=20))
def test_repair_does_not_depend_on_blocks(chosen: list[int]) -> None:
    geometries = np.array([SHAPES[number] for number in chosen], dtype=object)
    index = pd.RangeIndex(len(geometries))
    whole = repair.repair(geometries, index, "polygon", metres_per_unit=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repair, "slices", lambda items: blocks.slices(items, 3))
        cut = repair.repair(geometries, index, "polygon", metres_per_unit=1)
    assert whole.geometries.tolist() == cut.geometries.tolist()
    pd.testing.assert_frame_equal(whole.faults, cut.faults)
    assert whole.doubtful_units2.tolist() == cut.doubtful_units2.tolist()
