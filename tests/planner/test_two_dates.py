"""The samples judged on two days, as docs/two-dates.md tells it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner import flow
from planner import workspace as workspaces
from planner.commands.demo import Sample, samples
from planner.project import Project
from planner.result import Result
from planner.workspace import Loaded
from zoning.rulebook import shipped

PAGE = Path(__file__).parents[2] / "docs" / "two-dates.md"
BEFORE, AFTER = date(2025, 6, 1), date(2026, 11, 23)


@pytest.fixture(scope="module")
def loaded(workspace: Path) -> Loaded:
    return workspaces.load_layers(workspaces.open_folder(workspace))


def judged(sample: Sample, workspace: Path, loaded: Loaded, day: date) -> Result:
    site = workspace / "sites" / sample.file
    return flow.check(
        Project((site,), sample.activity, sample.flags, day, workspace, sample.crs), loaded=loaded
    )


def changed_rules(before: Result, after: Result) -> list[str]:
    """Rules that spoke on both days and stand on other documents now."""
    spoke = set(before.findings()["rule_id"]) & set(after.findings()["rule_id"]) - {""}
    rules = before.book.rules
    return sorted(name for name in spoke if rules[name].cited_on(BEFORE) != rules[name].cited_on(AFTER))


def row_of(sample: Sample) -> list[str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    line = next(line for line in lines if line.startswith(f"| `{sample.file}` | {sample.activity} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_sample_stands_in_the_table_with_its_verdicts(workspace: Path, loaded: Loaded) -> None:
    for sample in samples(workspace):
        before, after = (judged(sample, workspace, loaded, day) for day in (BEFORE, AFTER))
        row = row_of(sample)
        assert row[2:4] == [before.verdict.code, after.verdict.code], sample.file
        assert row[4].split(", ") == changed_rules(before, after), sample.file


def test_the_code_is_cited_only_after_it_came_into_force(workspace: Path, loaded: Loaded) -> None:
    cited = {
        day: {
            citation.document.id
            for sample in samples(workspace)[:4]
            for rule in set(judged(sample, workspace, loaded, day).findings()["rule_id"]) - {""}
            for citation in shipped().rules[rule].cited_on(day)
        }
        for day in (BEFORE, AFTER)
    }
    assert "eco_code_2026" not in cited[BEFORE]
    assert "eco_code_2026" in cited[AFTER]


def test_geothermal_under_farmland_was_not_decidable_before_the_measures_of_2025(
    workspace: Path, loaded: Loaded
) -> None:
    site = workspace / "sites" / "光伏发电_示意.zip"
    answers = (("mineral", "geothermal"), ("surface_plant_on_farmland", "no"))
    verdicts = []
    for day in (BEFORE, AFTER):
        result = flow.check(Project((site,), "STRAT", answers, day, workspace), loaded=loaded)
        rows = result.findings()
        verdicts.append(
            rows[rows["layer"] == "permanent_basic_farmland"][["rule_id", "verdict"]].to_numpy().tolist()
        )
    assert verdicts == [[["PBF-03C", "?"]], [["PBF-03A", "C"]]]
