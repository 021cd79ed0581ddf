"""Indicators of restoration (domain notes §5.3; definitions as usual in land practice, wording U).

Each is a ratio of two numbers that the works' own records give; without them it is NaN = not assessed.
The success index of all of them: :mod:`restoration.success`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import InputError, Text
from gis.note import Note, Severity
from restoration import mine_numbers


@dataclass(frozen=True, slots=True)
class Indicator:
    """Numerator over denominator, in percent; ``at_most_whole``: the part can't exceed the whole."""

    id: str
    title: Text
    part: str
    whole: str
    formula: Text
    at_most_whole: bool = True


INDICATORS = (
    Indicator("reclaimed_rate", Text("土地复垦率", "rate of reclamation"), "reclaimed_m2", "damaged_m2",
              Text("复垦面积 ÷ 损毁面积", "reclaimed area / damaged area")),
    Indicator("vegetation_recovery", Text("植被恢复系数", "vegetation recovery"), "vegetated_m2", "plantable_m2",
              Text("植被恢复面积 ÷ 可绿化面积", "vegetated area / plantable area")),
    Indicator("erosion_control", Text("水土流失治理度", "erosion control"), "erosion_treated_m2", "eroded_m2",
              Text("治理面积 ÷ 水土流失面积", "treated area / eroded area")),
    Indicator("hazards_removed", Text("隐患消除率", "hazards removed"), "hazards_removed_count", "hazards_count",
              Text("消除隐患数 ÷ 隐患总数", "hazards removed / hazards")),
    Indicator("water_quality", Text("水质达标率", "water samples in order"), "samples_passed_count", "samples_count",
              Text("达标样品数 ÷ 样品总数（老窑水 pH、Fe、Mn、SO₄）",
                   "samples in order / samples (pH, Fe, Mn, SO₄ of mine water)")),
    Indicator("soil_kept", Text("水土保持率", "soil conserved"), "not_eroded_m2", "land_m2",
              Text("（土地面积 − 水土流失面积）÷ 土地面积", "(land − eroded land) / land")),
)  # fmt: skip
COLUMNS: Mapping[str, Text] = MappingProxyType(
    {
        "slope_safety_factor": Text("边坡安全系数", "safety factor of the slope"),
        "slope_safety_required": Text("要求的安全系数", "safety factor required"),
        "new_cultivated_m2": Text("新增耕地（平方米）", "new cultivated land (m²)"),
    }
)


NAMES = tuple(dict.fromkeys([*(name for item in INDICATORS for name in (item.part, item.whole)), *COLUMNS]))
"""Columns of the works' records."""
_COUNTED = MappingProxyType({"个": 1.0, "处": 1.0, "件": 1.0, "份": 1.0})


def read(records: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """Read the works' records as people write them, and tell whatever is lost.

    Parameters
    ----------
    records
        Index: patch; cells as they stand in the file. An area may carry its unit; without one it is m².

    Returns
    -------
    numbers, notes
        Columns of :data:`NAMES` that are there; NaN where a cell is empty or no number.

    Examples
    --------
    >>> found, notes = read(pd.DataFrame({"reclaimed_m2": ["8公顷"], "damaged_m2": ["80,000"]}, index=["M1"]))
    >>> found.loc["M1"].tolist(), [note.code for note in notes]
    ([80000.0, 80000.0], ['number_converted'])
    """
    found = pd.DataFrame(index=records.index)
    notes = _unknown_columns(records)
    rows = np.arange(1, len(records) + 1)
    for name in NAMES:
        if name not in records:
            continue
        units = mine_numbers.UNITS["area_m2"] if name.endswith("_m2") else _COUNTED
        column = records[name].astype(object).reset_index(drop=True)
        numbers = mine_numbers.read(column, units if name.endswith(("_m2", "_count")) else {})
        found[name] = numbers.numbers
        notes += _number_notes(name, column, rows, numbers)
    return found, notes


def _unknown_columns(records: pd.DataFrame) -> list[Note]:
    unknown = [str(name) for name in records.columns if name not in NAMES and str(name).strip()]
    if not unknown:
        return []
    nothing_known = not any(name in records for name in NAMES)
    listed = "、".join(unknown[:10])
    return [
        Note(
            "records_column_unknown",
            "error" if nothing_known else "warning",
            Text(
                f"治理记录有未识别的列：{listed}。", f"The records have columns that are not known: {listed}."
            ),
            Text(
                f"未读入。可用的列：{'、'.join(NAMES)}。",
                f"Not read. Known columns: {', '.join(NAMES)}.",
            ),
        )
    ]


def _number_notes(
    name: str, column: pd.Series, rows: npt.NDArray[np.int64], numbers: mine_numbers.Numbers
) -> list[Note]:
    told: tuple[tuple[npt.NDArray[np.bool_], str, Severity, Text, Text], ...] = (
        (
            numbers.unread, "number_unreadable", "error",
            Text("不是数", "is not a number"),
            Text("按未填写处理（未评估，不作0）。", "Taken as not given: not assessed, never 0."),
        ),
        (
            numbers.converted, "number_converted", "info",
            Text("带有其他单位", "carries another unit"),
            Text("已换算。", "Converted."),
        ),
    )  # fmt: skip
    notes = []
    for where, code, severity, what, done in told:
        if where.any():
            seen = "、".join(sorted({str(word).strip() for word in column[where]})[:5])
            text = Text(f"“{name}”{what.zh}（{seen}）。", f"'{name}' {what.en} ({seen}).")
            notes.append(Note(code, severity, text, done, tuple(str(row) for row in rows[where])))
    return notes


def of_records(records: pd.DataFrame) -> pd.DataFrame:
    """Return the indicators of each patch from the works' records.

    Parameters
    ----------
    records
        Index: patch; columns as in :data:`INDICATORS` and :data:`COLUMNS`, those that are known.

    Returns
    -------
    DataFrame
        Same index: a share (0 to 1) per indicator, ``slope_stable`` (1 when the safety factor reaches the one
        required, else 0), ``new_cultivated_m2``; NaN = not assessed.

    Raises
    ------
    InputError
        For a negative number, or a part larger than its whole.

    Examples
    --------
    8 of 10 ha reclaimed; nothing known of erosion:

    >>> found = of_records(pd.DataFrame({"reclaimed_m2": [80_000.0], "damaged_m2": [100_000.0]}, index=["M1"]))
    >>> print(found.loc["M1", "reclaimed_rate"], found.loc["M1", "erosion_control"])
    0.8 nan
    """
    known = records.reindex(columns=list(NAMES)).astype(float)
    if (known < 0).any(axis=None):
        raise _wrong(str(known.columns[(known < 0).any()][0]))
    result = pd.DataFrame(index=records.index)
    for item in INDICATORS:
        part, whole = known[item.part], known[item.whole]
        if (item.at_most_whole & (part > whole * (1 + 1e-9))).any():
            raise _wrong(item.part)
        result[item.id] = (part / whole).where(whole > 0)
    factor, required = known["slope_safety_factor"], known["slope_safety_required"]
    result["slope_stable"] = (factor >= required).astype(float).where(factor.notna() & required.notna())
    return result.assign(new_cultivated_m2=known["new_cultivated_m2"])


def _wrong(column: str) -> InputError:
    return InputError(
        "indicator_records",
        Text(
            f"“{column}”有负数，或部分大于总数。",
            f"'{column}' holds a negative number, or a part above its whole.",
        ),
        Text("请核对治理记录。", "Check the records of the works."),
    )
