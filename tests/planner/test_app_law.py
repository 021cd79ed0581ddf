"""The rule base as the app shows it says what the command line and the exports say."""

from __future__ import annotations

import json
from datetime import date

import pytest

from gis.errors import Language
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


@pytest.mark.parametrize("language", ["zh", "en"])
def test_dates_of_documents_say_how_sure_they_are(
    language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    sure = {name: f"日期{title.zh}" if language == "zh" else f"dates: {title.en}"
            for name, title in texts.CERTAINTIES.items()}  # fmt: skip
    book = shipped()
    for row in app_law.rules(DAY, language):
        said = next(words for title, words in row.facts if title.en == "all documents")
        for citation in book.rules[row.id].basis:
            assert sure[citation.document.date_certainty] in said
    rule = next(rule for rule in book.in_force(DAY) if rule.basis[0].document.date_certainty == "U")
    assert main(["--lang", language, "rules", "show", rule.id, "--as-of", DAY.isoformat()]) == EXIT_OK
    assert sure["U"] in capsys.readouterr().out
    assert main(["rules", "show", rule.id, "--json"]) == EXIT_OK
    assert json.loads(capsys.readouterr().out)["basis"][0]["date_certainty"] == "U"


def test_a_rule_in_english_has_no_full_width_marks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "rules", "show", "MIN-01", "--as-of", DAY.isoformat()]) == EXIT_OK
    lines = capsys.readouterr().out.splitlines()
    (said,) = [line for line in lines if line.startswith("in force: ")]
    assert said.endswith(f" ({DAY}: in force)")
