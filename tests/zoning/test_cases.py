"""Every worked case that stands in a rule file."""

from __future__ import annotations

import pytest

from zoning.decide import decide_place
from zoning.rule import Scope, Verdict
from zoning.rulebook import Case, shipped


@pytest.mark.parametrize(
    "case",
    shipped().cases,
    ids=lambda case: f"{case.layer}-{case.sub_class}-{case.project_class}-{case.day}",
)
def test_case_of_a_rule_file(case: Case) -> None:
    relation = "outside" if case.sub_class == "outside" else "within"
    base = Scope(case.layer, case.sub_class, relation, "")
    rules = shipped().in_force(case.day, case.layer)
    decided = decide_place(rules, base, case.project_class, case.answers)
    here = [
        decision
        for scope, decisions in decided.items()
        if not scope.except_layer or scope.except_layer not in case.also_in
        for decision in decisions
    ]
    assert Verdict.worst([decision.verdict for decision in here]) is case.verdict
    assert sorted(d.rule.id for d in here if d.rule is not None) == sorted(case.rule_ids)
