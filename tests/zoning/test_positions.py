"""Official wordings, size thresholds and the checklist."""

from __future__ import annotations

from datetime import date

import pytest

from gis.errors import Text
from tests.zoning.world import TODAY, cell, find, layer, site
from zoning import checklist, official_states, size_limits
from zoning.size_limits import PROVINCE, STATE_COUNCIL, UNKNOWN_LEVEL


def red_line_state(activity: str, on_the_line: bool, **answers: str) -> Text:
    place = cell(0, 0) if on_the_line else cell(5, 5)
    found = find(
        site(cell(0, 0)), layer("ecological_red_line", [(place, "other")]), activity=activity, **answers
    )
    return official_states.of_site(found, activity, answers)[0].state


def test_the_four_states_of_the_red_line() -> None:
    assert red_line_state("LIN", False) is official_states.NOT_IN_RED_LINE
    assert (
        red_line_state("LIN", True, national_major="no", new_land="no")
        is official_states.CROSSES_WITHOUT_LAND
    )
    assert (
        red_line_state("LIN", True, national_major="no", new_land="yes") is official_states.LIMITED_ACTIVITY
    )
    assert red_line_state("LIN", True, national_major="yes", new_land="yes") is official_states.NATIONAL_MAJOR


def test_what_fits_none_of_the_four_is_undecided() -> None:
    assert red_line_state("HOUS", True, national_major="no") is official_states.UNDECIDED
    assert red_line_state("LIN", True) is official_states.UNDECIDED


def test_a_layer_that_is_missing_gives_no_state() -> None:
    found = find(site(cell(0, 0)), only_loaded=False)
    states = official_states.of_site(found, "LIN", {})
    assert {state.state for state in states} == {official_states.UNDECIDED}


def test_mineral_cover_is_told_by_the_enquiry_not_by_the_layer() -> None:
    found = find(site(cell(0, 0)), layer("mining_right", [(cell(5, 5), "all")]))
    assert official_states.of_site(found, "IND", {})[1].state is official_states.UNDECIDED
    for answer, state in (
        ("none", official_states.NOT_COVERED),
        ("unaffected", official_states.COVERED_UNAFFECTED),
        ("approved", official_states.COVERED_APPROVED),
    ):
        assert official_states.of_site(found, "IND", {"mineral_cover": answer})[1].state is state


def test_the_two_states_of_hazard() -> None:
    hazard = layer("geological_hazard", [(cell(0, 0), "prone")])
    outside, inside = find(site(cell(5, 5)), hazard), find(site(cell(0, 0)), hazard)
    assert official_states.of_site(outside, "IND", {})[2].state is official_states.NOT_PRONE
    assert official_states.of_site(inside, "IND", {})[2].state is official_states.UNDECIDED
    assert (
        official_states.of_site(inside, "IND", {"hazard_assessed": "yes"})[2].state
        is official_states.ASSESSED
    )


# one cell is 87.8 m × 111.0 m = 0.975 ha
@pytest.mark.parametrize(
    ("farmland", "cultivated", "size", "level"),
    [
        (1, 0, 10, STATE_COUNCIL),  # any permanent basic farmland
        (0, 35, 35, PROVINCE),  # 34.1 ha of other cultivated land
        (0, 37, 37, STATE_COUNCIL),  # 36.1 ha
        (0, 0, 71, PROVINCE),  # 69.2 ha of other land
        (0, 0, 73, STATE_COUNCIL),  # 71.2 ha
    ],
)
def test_size_thresholds(farmland: int, cultivated: int, size: int, level: Text) -> None:
    layers = {
        "permanent_basic_farmland": layer("permanent_basic_farmland", [(cell(0, 0, farmland or 1, 1), "all")])
        if farmland
        else layer("permanent_basic_farmland", [(cell(300, 0), "all")]),
        "general_farmland": layer("general_farmland", [(cell(0, 0, cultivated, 1), "all")])
        if cultivated
        else layer("general_farmland", [(cell(300, 0), "all")]),
    }
    limits = size_limits.of_site(site(cell(0, 0, size, 1)), layers)
    assert limits.level is level
    parts = limits.farmland_m2 + limits.cultivated_m2 + limits.other_m2 + limits.not_assessed_m2
    assert parts == pytest.approx(limits.subject_m2, abs=0.005)


def test_without_land_classes_the_level_is_undecided() -> None:
    limits = size_limits.of_site(site(cell(0, 0)), {})
    assert limits.level is UNKNOWN_LEVEL
    assert limits.not_assessed_m2 == limits.subject_m2


def test_parcels_that_overlap_count_once() -> None:
    single = size_limits.of_site(site(cell(0, 0, 3, 1)), {})
    double = size_limits.of_site(site(cell(0, 0, 2, 1), cell(1, 0, 2, 1)), {})
    assert double.subject_m2 == pytest.approx(single.subject_m2, abs=0.02)


def test_temporary_terms() -> None:
    assert size_limits.temporary_term("PV", {}) is None
    longer = size_limits.temporary_term("TEMP", {"temporary_term": "longer"})
    assert longer is not None
    assert "超过" in longer.zh
    asked = size_limits.temporary_term("TEMP", {})
    assert asked is not None
    assert "二年" in asked.zh


def test_the_checklist_of_a_coal_mine() -> None:
    found = {duty.id: duty for duty in checklist.of_project("COAL", {})}
    assert "environmental_impact" in found
    assert "mineral_cover" not in found
    assert found["rail_siding"].missing_flags({}) == ("bulk_freight",)
    assert "rail_siding" not in {duty.id for duty in checklist.of_project("COAL", {"bulk_freight": "no"})}


def test_the_checklist_cites_the_law_of_the_day() -> None:
    duty = next(item for item in checklist.duties() if item.id == "environmental_impact")
    assert [citation.document.id for citation in duty.cited_on(date(2025, 6, 1))] == ["env_impact_law_2018"]
    assert [citation.document.id for citation in duty.cited_on(TODAY)] == ["eco_code_2026"]
