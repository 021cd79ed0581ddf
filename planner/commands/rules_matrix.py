"""``planner rules matrix`` and ``planner rules diff``: the rule base laid out, and compared by date."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from gis.errors import InputError, Language, Text
from layers import spec
from planner import flow, run_file, terminal, wording
from planner.cli import EXIT_OK
from planner.options import day_of
from planner.project import Project
from zoning import compare, verify
from zoning.project_class import classes
from zoning.rule import Scope
from zoning.rulebook import shipped

_KINDS = {
    compare.BEGAN: Text("新生效", "began"),
    compare.ENDED: Text("失效", "ended"),
    compare.BASIS_CHANGED: Text("依据变更", "basis changed"),
}


def matrix(options: argparse.Namespace, language: Language) -> int:
    """Print a verdict for every class, layer and sub-class; ``?`` followed by what it may become."""
    day, book = day_of(options.as_of), shipped()
    rows = {
        place: {code: verify.answer(book, place, code, day) for code in classes()}
        for layer in spec.catalogue().values()
        if layer.role == "control"
        for place in verify.places(layer, book)
    }
    if options.json:
        content = {
            "schema": "planner.rules.matrix/1",
            "as_of": day.isoformat(),
            "rows": [
                {"layer": place.layer, "sub_class": place.sub_class, "verdicts": cells}
                for place, cells in rows.items()
            ],
        }
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
        return EXIT_OK
    width = 2 + max(_width(_title(place, language)) for place in rows)
    header = " ".join(f"{code:>5}" for code in classes())
    sys.stdout.write(" " * width + header + "\n")
    for place, cells in rows.items():
        title = _title(place, language)
        sys.stdout.write(title + " " * (width - _width(title)))
        sys.stdout.write(" ".join(f"{value:>5}" for value in cells.values()) + "\n")
    return EXIT_OK


def _title(place: Scope, language: Language) -> str:
    return wording.place({"layer": place.layer, "sub_class": place.sub_class}, language)


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def diff(options: argparse.Namespace, language: Language) -> int:
    """Print what changed in law between two days, and which stored checks would change."""
    earlier, later = day_of(options.earlier), day_of(options.later)
    found = compare.changes(shipped(), earlier, later)
    runs = [] if options.runs is None else _changed_runs(options.runs, earlier, later)
    if options.json:
        content = {
            "schema": "planner.rules.diff/1",
            "earlier": earlier.isoformat(),
            "later": later.isoformat(),
            "changes": [_change_json(change, language) for change in found],
            "runs": runs,
        }
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
        return EXIT_OK
    titles = (
        Text("规则", "rule"),
        Text("变化", "change"),
        Text("结论", "verdict"),
        Text(f"{earlier} 依据", f"basis on {earlier}"),
        Text(f"{later} 依据", f"basis on {later}"),
    )
    table = terminal.table(titles, language)
    for change in found:
        item = _change_json(change, language)
        table.add_row(
            change.rule.id,
            _KINDS[change.kind].said(language),
            wording.verdict_title(change.rule.verdict.code, language),
            "；".join(item["before"]),
            "；".join(item["after"]),
        )
    console = terminal.console()
    console.print(table)
    for run in runs:
        console.print(f"{run['run']}: {run['earlier']} → {run['later']}", highlight=False, markup=False)
    return EXIT_OK


def _change_json(change: compare.Change, language: Language) -> dict[str, Any]:
    return {
        "rule": change.rule.id,
        "change": change.kind,
        "verdict": change.rule.verdict.code,
        "before": [wording.citation(citation, language) for citation in change.before],
        "after": [wording.citation(citation, language) for citation in change.after],
    }


def _changed_runs(folder: Path, earlier: date, later: date) -> list[dict[str, str]]:
    """Repeat every stored check on both days; return those that would come out differently."""
    found = sorted(folder.rglob("run.json"))
    if not found:
        raise InputError(
            "no_runs",
            Text(f"“{folder}”里没有保存的检查（run.json）。", f"There are no stored checks in '{folder}'."),
            Text("检查时用 --out 保存。", "Store a check with --out."),
        )
    changed = []
    for path in found:
        project = Project.from_json(run_file.read(path), path.name).seen_from(path.parent)
        before, after = (_verdicts(replace(project, as_of=day)) for day in (earlier, later))
        if before != after:
            changed.append({"run": path.as_posix(), "earlier": before, "later": after})
    return changed


def _verdicts(project: Project) -> str:
    """Return the verdicts of all sites with the rules that spoke."""
    result = flow.check(project)
    said = []
    for site in result.sites:
        rules = sorted(set(filter(None, site.findings["rule_id"])))
        said.append(f"{site.site.name} {site.verdict.code} ({', '.join(rules)})")
    return "; ".join(said)
