"""The rule base as the app shows it says what the command line and the exports say."""

from __future__ import annotations

import json
from datetime import date

import pytest

from planner import app_law, texts
from planner.cli import EXIT_OK, main
from zoning.rulebook import shipped

DAY = date(2025, 6, 1)


def test_a_rule_is_shown_no_surer_than_it_was_on_the_chosen_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--as-of", DAY.isoformat(), "--json"]) == EXIT_OK
    told = {row["id"]: row["certainty"] for row in json.loads(capsys.readouterr().out)["rules"]}
    shown = {row.id: row.certainty for row in app_law.rules(DAY, "zh")}
    assert shown == {name: texts.CERTAINTIES[code].zh for name, code in told.items()}
    # There are rules that were less sure then: or this would say nothing.
    assert sum(rule.certainty != told[rule.id] for rule in shipped().in_force(DAY)) >= 13
