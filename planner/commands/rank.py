"""``planner rank``: which mines first, how, for how much, in which year, and why."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from gis import recognition
from gis.errors import InputError, Language, Text
from planner import priorities, rank_export, rank_flow, rank_report, terminal
from planner.cli import EXIT_OK
from planner.priorities import Choices, Priorities
from planner.rank_options import choices_of, question_of
from planner.rank_result import Decision


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    check_target(options.to_crs)
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


def check_target(crs: str) -> None:
    """Refuse a coordinate system that exports are not written in."""
    recognition.from_declaration(crs)
    if crs.upper().startswith("GCJ"):
        raise InputError(
            "gcj02_unwritable",
            Text("成果不能写成GCJ-02。", "Results are not written in GCJ-02."),
            Text("请用 EPSG:4490 或 EPSG:4547。", "Use EPSG:4490 or EPSG:4547."),
        )


def _asked(options: argparse.Namespace) -> tuple[Priorities, Choices]:
    if options.run is None:
        return question_of(options), choices_of(options)
    try:
        text = options.run.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "run_file",
            Text(f"读不出运行文件“{options.run}”。", f"The run file '{options.run}' can't be read."),
            Text("请核对路径。", "Check the path."),
        ) from error
    return priorities.from_json(text, options.run.name)
