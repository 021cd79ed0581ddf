"""``planner effect``: did restored patches recover."""

from __future__ import annotations

import argparse
import json
import sys

from gis.errors import Language
from planner import effect_flow, effect_report, target_crs, terminal
from planner.cli import EXIT_OK
from planner.effect_flow import EffectQuestion
from planner.options import workspace_of
from planner.priorities import Priorities
from planner.rank_options import number
from restoration.effect import Settings


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    target_crs.named(options.to_crs)
    question = _question(options)
    with terminal.progress_bar() as progress:
        task = progress.add_task("", total=None)
        result = effect_flow.evaluate(question, lambda what: progress.update(task, description=what))
    lines: list[str] = []
    if options.out is not None:
        written, notes = effect_report.write_all(
            result, options.out, language, encoding=options.encoding, crs=options.to_crs
        )
        lines = [str(path) for path in written]
        lines += [f"{note.what.said(language)} {note.done.said(language)}" for note in notes]
    if options.json:
        sys.stdout.write(json.dumps(effect_report.to_json(result, language), ensure_ascii=False) + "\n")
        return EXIT_OK
    console = terminal.console()
    effect_report.show(result, console, language)
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    return EXIT_OK


def _question(options: argparse.Namespace) -> EffectQuestion:
    mines = Priorities(
        workspace=workspace_of(options), mines=options.mines, layer=options.layer, crs=options.crs
    )
    return EffectQuestion(
        mines=mines,
        before=options.before,
        after=options.after,
        vegetated=tuple(number(word, "--vegetated") for word in (options.vegetated or "").split(",") if word),
        gap_m=options.gap,
        width_m=options.ring,
        settings=Settings(
            least_gain=options.least_gain,
            correlation_m=options.correlation,
            confidence=options.confidence,
        ),
        records=options.records,
    )
