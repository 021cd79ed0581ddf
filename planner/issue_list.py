"""Faults of files and layers, and rows that were lost, at a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console

from gis.errors import Language, Text
from layers.issue import MAX_ROWS_NAMED, Issue
from planner import sentence


def show(issues: Iterable[Issue], lost_rows: Sequence[int], console: Console, language: Language) -> None:
    """Print the rows that were lost, and every fault that is more than a remark."""
    if lost_rows:
        named = [str(row) for row in lost_rows[:MAX_ROWS_NAMED]]
        more = "…" if len(lost_rows) > len(named) else ""
        rows = Text(f"行号：{'、'.join(named)}{more}", f" Rows: {', '.join(named)}{more}")
        console.print(f"{sentence.lost_rows(len(lost_rows), language)}{rows.said(language)}", highlight=False)
    for issue in issues:
        if issue.severity != "info":
            blank = "" if language == "zh" else " "
            said = f"{issue.layer}: {issue.what.said(language)}{blank}{issue.done.said(language)}"
            console.print(said, highlight=False, markup=False)


def to_json(issues: Iterable[Issue], language: Language) -> list[dict[str, Any]]:
    """Return every fault, remarks too."""
    return [
        {
            "layer": issue.layer,
            "code": issue.code,
            "severity": issue.severity,
            "count": issue.count,
            "rows": list(issue.rows),
            "what": issue.what.said(language),
            "done": issue.done.said(language),
        }
        for issue in issues
    ]
