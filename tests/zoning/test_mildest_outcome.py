"""What is undecidable weighs the mildest it can come to; nobody reads anything milder than what can be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers import spec
from tests.zoning.test_conflicts import verdict
from tests.zoning.world import TODAY, cell, find, layer, site
from zoning import decide, remedies, verify
from zoning.project_class import classes, flags
from zoning.rule import Verdict
from zoning.rulebook import shipped

METRE_EAST = 1 / 87.83
"""One metre in cells of 0.001° of longitude at 38°N."""


@pytest.mark.parametrize(
    ("kind", "sub_class", "activity", "answers", "counts_as"),
    [
        # national key project: approval by the State Council; any other: prohibited
        ("permanent_basic_farmland", "all", "LIN", {}, "A"),
        ("ecological_red_line", "other", "PSH", {}, "A"),
        # new land: approval; only crossing it: a record will do
        ("ecological_red_line", "other", "LIN", {}, "?"),
        ("ecological_red_line", "other", "LIN", {"new_land": "yes"}, "A"),
        # cultivated land is encouraged, anything else prohibited
        ("permanent_basic_farmland", "all", "REST", {}, "?"),
        # within two or four years: approval; longer: prohibited
        ("permanent_basic_farmland", "all", "TEMP", {}, "A"),
        # whether it discharges or not: prohibited or on conditions
        ("drinking_water_source", "level2", "IND", {}, "?"),
    ],
)
def test_a_missing_answer_weighs_the_mildest_outcome(
    kind: str, sub_class: str, activity: str, answers: dict[str, str], counts_as: str
) -> None:
    found = find(site(cell(0, 0)), layer(kind, [(cell(0, 0), sub_class)]), activity=activity, **answers)
    assert verdict(found) == counts_as
    if counts_as == "A" and not answers:
        # the question stays on the table
        assert found["verdict"].tolist() == ["?"]
        assert found["reason"].tolist() == ["flag_missing"]
        assert all(found["missing_flags"])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_way_of_answering_is_milder(data: st.DataObject) -> None:
    book = shipped()
    control = [entry for entry in spec.catalogue().values() if entry.role == "control"]
    place = data.draw(st.sampled_from([p for entry in control for p in verify.places(entry, book)]))
    asked = data.draw(st.sampled_from(list(classes().values())))
    rules = [rule for rule in book.in_force(TODAY, place.layer) if rule.scope == place]
    answers = {name: data.draw(st.sampled_from(flags()[name].values)) for name in asked.flags}
    known = data.draw(st.sets(st.sampled_from(asked.flags)))
    some = {name: answers[name] for name in known}
    counted = [
        decision.at_least if decision.verdict is Verdict.UNDECIDABLE else decision.verdict
        for decision in decide.decide(rules, asked.id, some)
    ]
    complete = decide.decide(rules, asked.id, answers)
    assert all(not decision.missing_flags for decision in complete)
    in_fact = Verdict.worst([decision.verdict for decision in complete])
    floor = max((item.severity for item in counted if item is not Verdict.UNDECIDABLE), default=0)
    assert in_fact.severity >= floor


@pytest.mark.parametrize(
    ("kind", "activity", "answers", "counts_as"),
    [
        # prohibited in core zones and outside them
        ("ecological_red_line", "HOUS", {"national_major": "no"}, "P"),
        # approval as a national major project outside core zones, prohibited in them
        ("ecological_red_line", "HOUS", {}, "A"),
        # on conditions outside core zones
        ("ecological_red_line", "REST", {}, "?"),
        # both kinds of wetland need consent
        ("wetland", "HOUS", {}, "A"),
        # public-welfare forest prohibits photovoltaics, other forest needs approval
        ("forest_land", "PV", {}, "A"),
        ("heritage_line", "HOUS", {}, "?"),
    ],
)
def test_an_unknown_sub_class_weighs_the_mildest_of_all(
    kind: str, activity: str, answers: dict[str, str], counts_as: str
) -> None:
    asked = site(cell(0, 0, 2, 1))
    found = find(asked, layer(kind, [(cell(0, 0), None)]), activity=activity, **answers)
    assert verdict(found) == counts_as
    unknown = found[found["reason"] == "sub_class_unknown"]
    assert unknown["verdict"].tolist() == ["?"]
    assert (unknown["not_assessed_m2"] > 0).all()
    prohibited_m2 = remedies.of_site(asked, found).prohibited_m2
    assert prohibited_m2 == pytest.approx(asked.ground.area_m2[0] / 2 if counts_as == "P" else 0, rel=1e-4)


@pytest.mark.parametrize(("depth_m", "counts_as"), [(8.0, "P"), (4.0, "P"), (2.0, "?")])
def test_an_unknown_sub_class_within_the_tolerance_of_its_line_only_asks(
    depth_m: float, counts_as: str
) -> None:
    # the line is known to 5 m: less than half of that doesn't decide
    reach = cell(1 - depth_m * METRE_EAST, 0, 3, 1)
    red_line = layer("ecological_red_line", [(reach, None)], accuracy_m=5.0)
    assert verdict(find(site(cell(0, 0)), red_line, national_major="no")) == counts_as


def test_a_sliver_under_an_unknown_sub_class_only_asks() -> None:
    # 0.5 m² of a cell that is 111 m high
    reach = cell(1 - 0.5 / 111 * METRE_EAST, 0, 1, 1)
    red_line = layer("ecological_red_line", [(reach, None)])
    assert verdict(find(site(cell(0, 0)), red_line, national_major="no")) == "?"


def test_a_hit_within_the_tolerance_only_asks_even_if_every_answer_forbids() -> None:
    reach = cell(1 - 2 * METRE_EAST, 0, 3, 1)
    farmland = layer("permanent_basic_farmland", [(reach, "all")], accuracy_m=5.0)
    assert verdict(find(site(cell(0, 0)), farmland, activity="LIN")) == "?"


def test_ground_of_parcels_that_overlap_counts_once() -> None:
    # parcels of cells 0-2 and 1-3, red line under cells 2-4: 1 of 3 cells prohibited, 2 remain
    asked = site(cell(0, 0, 2.5, 1), cell(1, 0, 2, 1))
    red_line = layer("ecological_red_line", [(cell(2, 0, 2, 1), "other")])
    found = find(asked, red_line, national_major="no")
    by_parcel, totals = remedies.per_parcel(asked, found), remedies.of_site(asked, found)
    one_cell_m2 = site(cell(0, 0)).ground.area_m2[0]
    assert by_parcel["prohibited_m2"].tolist() == pytest.approx([0.5 * one_cell_m2, one_cell_m2], rel=1e-6)
    assert totals.prohibited_m2 == pytest.approx(one_cell_m2, rel=1e-6)
    assert totals.remaining_m2 == pytest.approx(2 * one_cell_m2, rel=1e-6)
    assert round(totals.prohibited_m2 + totals.remaining_m2, 2) == totals.subject_m2


def test_ground_that_is_prohibited_in_one_parcel_does_not_remain_in_another() -> None:
    asked = site(cell(0, 0, 2, 1), cell(0, 0, 2, 1))
    found = find(asked, layer("ecological_red_line", [(cell(1, 0), "other")]), national_major="no")
    totals = remedies.of_site(asked, found)
    assert totals.remaining_m2 == pytest.approx(totals.subject_m2 / 2, rel=1e-6)
    assert remedies.per_parcel(asked, found)["remaining_m2"].sum() == pytest.approx(
        totals.subject_m2, rel=1e-6
    )
