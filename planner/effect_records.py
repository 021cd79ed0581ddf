"""The works' records of restored patches, opened: whatever of them is not used is told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from gis.errors import InputError, Text
from gis.files import tables
from layers.issue import Issue, from_notes
from restoration import indicators, mine_codes

ID_FIELDS = ("patch_id", "id", "ID", "图斑编号")


def opened(path: Path, patches: pd.Index, evaluated: pd.Index) -> tuple[pd.DataFrame, tuple[Issue, ...]]:
    """Return the indicators of each recorded patch, and what was noticed.

    Parameters
    ----------
    path
        CSV or XLSX with a column of patch numbers (:data:`ID_FIELDS`) and those of
        :data:`restoration.indicators.NAMES`.
    patches, evaluated
        Numbers of all patches, and of those that are evaluated.

    Raises
    ------
    InputError
        When it can't be read, has no patch numbers or one twice, or numbers that can't be.
    """
    rows = tables.read(path).rows
    frame = pd.DataFrame(list(rows[1:]), columns=list(rows[0]), dtype=object)
    field = next((name for name in ID_FIELDS if name in frame), None)
    if field is None:
        raise InputError(
            "records_without_id",
            Text("治理记录表没有图斑编号列。", "The records have no column of patch numbers."),
            Text("请加一列 patch_id（图斑编号）。", "Add a column patch_id."),
        )
    indexed = frame.set_index(frame[field].map(mine_codes.words).rename("patch_id")).drop(columns=field)
    _refuse_repeated(indexed.index)
    numbers, notes = indicators.read(indexed)
    labels = [str(label) for label in evaluated]
    issues = [*from_notes(path.name, notes), *_strangers(path.name, indexed.index, patches, labels)]
    return indicators.of_records(numbers), tuple(issues)


def _refuse_repeated(index: pd.Index) -> None:
    twice = index[index.duplicated() & (index != "")]
    if len(twice):
        raise InputError(
            "records_repeated",
            Text(f"治理记录中图斑“{twice[0]}”有多行。", f"The records have several rows of {twice[0]!r}."),
            Text("每个图斑只留一行。", "Leave one row for each patch."),
        )


def _strangers(name: str, index: pd.Index, patches: pd.Index, evaluated: list[str]) -> list[Issue]:
    """Tell rows whose patch is not in the table of patches, or is there but not evaluated."""
    every = {str(label) for label in patches}
    unknown = [str(label) or "（空）" for label in index if str(label) not in every]
    idle = [str(label) for label in index if str(label) in every and str(label) not in evaluated]
    told = (
        (
            unknown, "records_patch_unknown", "error",
            Text("不在图斑表中", "are of no patch in the table"),
            Text("未用于任何图斑；请核对编号。", "Used for no patch: check the numbers."),
        ),
        (
            idle, "records_patch_not_evaluated", "warning",
            Text("的图斑未参与评估（未治理或没有范围）", "are of patches not evaluated (untreated, or no ground)"),
            Text("只列出指标，不计成功指数。", "Indicators are listed, without a success index."),
        ),
    )  # fmt: skip
    return [
        Issue(
            name,
            code,
            severity,  # type: ignore[arg-type]
            len(labels),
            Text(
                f"{len(labels)}行治理记录{what.zh}（{'、'.join(labels[:10])}）。",
                f"{len(labels)} rows of the records {what.en} ({', '.join(labels[:10])}).",
            ),
            done,
            tuple(labels[:20]),
        )
        for labels, code, severity, what, done in told
        if labels
    ]
