"""Safety classes and modes rest on what a fact may be, not on its best value alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.raster import Raster
from layers.layer import Layer
from layers.raster_layer import DEM, RasterLayer
from restoration import criterion_files, hazard, measured, mine_facts, modes
from restoration.assessment import assess
from tests.gis.grids import raster
from tests.restoration.assessed_ground import SIZE, layer, line, mines

CRITERIA = [
    criterion_files.find(name) for name in ("slope_p90_degree", "settlement_distance_m", "road_distance_m")
]
STATED = {
    "people_threatened": [0.0],
    "face_height_m": [20.0],
    "water_damage": [0.0],
    "damage": ["1"],
    "area_m2": [20_000.0],
}


def classified(*found: Layer, dem: Raster | None = None, **stated: list[object]) -> pd.Series:
    """Return the safety class of a mine of four cells by four at (50, 50), with its facts and their ends."""
    frame = mines((50, 50, 54, 54), **(STATED | stated))
    result = assess(
        frame,
        layers={entry.id: entry for entry in found},
        rasters={} if dem is None else {DEM: RasterLayer(DEM, dem)},
        criteria=CRITERIA,
    )
    facts = mine_facts.measured(frame, CRITERIA, result.values)
    ends = mine_facts.ends(frame, CRITERIA, facts, (result.least, result.most))
    row: pd.Series = hazard.classify(facts, ends=ends).iloc[0]
    return row


def settlement(metres: float, *, complete: bool = True) -> Layer:
    """Return a village east of the mine, in a layer that lists every one or not."""
    column = 54 + metres / 30
    if complete:
        return layer("settlement", line((column, 40), (column, 60)))
    return layer("settlement", line((column, 40), (column, 60)), coverage=None)


def test_a_quarter_seen_flat_is_not_a_mine_known_to_be_flat() -> None:
    heights = np.full((SIZE, SIZE), 900.0)
    heights[:, 52:] = np.nan
    road = layer("road", line((0, 0), (0, 199)))
    found = classified(settlement(30), road, dem=raster(heights))
    assert (found["most_urgent"], found["least_urgent"]) == (1, 3)
    assert pd.isna(found["safety_class"])
    assert found["not_assessed"] == ("slope_p90_degree",)
    whole = classified(settlement(30), road, dem=raster(np.full((SIZE, SIZE), 900.0)))
    assert whole["safety_class"] == "P3"


@pytest.mark.parametrize(
    ("metres", "most", "least"), [(30, 1, 1), (210, 1, 1), (299, 1, 1), (301, 1, 2), (900, 1, 2)]
)
def test_a_listed_village_is_a_bound_where_others_may_not_be_listed(
    metres: float, most: int, least: int
) -> None:
    """An open shaft within 300 m of a settlement is P1, anywhere it is P2."""
    found = classified(settlement(metres, complete=False), damage=["6"], face_height_m=[0.0])
    assert (found["most_urgent"], found["least_urgent"]) == (most, least)
    assert ("shaft_near_settlement" in found["dangers"]) == (least == 1)
    assert (found["not_assessed"] == ()) == (least == 1)


def test_where_the_layer_is_complete_the_distance_settles_the_class() -> None:
    found = classified(settlement(210), damage=["6"], face_height_m=[0.0])
    assert found["safety_class"] == "P1"
    assert classified(settlement(301), damage=["6"], face_height_m=[0.0])["safety_class"] == "P2"
    # a complete layer that lists none within reach: nothing nearer than the edge of its coverage
    nobody = layer("settlement", line((0, 0), (1, 1)).iloc[:0])
    assert classified(nobody, damage=["6"], face_height_m=[0.0])["safety_class"] == "P2"


def test_a_slope_within_its_error_of_the_threshold_leaves_the_class_open() -> None:
    """A face of 20 m at 30 m from a village: P1 from 45°, give or take 3°."""
    for degrees, classes in ((40.0, (2, 2)), (44.0, (1, 2)), (49.0, (1, 1))):
        rise_m = 30 * np.tan(np.radians(degrees))
        dem = raster(-40.0 + np.tile(rise_m * np.minimum(np.arange(SIZE), 60), (SIZE, 1)))
        found = classified(settlement(30), layer("road", line((0, 0), (0, 199))), dem=dem)
        assert (found["most_urgent"], found["least_urgent"]) == classes, degrees


def test_without_ends_what_is_known_is_certain_and_bounds_only_add_what_is_open() -> None:
    facts = pd.DataFrame({"open_shafts": [1.0, np.nan], "settlement_distance_m": [250.0, 900.0]})
    certain = hazard.classify(facts)
    pd.testing.assert_frame_equal(certain, hazard.classify(facts, ends=(facts, facts)))
    wide = hazard.classify(facts, ends=(facts.assign(settlement_distance_m=0.0), facts))
    assert (wide["most_urgent"] <= certain["most_urgent"]).all()
    assert (wide["least_urgent"] >= certain["least_urgent"]).all()


def test_a_bound_that_settles_a_limit_is_not_called_never_assessed() -> None:
    facts = pd.DataFrame({"open_shafts": [1.0, 0.0], "settlement_distance_m": [np.nan, np.nan]})
    unknown = {danger.code for danger in hazard.never_assessed(facts)}
    assert "shaft_near_settlement" in unknown
    ends = facts.fillna(0.0), facts.assign(settlement_distance_m=[210.0, 400.0])
    assert "shaft_near_settlement" not in {danger.code for danger in hazard.never_assessed(facts, ends=ends)}


# modes -------------------------------------------------------------------------------------------


def suggested(least: dict[str, float], most: dict[str, float]) -> pd.Series:
    """Return the mode of a mine whose plan is to build on it; values unknown where its ends differ."""
    index = ["M"]
    low, high = (
        pd.DataFrame({"slope_mean_degree": 5.0, "fvc_mean": 0.5, "face_height_m": 0.0, "subsidence_m2": 0.0,
                      "slope_p90_degree": 8.0, "area_m2": 20_000.0} | part, index=index)
        for part in (least, most)
    )  # fmt: skip
    row: pd.Series = modes.suggest(
        pd.DataFrame({"direction": "建设用地", "planned_mode": "4"}, index=index),
        low.where(low == high),
        pd.DataFrame({"most_urgent": 3, "least_urgent": 3}, index=index),
        pd.DataFrame(dict.fromkeys(modes.END_USES, "N"), index=index),
        ends=(low, high),
    ).loc["M"]
    return row


def test_a_road_known_to_be_near_enough_makes_conversion_sure() -> None:
    """A listed road at 400 m of a layer that is not complete: the rule asks for 500 m at the most."""
    found = suggested({"road_distance_m": 0.0}, {"road_distance_m": 400.0})
    assert (found["mode"], found["conversion"]) == ("4", "yes")
    (said,) = [item for item in found["evidence"] if item.title.zh.endswith("（道路）")]
    assert said.met is True
    assert "实测 ≤400，符合" in said.text.zh
    further = suggested({"road_distance_m": 0.0}, {"road_distance_m": 600.0})
    assert further["conversion"] == "unknown"


def test_cover_within_its_error_of_the_threshold_leaves_modes_open() -> None:
    sure = suggested({"fvc_mean": 0.42, "area_m2": 5000.0}, {"fvc_mean": 0.5, "area_m2": 5000.0})
    assert sure["mode"] == "1"
    open_cover = suggested({"fvc_mean": 0.36, "area_m2": 5000.0}, {"fvc_mean": 0.46, "area_m2": 5000.0})
    assert (open_cover["mode"], open_cover["possible"]) == ("", "12")


def test_an_area_that_nobody_stated_leaves_conversion_open() -> None:
    found = suggested(
        {"area_m2": -np.inf, "road_distance_m": 100.0}, {"area_m2": np.inf, "road_distance_m": 100.0}
    )
    assert found["conversion"] == "unknown"


@given(st.lists(st.floats(0, 90), min_size=12, max_size=12), st.integers(1, 12), st.randoms())
def test_the_percentile_of_the_whole_lies_within_its_ends(values: list[float], kept: int, random) -> None:  # type: ignore[no-untyped-def]
    """Of twelve equal pieces of ground some were seen: whatever the others are."""

    def percentile(part: list[float], level: float) -> float:
        return float(np.quantile(part, level, method="inverted_cdf"))

    random.shuffle(values)
    seen = values[:kept]
    found = measured.percentile_of_seen_part(
        np.array([percentile(seen, 0.9)]),
        np.array([kept / 12]),
        {level: np.array([percentile(seen, level)]) for level in (0.0, 0.5, 0.8, 0.95, 1.0)},
        level=0.9,
        floor=0.0,
        ceiling=90.0,
    )
    assert found.least[0] <= percentile(values, 0.9) <= found.most[0]
