"""The rule base: read strictly, whole on every day, compared between days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gis.toml import DefinitionError
from layers import spec
from tests.zoning.world import TODAY
from zoning import compare, rulebook, verify
from zoning.decide import decide_place
from zoning.project_class import classes
from zoning.rule import Scope
from zoning.rulebook import shipped

DOCUMENTS = """
[[document]]
id = "old_law"
title = {zh = "旧法", en = "Old law"}
effective_from = 2000-01-01
effective_to = 2009-12-31
replaced_by = ["new_law"]
certainty = "V"
date_certainty = "V"

[[document]]
id = "new_law"
title = {zh = "新法", en = "New law"}
effective_from = 2010-01-01
certainty = "V"
date_certainty = "V"
"""

RULE = """
layer = "permanent_basic_farmland"

[[rule]]
id = "T-1"
sub_class = "all"
classes = ["*"]
verdict = "P"
certainty = "V"
effective_from = 2000-01-01
basis = [
  {document = "old_law", article = "1", certainty = "V"},
  {document = "new_law", article = "", certainty = "V"},
]
"""


def read(rule: str) -> rulebook.RuleBook:
    return rulebook.read({"test.toml": rule}, DOCUMENTS)


def test_the_law_of_the_day_is_cited() -> None:
    rule = read(RULE).rules["T-1"]
    cited = {
        day: [c.document.id for c in rule.cited_on(day)] for day in (date(2009, 12, 31), date(2010, 1, 1))
    }
    assert cited == {date(2009, 12, 31): ["old_law"], date(2010, 1, 1): ["new_law"]}
    assert not rule.in_force(date(1999, 12, 31))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"all"', '"none"'), "unknown sub_class"),
        (('["*"]', '["XYZ"]'), "unknown project class"),
        (('verdict = "P"', 'verdict = "X"'), "not one of"),
        (('verdict = "P"', 'verdikt = "P"'), "missing key 'verdict'"),
        (('certainty = "V"\neff', 'certainty = "V"\ncolour = "red"\neff'), "unknown key 'colour'"),
        (('certainty = "V"\neff', 'certainty = "V"\nwhen = {mood = "good"}\neff'), "unknown flag"),
        (('certainty = "V"\neff', 'certainty = "V"\nwhen = {national_key = "perhaps"}\neff'), "can't be"),
        (('certainty = "V"\neff', 'certainty = "V"\nexcept_layer = "moon"\neff'), "unknown except_layer"),
        (('"old_law"', '"no_law"'), "unknown document"),
        (("2000-01-01", '"2000-01-01"'), "is not a date"),
        (("permanent_basic_farmland", "cheese"), "unknown layer"),
        (("basis = [", "basis = []\nbasics = ["), "unknown key|without basis"),
    ],
)
def test_anything_outside_the_vocabulary_stops_the_reading(change: tuple[str, str], message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        read(RULE.replace(*change))


def test_an_id_that_stands_twice_stops_the_reading() -> None:
    with pytest.raises(DefinitionError, match="twice"):
        rulebook.read({"a.toml": RULE, "b.toml": RULE}, DOCUMENTS)


def test_a_gap_in_the_basis_is_found() -> None:
    book = read(RULE.replace('  {document = "new_law", article = "", certainty = "V"},\n', ""))
    found = [item for item in verify.problems(book, TODAY) if item.where == "T-1"]
    assert [item.code for item in found] == ["no_basis"]


def test_a_gap_between_versions_is_found() -> None:
    ended = RULE.replace(
        "effective_from", 'effective_to = 2005-12-31\nreplaced_by = "T-2"\neffective_from', 1
    )
    successor = RULE.replace("T-1", "T-2").replace(
        "effective_from = 2000-01-01", "effective_from = 2006-01-02", 1
    )
    book = rulebook.read({"a.toml": ended, "b.toml": successor}, DOCUMENTS)
    assert "dates" in {item.code for item in verify.problems(book, TODAY) if item.where == "T-1"}
    whole = successor.replace("2006-01-02", "2006-01-01")
    book = rulebook.read({"a.toml": ended, "b.toml": whole}, DOCUMENTS)
    assert not [item for item in verify.problems(book, TODAY) if item.where == "T-1"]


def test_a_layer_without_rules_is_found() -> None:
    found = {item.where for item in verify.problems(read(RULE), TODAY) if item.code == "no_rule"}
    assert "ecological_red_line/core" in found
    assert "permanent_basic_farmland/all" not in found


def test_the_shipped_rule_base_is_whole() -> None:
    assert verify.problems(shipped(), TODAY) == []


def test_no_cell_of_the_matrix_is_empty() -> None:
    book = shipped()
    for layer in spec.catalogue().values():
        if layer.role == "control":
            for place in verify.places(layer, book):
                for code in classes():
                    assert verify.answer(book, place, code, TODAY), (layer.id, place.sub_class, code)


def test_every_rule_file_has_a_case_before_it_was_in_force() -> None:
    book = shipped()
    for layer in book.layers:
        begun = min(rule.effective_from for rule in book.rules.values() if rule.scope.layer == layer)
        cases = [case for case in book.cases if case.layer == layer]
        assert len(cases) >= 3, layer
        assert any(not case.rule_ids or case.day < begun + timedelta(days=1) for case in cases), layer


def test_an_article_that_is_not_verified_is_empty() -> None:
    spring = [
        citation
        for rule in shipped().rules.values()
        for citation in rule.basis
        if citation.document.id == "shanxi_spring_regulation"
    ]
    assert spring
    assert {citation.article for citation in spring} == {""}


def test_order_of_rules_is_irrelevant() -> None:
    book = shipped()
    for layer in spec.catalogue().values():
        if layer.role != "control":
            continue
        rules = book.in_force(TODAY, layer.id)
        for place in verify.places(layer, book):
            for code in ("LIN", "REST", "COAL", "PV", "HOUS"):
                forward, backward = (
                    {
                        (
                            scope,
                            decision.rule and decision.rule.id,
                            decision.verdict,
                            decision.if_yes,
                            decision.if_no,
                        )
                        for scope, decisions in decide_place(ordered, place, code, {}).items()
                        for decision in decisions
                    }
                    for ordered in (rules, rules[::-1])
                )
                assert forward == backward


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("PBF-02A", "U", "S"),  # a notice from memory, then the Measures of 2025
        ("MIN-01", "U", "V"),
        ("UDB-03", "U", "S"),
        ("ECU-05", "S", "V"),
        ("PRT-03", "inferred", "S"),
        ("UDB-08A", "inferred", "inferred"),
        ("PBF-29", "V", "V"),
    ],
)
def test_a_rule_is_no_surer_than_what_it_cites_on_the_day(name: str, before: str, after: str) -> None:
    rule = shipped().rules[name]
    assert (rule.certainty_on(date(2025, 6, 1)), rule.certainty_on(TODAY)) == (before, after)


def test_a_cell_of_the_matrix_shows_every_outcome_and_no_other() -> None:
    book = shipped()
    red_line = Scope("ecological_red_line", "other", "within", "")
    # new land: approval; no new land: on conditions; prohibited in no case
    assert verify.answer(book, red_line, "LIN", TODAY) == "?AC"
    assert verify.answer(book, red_line, "COAL", TODAY) == "P"
    # approval in any case, unless the list of the unit prohibits
    unit = Scope("eco_environment_control_unit", "priority", "within", "")
    assert verify.answer(book, unit, "COAL", TODAY) == "?PA"


def test_what_the_code_of_2026_changed() -> None:
    changes = {item.rule.id: item for item in compare.changes(shipped(), date(2025, 6, 1), TODAY)}
    water = changes["WSP-02"]
    assert water.kind == compare.BASIS_CHANGED
    assert [c.document.id for c in water.before] == ["water_pollution_law_2017"]
    assert [c.document.id for c in water.after] == ["eco_code_2026"]
    assert "65" in water.before[0].article
    assert compare.changes(shipped(), TODAY, TODAY) == []
