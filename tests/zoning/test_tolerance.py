"""How sure a hit is: boxes of about 88 m × 111 m, lines known to 5 m."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import overlap
from tests.zoning.world import cell, find, layer, site
from zoning import conflicts, tolerance

METRE_EAST = 1 / 87.83
"""One metre in cells of 0.001° of longitude at 38°N."""


def hit_at(depth_m: float, accuracy_m: float | None = 5.0) -> dict[str, object]:
    """A factory into which the red line reaches by a depth, along its whole eastern side."""
    red_line = layer(
        "ecological_red_line", [(cell(1 - depth_m * METRE_EAST, 0, 3, 1), "other")], accuracy_m=accuracy_m
    )
    (row,) = find(site(cell(0, 0)), red_line, national_major="no").to_dict("records")
    return row


def test_deeper_than_the_accuracy_is_definite() -> None:
    row = hit_at(8.0)
    assert (row["state"], row["standing"]) == ("hit", "definite")
    # 111 m high: 8 m deep now, 3 m at the least, 13 m at the most
    assert row["conflict_m2"] == pytest.approx(8 * 111, rel=0.01)
    assert row["conflict_least_m2"] == pytest.approx(3 * (111 - 10), rel=0.03)
    assert row["conflict_most_m2"] == pytest.approx(13 * 111, rel=0.01)
    assert row["width_m"] == pytest.approx(2 * 8 * 111 / (2 * (8 + 111)), rel=0.01)


def test_deeper_than_half_the_accuracy_is_probable() -> None:
    row = hit_at(4.0)
    assert row["standing"] == "probable"
    assert row["conflict_least_m2"] == 0


def test_shallower_than_half_the_accuracy_is_within_tolerance_and_asks() -> None:
    red_line = layer("ecological_red_line", [(cell(1 - 2 * METRE_EAST, 0, 3, 1), "other")], accuracy_m=5.0)
    found = find(site(cell(0, 0)), red_line, national_major="no")
    assert found["standing"].tolist() == ["within_tolerance"]
    assert found["verdict"].tolist() == ["P"]
    assert conflicts.overall(found).tolist() == ["?"]


def test_without_a_stated_accuracy_lines_are_taken_at_face_value() -> None:
    row = hit_at(0.5, accuracy_m=None)
    assert row["standing"] == "definite"
    assert row["conflict_least_m2"] == row["conflict_m2"] == row["conflict_most_m2"]


def test_a_line_just_outside_is_near_not_clear() -> None:
    row = hit_at(-3.0)
    assert (row["state"], row["reason"], row["verdict"]) == ("near", "within_accuracy", "?")
    assert (row["if_yes"], row["if_no"]) == ("P", "N")
    assert row["conflict_m2"] == 0
    assert row["conflict_most_m2"] == pytest.approx(2 * 111, rel=0.01)


def test_something_within_a_hundred_metres_reads_differently_from_nothing() -> None:
    row = hit_at(-30.0)
    assert (row["state"], row["verdict"]) == ("clear", "N")
    assert row["nearest_m"] == pytest.approx(30.0, abs=0.1)
    assert 0 < row["nearest_error_m"] < 0.01
    far = hit_at(-200.0)
    assert far["state"] == "clear"
    assert far["nearest_m"] != far["nearest_m"]


def test_the_sites_own_accuracy_counts_too() -> None:
    # 3 m and 4 m add in squares to 5 m
    red_line = layer("ecological_red_line", [(cell(1 + 4.5 * METRE_EAST, 0, 3, 1), "other")], accuracy_m=3.0)
    assert find(site(cell(0, 0), accuracy_m=0.0), red_line)["state"].tolist() == ["clear"]
    near = find(site(cell(0, 0), accuracy_m=4.0), red_line, national_major="no")
    assert near["state"].tolist() == ["near"]
    assert near["accuracy_m"].tolist() == [5.0]


def test_outside_the_development_boundary_the_range_is_that_of_the_complement() -> None:
    boundary = layer("urban_development_boundary", [(cell(0, 0, 0.5, 1), "concentrated")], accuracy_m=5.0)
    found = find(site(cell(0, 0)), boundary, activity="HOUS").set_index("sub_class")
    half = 0.5 * 87.83 * 111
    outside = found.loc["outside"]
    assert outside["conflict_m2"] == pytest.approx(half, rel=0.01)
    assert outside["conflict_least_m2"] == pytest.approx(half - 5 * 111, rel=0.01)
    # the boundary may be 5 m smaller all round: (43.9 - 10) m × (111 - 10) m remain of it
    assert outside["conflict_most_m2"] == pytest.approx(2 * half - (43.9 - 10) * (111 - 10), rel=0.01)


def strips(width_m: float, gap_m: float, count: int) -> list[tuple[shapely.Geometry, str | None]]:
    """Red line in strips across a factory, from its western edge on."""
    step = (width_m + gap_m) * METRE_EAST
    return [(cell(number * step, -1, width_m * METRE_EAST, 3), "other") for number in range(count)]


def test_narrow_features_that_fill_a_parcel_are_definite() -> None:
    red_line = layer("ecological_red_line", strips(4.9, 0.1, 17), accuracy_m=5.0)
    (row,) = find(site(cell(0, 0)), red_line, national_major="no").to_dict("records")
    assert (row["standing"], row["verdict"], row["counts_as"]) == ("definite", "P", "P")
    assert row["share"] > 0.94
    # Of 88 m × 111 m, what is 5 m from the edge stays in the factory wherever a shift brings it.
    assert row["conflict_least_m2"] == pytest.approx(0.98 * 76 * 101, rel=0.03)


def test_a_narrow_feature_in_the_middle_is_definite() -> None:
    red_line = layer("ecological_red_line", [(cell(0.5, 0.5, 4 * METRE_EAST, 0.04), "other")], accuracy_m=5.0)
    (row,) = find(site(cell(0, 0)), red_line, national_major="no").to_dict("records")
    assert row["standing"] == "definite"
    assert row["conflict_least_m2"] == pytest.approx(row["conflict_m2"], rel=1e-6)


def test_a_narrow_feature_near_the_edge_may_lie_outside() -> None:
    for depth_m, standing in ((2.0, "within_tolerance"), (4.0, "probable"), (6.0, "definite")):
        sliver = cell(1 - depth_m * METRE_EAST, 0.3, 1.0 * METRE_EAST, 0.4)
        red_line = layer("ecological_red_line", [(sliver, "other")], accuracy_m=5.0)
        (row,) = find(site(cell(0, 0)), red_line, national_major="no").to_dict("records")
        assert row["standing"] == standing


def test_a_parcel_narrower_than_the_accuracy_is_judged_by_the_shrunk_line() -> None:
    parcel = cell(0, 0, 8 * METRE_EAST, 1)
    red_line = layer("ecological_red_line", [(cell(0, 0, 4 * METRE_EAST, 1), "other")], accuracy_m=5.0)
    (row,) = find(site(parcel), red_line, national_major="no").to_dict("records")
    assert row["standing"] == "probable"


def test_narrow_gaps_of_a_layer_leave_ground_outside_it() -> None:
    """Ground outside the boundary in strips of 4.9 m: some of it is there wherever the lines lie."""
    boundary = layer(
        "urban_development_boundary",
        [(cell((number * 5.0 + 4.9) * METRE_EAST, -1, 0.1 * METRE_EAST, 3), None) for number in range(17)],
        accuracy_m=5.0,
    )
    found = find(site(cell(0, 0)), boundary)
    outside = found[found["relation"] == "outside"]
    assert len(outside)
    assert set(outside["standing"]) == {"definite"}


@settings(max_examples=60, deadline=None)
@given(
    boxes=st.lists(
        st.tuples(st.floats(-30, 110), st.floats(-30, 110), st.floats(0.5, 40), st.floats(0.5, 40)),
        min_size=1,
        max_size=8,
    ),
    accuracy_m=st.floats(0.5, 20),
    direction=st.floats(0, 2 * math.pi),
)
def test_no_shift_within_the_accuracy_leaves_less_than_the_least(
    boxes: list[tuple[float, float, float, float]], accuracy_m: float, direction: float
) -> None:
    parcel = shapely.Polygon([(0, 0), (100, 0), (100, 60), (50, 60), (50, 100), (0, 100)])
    features = shapely.union_all([shapely.box(x, y, x + w, y + h) for x, y, w, h in boxes])
    shifted = tolerance.shift(plane(parcel), plane(features), accuracy_m)
    # Shifts are drawn with eighths of quarter circles: 0.5 % short.
    x, y = (0.99 * accuracy_m * turn(direction) for turn in (math.cos, math.sin))
    moved_m2 = shapely.area(shapely.intersection(parcel, shapely.affinity.translate(features, x, y)))
    assert moved_m2 >= shapely.area(tolerance.larger(shifted.shrunk, shifted.within)[0]) - 1e-6
    half_m2 = shapely.area(shapely.intersection(parcel, shapely.affinity.translate(features, x / 2, y / 2)))
    assert half_m2 >= shapely.area(tolerance.larger(shifted.half_shrunk, shifted.half_within)[0]) - 1e-6


def plane(polygon: shapely.Geometry) -> overlap.Ground:
    return overlap.Ground.of_plane(np.array([polygon], dtype=object), pd.RangeIndex(1))
