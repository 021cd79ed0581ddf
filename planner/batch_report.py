"""What came of a batch, in words and as JSON."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from gis.errors import Language, Text
from planner import issue_list, terminal, texts, wording
from planner.batch import Batch
from planner.project import Project
from zoning.rule import Verdict

JSON_SCHEMA = "planner.batch/1"


def show(batch: Batch, project: Project, console: Console, language: Language) -> None:
    """Print how many parcels came to which verdict, the faults, and the files written."""
    table = terminal.table(
        [Text("结论", "verdict"), Text("地块数", "parcels"), Text("面积（公顷）", "hectares")],
        language,
        heading=Text(
            f"批量检查：{len(batch.parcels)}个地块，项目类别 {project.activity}，法规日期 {project.as_of}",
            f"Batch: {len(batch.parcels)} parcels, project class {project.activity}, law of {project.as_of}",
        ),
        numbers=(1, 2),
    )
    for verdict, rows in _by_verdict(batch):
        hectares = rows["subject_m2"].sum() / wording.M2_PER_HECTARE
        table.add_row(wording.verdict_title(verdict, language), str(len(rows)), f"{hectares:.4f}")
    if batch.illustrative:
        console.print(texts.ILLUSTRATIVE_WARNING.said(language), style="bold")
    console.print(table)
    issue_list.show(batch.issues, batch.lost_rows, console, language)
    for path in batch.written:
        console.print(str(path), highlight=False, soft_wrap=True)


def _by_verdict(batch: Batch) -> list[tuple[str, Any]]:
    """Return the parcels by verdict, the worst first."""
    codes = sorted(batch.parcels["verdict"].unique(), key=lambda code: -Verdict.from_code(code).severity)
    return [(code, batch.parcels[batch.parcels["verdict"] == code]) for code in codes]


def to_json(batch: Batch, project: Project, language: Language) -> dict[str, Any]:
    """Return the summary; the tables themselves are files."""
    return {
        "schema": JSON_SCHEMA,
        "activity": project.activity,
        "as_of": project.as_of.isoformat(),
        "stamp": batch.stamp.to_json(),
        "illustrative": batch.illustrative,
        "verdict": batch.verdict.code,
        "parcels": len(batch.parcels),
        "lost_rows": list(batch.lost_rows),
        "findings": batch.finding_rows,
        "verdicts": {
            code: {"parcels": len(rows), "area_m2": round(float(rows["subject_m2"].sum()), 2)}
            for code, rows in _by_verdict(batch)
        },
        "issues": issue_list.to_json(batch.issues, language),
        "files": [path.name for path in batch.written],
    }
