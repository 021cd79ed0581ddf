"""Indicators of restoration (domain notes §5.3; definitions as usual in land practice, wording U).

Each is a ratio of two numbers that the works' own records give; without them it is NaN = not assessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from gis.errors import InputError, Text


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
    names = [*(name for item in INDICATORS for name in (item.part, item.whole)), *COLUMNS]
    known = (
        records.reindex(columns=list(dict.fromkeys(names)))
        .apply(pd.to_numeric, errors="coerce")
        .astype(float)
    )
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


def success_index(
    measured: Mapping[str, float], reference: Mapping[str, float], weights: Mapping[str, float]
) -> float:
    r"""Return the restoration success index :math:`RSI = \sum_i w_i \min(1, x_i / x_{ref,i})`, weights scaled to 1.

    Examples
    --------
    0.75 · min(1, 0.3/0.6) + 0.25 · min(1, 9/6):

    >>> success_index({"fvc": 0.3, "species": 9}, {"fvc": 0.6, "species": 6}, {"fvc": 3, "species": 1})
    0.625
    """
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0 or any(reference[name] <= 0 for name in weights):
        raise InputError(
            "success_index",
            Text(
                "权重为负、合计为 0，或参照值不大于 0。",
                "A weight is negative, they sum to 0, or a reference is not above 0.",
            ),
            Text("请改正权重或参照值。", "Mend the weights or the references."),
        )
    return float(
        sum(weight * min(1.0, measured[name] / reference[name]) for name, weight in weights.items()) / total
    )


def _wrong(column: str) -> InputError:
    return InputError(
        "indicator_records",
        Text(
            f"“{column}”有负数，或部分大于总数。",
            f"'{column}' holds a negative number, or a part above its whole.",
        ),
        Text("请核对治理记录。", "Check the records of the works."),
    )
