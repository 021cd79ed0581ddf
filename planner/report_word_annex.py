"""What the Word reports of checks and rankings have in common: the faults of the data."""

from __future__ import annotations

from collections.abc import Sequence

from gis.errors import Language, Text
from layers.issue import Issue
from layers.spec import catalogue
from planner import texts
from planner.word_document import WordDocument

MOST_ISSUES_TOLD = 100
_ROWS_NAMED = 8


def add_issues(document: WordDocument, issues: Sequence[Issue], language: Language) -> None:
    """Add the table of issues, the worst first; of very many the first, and how many more there are."""
    order = list(texts.SEVERITIES)
    worst_first = sorted(issues, key=lambda issue: order.index(issue.severity))
    header = (
        Text("图层或文件", "layer or file"),
        Text("级别", "severity"),
        Text("数量", "count"),
        Text("问题", "what"),
        Text("处理", "done"),
        Text("行或图斑", "rows or patches"),
    )
    rows = [
        [
            _where(issue.layer, language),
            texts.SEVERITIES[issue.severity].said(language),
            issue.count,
            issue.what.said(language),
            issue.done.said(language),
            _named(issue.rows, language),
        ]
        for issue in worst_first[:MOST_ISSUES_TOLD]
    ]
    document.table([title.said(language) for title in header], rows, numbers=(2,))
    left = len(issues) - len(rows)
    if left:
        told = Text(
            f"另有{left}条，见同时写出的工作簿。", f"{left} more stand in the workbook written beside."
        )
        document.paragraph(told.said(language))


def _where(layer: str, language: Language) -> str:
    spec = catalogue().get(layer)
    return layer if spec is None else spec.title.said(language)


def _named(rows: Sequence[str], language: Language) -> str:
    more = " …" if len(rows) > _ROWS_NAMED else ""
    return texts.listed(rows[:_ROWS_NAMED], language) + more
