"""``planner rank``: which mines first, how, for how much, in which year, and why."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from gis.errors import InputError, Language, Text
from planner import priorities, rank_export, rank_flow, rank_report, run_file, target_crs, terminal
from planner.cli import EXIT_OK
from planner.priorities import Choices, Priorities
from planner.rank_options import choices_of, question_of
from planner.rank_result import Decision


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out.

    Raises
    ------
    InputError
        ``places`` for ``--places 0``; ``mine_unknown`` when ``--why`` names no ranked mine; and what the question,
        the data and the writing of results raise.
    """
    target_crs.named(options.to_crs)
    question, choices = _asked(options)
    decision = decided(question, choices)
    if options.places == 0:
        raise InputError(
            "places",
            Text("--places 不能为0。", "--places can't be 0."),
            Text("前移用正数，后移用负数。", "Above 0 is up, below 0 is down."),
        )
    if options.why is not None and options.why not in decision.main.index:
        raise InputError(
            "mine_unknown",
            Text(f"没有参与排序的图斑“{options.why}”。", f"No ranked mine is called {options.why!r}."),
            Text(
                "请核对图斑编号，或查看未参与排序的清单。",
                "Check its number, or look among those listed apart.",
            ),
        )
    written: list[Path] = []
    lines: list[str] = []
    if options.out is not None:
        written, notes, issues = rank_export.write_all(
            decision, options.out, language, encoding=options.encoding, crs=options.to_crs
        )
        told = [(issue.what, issue.done) for issue in issues] + [(note.what, note.done) for note in notes]
        lines = [f"{what.said(language)} {done.said(language)}" for what, done in told]
    if options.json:
        sys.stdout.write(json.dumps(rank_export.to_json(decision, language), ensure_ascii=False) + "\n")
        return EXIT_OK
    console = terminal.console()
    rank_report.show(decision, console, language, why=options.why, places=options.places)
    for line in (*map(str, written), *lines):
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    return EXIT_OK


def decided(question: Priorities, choices: Choices) -> Decision:
    """Assess and decide, with a progress line on stderr when that is a terminal."""
    with terminal.progress_bar() as progress:
        task = progress.add_task("", total=None)
        assessed = rank_flow.assess(question, lambda what: progress.update(task, description=what))
        return rank_flow.decide(assessed, choices, lambda what: progress.update(task, description=what))


def _asked(options: argparse.Namespace) -> tuple[Priorities, Choices]:
    if options.run is None:
        return question_of(options), choices_of(options)
    run_file.stands_alone(options)
    question, choices = priorities.from_json(run_file.read(options.run), options.run.name)
    question = question.seen_from(options.run.parent)
    if options.workspace is not None:
        question = replace(question, workspace=options.workspace)
    return question, choices
