"""The how-tos, followed word for word: their TOML blocks are read as they stand."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from types import MappingProxyType

import pytest

from layers import spec
from restoration import criterion_files
from tests.zoning.world import TODAY
from zoning import rulebook, verify
from zoning.decide import decide_place
from zoning.rule import Scope, Verdict

HOW_TO = Path(__file__).parents[1] / "docs" / "how-to"


def blocks(name: str) -> list[str]:
    text = (HOW_TO / name).read_text(encoding="utf-8")
    return [
        textwrap.dedent(block)
        for block in re.findall(r"^ *```toml\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    ]


@pytest.fixture
def with_the_new_layer(monkeypatch: pytest.MonkeyPatch) -> spec.LayerSpec:
    whole = next(block for block in blocks("add-a-layer.md") if block.startswith("id = "))
    new = spec.parse(whole, "geological_heritage.toml")
    catalogue = MappingProxyType({**spec.catalogue(), new.id: new})
    monkeypatch.setattr(spec, "catalogue", lambda: catalogue)
    return new


def test_add_a_layer(with_the_new_layer: spec.LayerSpec) -> None:
    assert with_the_new_layer.sub_class_of("国家级")[0] is with_the_new_layer.sub_classes[0]
    assert spec.find("地质遗迹保护区").id == "geological_heritage"


@pytest.mark.usefixtures("with_the_new_layer")
def test_add_a_rule() -> None:
    document, rules, cases = blocks("add-a-rule.md")
    book = rulebook.read({"geological_heritage.toml": rules + cases}, document)
    assert list(book.rules) == ["GHT-01", "GHT-09", "GHT-19"]
    assert [problem for problem in verify.problems(book, TODAY) if "GHT" in problem.where] == []
    assert not [
        item for item in verify.problems(book, TODAY) if item.where.startswith("geological_heritage/")
    ]
    assert len(book.cases) == 2
    for case in book.cases:
        base = Scope(case.layer, case.sub_class, "within", "")
        decided = decide_place(book.in_force(case.day), base, case.project_class, case.answers)
        found = [decision for decisions in decided.values() for decision in decisions]
        assert Verdict.worst([decision.verdict for decision in found]) is case.verdict
        assert [decision.rule.id for decision in found if decision.rule] == list(case.rule_ids)


def test_add_a_criterion() -> None:
    whole, steps, classes = blocks("add-a-criterion.md")
    assert criterion_files.parse(whole, "railway_distance_m.toml").measure.layer == "railway"
    head, _, basis = whole.partition("[score]")
    basis = basis[basis.index("[[basis]]") :]
    stepped = criterion_files.parse(f"{head}[score]\n{steps}\n{basis}", "x.toml")
    assert stepped.steps[1] == (15.0, 0.5)
    column = head.replace(
        'statistic = "distance"\nlayer = "railway"', 'statistic = "value"\ncolumn = "water_damage"'
    )
    assert criterion_files.parse(f"{column}[score]\n{classes}\n{basis}", "x.toml").classes == {
        "0": 0.0,
        "1": 1.0,
    }


def test_the_table_of_statistics_is_the_closed_set() -> None:
    text = (HOW_TO / "add-a-criterion.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.strip().startswith("| `")]
    named = {name: row for row in rows for name in re.findall(r"`(\w+)`", row[1])}
    assert set(named) == set(criterion_files.STATISTICS)
    for name, row in named.items():
        required, optional = criterion_files.PARAMETERS[name]
        assert set(re.findall(r"`(\w+)`", row[3])) == required | optional, name
