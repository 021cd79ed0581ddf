"""The four modes: each threshold by hand, what is not known decides nothing, law stays outside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputError
from gis.toml import DefinitionError
from restoration import modes

GENTLE = {
    "slope_mean_degree": 12.0,
    "slope_p90_degree": 14.0,
    "fvc_mean": 0.5,
    "fvc_change": 0.0,
    "face_height_m": 0.0,
    "subsidence_m2": 0.0,
    "settlement_distance_m": 900.0,
    "road_distance_m": 200.0,
    "urban_boundary_distance_m": 5_000.0,
    "area_m2": 20_000.0,
}
NO_BAN = dict.fromkeys(modes.END_USES, "N")


def suggested(
    facts: dict[str, float] | None = None,
    safety: tuple[int, int] = (3, 3),
    direction: str = "草地",
    planned: str = "1",
    verdicts: dict[str, str] | None = None,
    **thresholds: float,
) -> pd.Series:
    index = ["M"]
    return modes.suggest(
        pd.DataFrame({"direction": direction, "planned_mode": planned}, index=index),
        pd.DataFrame(GENTLE | (facts or {}), index=index),
        pd.DataFrame({"most_urgent": safety[0], "least_urgent": safety[1]}, index=index),
        pd.DataFrame(NO_BAN | (verdicts or {}), index=index),
        thresholds=modes.edited(thresholds),
    ).loc["M"]


@pytest.mark.parametrize(
    ("facts", "mode"),
    [
        ({}, "1"),
        ({"slope_mean_degree": 24.9}, "1"),
        ({"slope_mean_degree": 25.0}, "2"),
        ({"slope_mean_degree": 35.0}, "3"),
        ({"fvc_mean": 0.4}, "1"),
        ({"fvc_mean": 0.39}, "2"),
        ({"fvc_mean": 0.2, "fvc_change": 0.05}, "1"),
        ({"fvc_mean": 0.15}, "2"),
        ({"fvc_mean": 0.149}, "3"),
        ({"face_height_m": 8.0}, "3"),
        ({"subsidence_m2": 500.0}, "3"),
    ],
)
def test_thresholds_of_the_proposal(facts: dict[str, float], mode: str) -> None:
    found = suggested(facts)
    assert (found["mode"], found["possible"]) == (mode, mode)
    assert found["agrees"] == ("yes" if mode == "1" else "no")


def test_a_hazard_asks_for_reconstruction() -> None:
    assert suggested(safety=(2, 2))["mode"] == "3"
    unsettled = suggested(safety=(2, 3))
    assert (unsettled["mode"], unsettled["possible"]) == ("", "123")
    assert unsettled["agrees"] == ""


def test_what_is_not_known_leaves_modes_open() -> None:
    assert suggested({"fvc_mean": np.nan})["possible"] == "123"
    assert suggested({"fvc_mean": np.nan, "fvc_change": 0.2})["possible"] == "13"
    assert suggested({"face_height_m": np.nan})["possible"] == "13"
    assert suggested({"face_height_m": np.nan, "fvc_mean": 0.1})["mode"] == "3"
    evidence = {item.condition: item.met for item in suggested({"fvc_mean": np.nan})["evidence"]}
    assert evidence["natural_fvc_least"] is None
    assert evidence["natural_slope_most_degree"] is True


def test_conversion_needs_plan_ground_access_and_law() -> None:
    planned = {"direction": "耕地或建设用地", "planned": "4"}
    assert suggested(**planned)["mode"] == "4"
    assert suggested(**planned)["ecological_mode"] == "1"
    for facts in ({"area_m2": 9_999.0}, {"slope_p90_degree": 15.1}, {"road_distance_m": 501.0}):
        assert suggested(facts, **planned)["conversion"] == "no"
    assert suggested(direction="林地", planned="2")["conversion"] == "no"
    one_left = suggested(**planned, verdicts={"building": "P"})
    assert (one_left["mode"], one_left["prohibited_uses"]) == ("4", ("building",))
    none_left = suggested(**planned, verdicts={"building": "P", "cultivated": "P"})
    assert (none_left["mode"], none_left["conversion"]) == ("1", "no")
    unknown = suggested(**planned, verdicts={"building": "P", "cultivated": "?"})
    assert (unknown["mode"], unknown["possible"], unknown["unknown_uses"]) == ("", "14", ("cultivated",))


def test_one_known_way_in_is_enough_for_conversion() -> None:
    planned = {"direction": "耕地或建设用地", "planned": "4"}
    unlisted = {"settlement_distance_m": np.nan}
    assert suggested(unlisted, **planned)["mode"] == "4"
    assert suggested({"settlement_distance_m": 500.0, "road_distance_m": np.nan}, **planned)["mode"] == "4"
    assert suggested(unlisted | {"road_distance_m": 501.0}, **planned)["conversion"] == "unknown"
    told = [item.title.zh for item in suggested(**planned)["evidence"]]
    assert len(set(told)) == len(told)


def test_the_urban_development_boundary_is_a_way_in_too() -> None:
    planned = {"direction": "耕地或建设用地", "planned": "4"}
    far = {"road_distance_m": 501.0}
    assert suggested(far | {"urban_boundary_distance_m": 500.0}, **planned)["mode"] == "4"
    assert suggested(far | {"urban_boundary_distance_m": 501.0}, **planned)["conversion"] == "no"
    assert suggested(far | {"urban_boundary_distance_m": np.nan}, **planned)["conversion"] == "unknown"
    told = suggested(**planned)["evidence"][-1]
    assert (told.value, told.met) == (5_000.0, False)
    assert told.title.zh.endswith("（城镇开发边界）")


def test_a_prohibited_end_use_is_named_with_what_is_open() -> None:
    found = suggested(direction="林地", planned="2", verdicts={"forest": "P", "pond": "P", "grass": "?"})
    assert found["prohibited_uses"] == ("forest",)
    assert found["open_uses"] == ("cultivated", "building", "other")


@pytest.mark.parametrize(("words", "use"), [("园地", "forest"), ("茶园", "forest"), ("鱼塘", "pond")])
def test_orchards_and_fish_ponds_are_asked_of_the_law(words: str, use: str) -> None:
    found = suggested(direction=words, planned="4", verdicts={use: "P"})
    assert (found["prohibited_uses"], found["conversion"]) == ((use,), "no")


def test_a_direction_nobody_understands_leaves_conversion_open() -> None:
    for planned in ("4", ""):
        found = suggested(direction="采摘", planned=planned)
        assert (found["conversion"], found["unread_uses"]) == ("unknown", ("采摘",))
    assert suggested(direction="采摘", planned="1")["conversion"] == "no"


def test_thresholds_are_edited_and_labelled_as_proposals() -> None:
    assert suggested({"fvc_mean": 0.45}, natural_fvc_least=0.5)["mode"] == "2"
    assert "非标准" in modes.PROPOSAL.zh
    with pytest.raises(InputError) as caught:
        modes.edited({"natural_fvc": 0.5})
    assert caught.value.code == "mode_threshold"
    with pytest.raises(DefinitionError):
        modes.read('[[threshold]]\nid = "a"\nvalue = "b"\ntitle = {zh = "", en = ""}\n', "x.toml")
    with pytest.raises(DefinitionError):
        modes.read('[[threshold]]\nid = "a"\nvalue = 1\ntitle = {zh = "", en = ""}\n', "x.toml")


@given(
    st.fixed_dictionaries(
        {name: st.sampled_from([0.0, 0.1, 0.3, 0.6, 9.0, 30.0, 40.0, 1e5]) for name in modes.FACTS}
    ),
    st.sampled_from([(1, 1), (2, 2), (3, 3), (1, 3)]),
    st.sets(st.sampled_from(modes.FACTS)),
    st.sampled_from(["草地", "林地", "耕地", ""]),
    st.sampled_from(["1", "2", "4", ""]),
)
def test_knowing_more_never_adds_a_mode(  # type: ignore[no-untyped-def]
    facts, safety, hidden, direction, planned
) -> None:
    """Hiding facts can only widen what is possible, and what is settled is what is possible."""
    whole = suggested(facts, safety, direction, planned)
    less = suggested(facts | dict.fromkeys(hidden, np.nan), safety, direction, planned)
    assert set(whole["possible"]) <= set(less["possible"])
    for found in (whole, less):
        assert found["possible"]
        if found["mode"]:
            assert found["mode"] == found["possible"]


def test_order_of_mines_does_not_matter() -> None:
    index = ["A", "B"]
    mines = pd.DataFrame({"direction": "草地", "planned_mode": "1"}, index=index)
    facts = pd.DataFrame([GENTLE, GENTLE | {"fvc_mean": 0.1}], index=index)
    safety = pd.DataFrame({"most_urgent": 3, "least_urgent": 3}, index=index)
    law = pd.DataFrame([NO_BAN, NO_BAN], index=index)
    straight = modes.suggest(mines, facts, safety, law)
    turned = modes.suggest(mines.iloc[::-1], facts, safety.iloc[::-1], law)
    pd.testing.assert_frame_equal(turned.loc[index], straight)
