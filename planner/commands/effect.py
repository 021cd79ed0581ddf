"""``planner effect``: did restored patches recover."""

from __future__ import annotations

import argparse
import json
import sys

from gis.errors import InputError, Language, Text
from planner import effect_flow, effect_report, target_crs, terminal
from planner.cli import EXIT_OK
from planner.effect_flow import EffectQuestion
from planner.options import workspace_of
from planner.priorities import Priorities
from planner.rank_options import assumed_area_m2, number, pair
from restoration.effect import Settings
from restoration.land_cover import Legend


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
        workspace=workspace_of(options),
        mines=options.mines,
        layer=options.layer,
        crs=options.crs,
        assumed_area_m2=assumed_area_m2(options),
    )
    return EffectQuestion(
        mines=mines,
        before=options.before,
        after=options.after,
        legend=_legend(options),
        gap_m=options.gap,
        width_m=options.ring,
        settings=Settings(
            least_gain=options.least_gain,
            correlation_m=options.correlation,
            confidence=options.confidence,
        ),
        records=options.records,
        index_weights=tuple(
            (name, number(value, "--index-weight")) for name, value in map(pair, options.index_weight)
        ),
    )


def _legend(options: argparse.Namespace) -> Legend | None:
    vegetated, bare, not_seen = (
        tuple(
            number(word, f"--{name}") for word in (text or "").replace("，", ",").split(",") if word.strip()
        )
        for name, text in (
            ("vegetated", options.vegetated),
            ("bare", options.bare),
            ("not-seen", options.not_seen),
        )
    )
    if vegetated:
        return Legend(vegetated, bare, not_seen)
    if not bare and not not_seen:
        return None
    raise InputError(
        "vegetated_wanted",
        Text(
            "--bare 和 --not-seen 说明土地覆盖的代码，须与 --vegetated 同用。",
            "--bare and --not-seen explain the codes of land covers: they need --vegetated.",
        ),
        Text("用 --vegetated 给出有植被的代码。", "Name the codes that are vegetated with --vegetated."),
    )
