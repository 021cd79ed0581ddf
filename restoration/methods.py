r"""Four methods of ranking; each gives a mine the lowest and the highest value its missing scores allow.

All take scores in [0, 1] (1 = most urgent, NaN = not assessed) and give a frame on the same index with the
columns ``low`` and ``high``, larger = more urgent. Without missing scores the two are the textbook's value.
With them, the value that any filling of the gaps would give lies between the two (for TOPSIS and VIKOR the
interval can be a little wider than needed, because its parts are bounded one by one). Values are rounded to
12 decimals, so that what is equal on paper is a tie.

Why not pymcdm: it knows no missing scores, its TOPSIS normalises by min-max unless told otherwise, its VIKOR
refuses criteria without spread, and its PROMETHEE takes all pairs (n² steps); it is the second opinion in the
tests instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from gis.errors import InputError, Text
from restoration import score_table
from restoration.score_table import FloatArray

Method = Literal["weighted_sum", "topsis", "promethee", "vikor"]
DECIMALS = 12


def _taken(scores: pd.DataFrame, weights: pd.Series) -> tuple[FloatArray, FloatArray, FloatArray]:
    low, high = score_table.bounds(scores)
    weight = score_table.checked_weights(weights, list(scores.columns)).to_numpy()
    used = weight > 0
    return low[:, used], high[:, used], weight[used]


def _frame(index: pd.Index, low: FloatArray, high: FloatArray) -> pd.DataFrame:
    return pd.DataFrame({"low": low.round(DECIMALS) + 0.0, "high": high.round(DECIMALS) + 0.0}, index=index)


def _row_sum(table: FloatArray, weight: FloatArray) -> FloatArray:
    """Sum column by column: equal rows give equal sums, whatever their place in the table."""
    total = np.zeros(len(table))
    for column, share in enumerate(weight):
        total += share * table[:, column]
    return total


def weighted_sum(scores: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    r"""Weighted sum :math:`\sum_j w_j x_{ij}`.

    Examples
    --------
    0.75·0.4 + 0.25·(0 to 1):

    >>> table = pd.DataFrame({"hazard": [0.4], "view": [np.nan]}, index=["M1"])
    >>> weighted_sum(table, pd.Series({"hazard": 3, "view": 1}))
        low  high
    M1  0.3  0.55
    """
    low, high, weight = _taken(scores, weights)
    return _frame(scores.index, _row_sum(low, weight), _row_sum(high, weight))


def topsis(scores: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    r"""TOPSIS with vector normalisation (Hwang & Yoon 1981).

    .. math::
        v_{ij} = w_j \frac{x_{ij}}{\sqrt{\sum_i x_{ij}^2}}, \quad
        D_i^{\pm} = \sqrt{\sum_j (v_{ij} - v_j^{\pm})^2}, \quad C_i = \frac{D_i^-}{D_i^- + D_i^+}

    with :math:`v_j^+` the greatest and :math:`v_j^-` the least of a column. When all mines are equal,
    C is 0/0 and is taken as 0.5.

    Examples
    --------
    Column (3, 4)/√25: distance to the best 0 and 0.2, so C is 0 and 1.

    >>> topsis(pd.DataFrame({"a": [0.3, 0.4]}), pd.Series({"a": 1.0}))
       low  high
    0  0.0   0.0
    1  1.0   1.0
    """
    low, high, weight = _taken(scores, weights)
    to_best = np.zeros((2, len(low)))
    to_worst = np.zeros((2, len(low)))
    for column, share in enumerate(weight):
        best, worst = _distances(low[:, column], high[:, column])
        to_best += (share * best) ** 2
        to_worst += (share * worst) ** 2
    to_best, to_worst = np.sqrt(to_best), np.sqrt(to_worst)
    return _frame(scores.index, _closeness(to_worst[0], to_best[1]), _closeness(to_worst[1], to_best[0]))


def _closeness(to_worst: FloatArray, to_best: FloatArray) -> FloatArray:
    total = to_worst + to_best
    return np.where(total > 0, to_worst / np.where(total > 0, total, 1), 0.5)


def _distances(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least and greatest normalised distance of each cell to the best and to the worst of its column.

    Both (best - x)/norm and (x - worst)/norm grow when the other unknown cells of the column grow (fall),
    so the extremes lie at the ends; each case below is one such end.
    """
    missing = low != high
    gaps = int(missing.sum())
    known = low[~missing]
    square = math.fsum(known * known)
    top = float(known.max()) if len(known) else 0.0
    bottom = float(known.min()) if len(known) else 1.0
    best, worst = np.zeros((2, len(low))), np.zeros((2, len(low)))
    value = low[~missing]
    norm = math.sqrt(square)
    unit = 1 / norm if norm else 0.0
    widest = 1 / math.sqrt(square + gaps) if square + gaps else 0.0
    if not gaps:
        return np.tile((top - value) * unit, (2, 1)), np.tile((value - bottom) * unit, (2, 1))
    with_top = square + gaps * top * top
    best[0, ~missing] = (top - value) / math.sqrt(with_top) if with_top else 0.0
    best[1, ~missing] = np.maximum((top - value) * unit, (1 - value) / math.sqrt(square + 1))
    worst[0, ~missing] = (value - bottom) * widest
    worst[1, ~missing] = value * unit
    others = gaps > 1
    best[1, missing] = max(top * unit, 1 / math.sqrt(square + 1) if others else 0.0)
    worst[1, missing] = (1.0 if others else 1 - bottom) / math.sqrt(square + 1)
    return best, worst


def promethee(
    scores: pd.DataFrame,
    weights: pd.Series,
    *,
    indifference: float | Mapping[str, float] = 0.05,
    preference: float | Mapping[str, float] = 0.5,
) -> pd.DataFrame:
    r"""PROMETHEE II net flows with the linear preference function (Brans & Vincke 1985, type V).

    .. math::
        P(d) = \min(1, \max(0, \tfrac{d - q}{p - q})), \quad
        \phi_i = \frac{1}{n-1} \sum_{k \ne i} \sum_j w_j \left[P(x_{ij} - x_{kj}) - P(x_{kj} - x_{ij})\right]

    Sorting gives it in n log n steps. ``indifference`` q and ``preference`` p (one number or one per
    criterion) are proposals, to be edited; p = q is the step, p = q = 0 the usual criterion.

    Examples
    --------
    Differences 0.4 and 0.6 with q = 0 and p = 1; (-0.4 - 1)/2, (0.4 - 0.6)/2, (1 + 0.6)/2:

    >>> table = pd.DataFrame({"a": [0.0, 0.4, 1.0]})
    >>> promethee(table, pd.Series({"a": 1}), indifference=0, preference=1)["low"].tolist()
    [-0.7, -0.1, 0.8]
    """
    low, high, weight = _taken(scores, weights)
    count = len(low)
    flow = np.zeros((2, count))
    names = [
        name for name, share in zip(scores.columns, weights.reindex(scores.columns), strict=True) if share > 0
    ]
    for column, name in enumerate(names):
        q = indifference[name] if isinstance(indifference, Mapping) else indifference
        p = preference[name] if isinstance(preference, Mapping) else preference
        if not 0 <= q <= p:
            raise InputError(
                "promethee_thresholds",
                Text(
                    f"指标“{name}”的阈值须满足 0 ≤ q ≤ p。",
                    f"The thresholds of {name!r} must satisfy 0 ≤ q ≤ p.",
                ),
                Text(
                    "请改正无差异阈值或严格优势阈值。", "Mend the indifference or the preference threshold."
                ),
            )
        share = weight[column] / max(count - 1, 1)
        for end, (own, others) in enumerate(((low, high), (high, low))):
            one, many = own[:, column], others[:, column]
            itself = _linear(one - many, q, p) - _linear(many - one, q, p)
            flow[end] += share * (_preferred(one, many, q, p) - _preferred(-one, -many, q, p) - itself)
    return _frame(scores.index, flow[0], flow[1])


def _linear(difference: FloatArray, q: float, p: float) -> FloatArray:
    if p == q:
        return (difference > q + (1e-12 if q else 0.0)).astype(float)
    share: FloatArray = np.clip((difference - q) / (p - q), 0, 1)
    return share


def _preferred(one: FloatArray, many: FloatArray, q: float, p: float) -> FloatArray:
    """Sum of P(one - m) over all m, for each element of one."""
    ordered = np.sort(many)
    if p == q:
        return np.searchsorted(ordered, one - q - (1e-12 if q else 0.0), side="left").astype(float)
    running = np.concatenate([[0.0], np.cumsum(ordered)])
    whole = np.searchsorted(ordered, one - p, side="right")
    part = np.searchsorted(ordered, one - q, side="left")
    partly = ((part - whole) * (one - q) - (running[part] - running[whole])) / (p - q)
    total: FloatArray = whole + partly
    return total


def vikor(scores: pd.DataFrame, weights: pd.Series, *, majority: float = 0.5) -> pd.DataFrame:
    r"""VIKOR, as 1 - Q so that larger is more urgent (Opricovic & Tzeng 2004).

    .. math::
        S_i = \sum_j w_j r_{ij}, \quad R_i = \max_j w_j r_{ij}, \quad
        r_{ij} = \frac{f_j^* - x_{ij}}{f_j^* - f_j^-}, \quad
        Q_i = v \frac{S_i - S^*}{S^- - S^*} + (1 - v) \frac{R_i - R^*}{R^- - R^*}

    ``majority`` is v. A fraction 0/0 (no spread) counts 0.

    Examples
    --------
    >>> vikor(pd.DataFrame({"a": [0.0, 0.5, 1.0]}), pd.Series({"a": 1.0}))["low"].tolist()
    [0.0, 0.5, 1.0]
    """
    if not 0 <= majority <= 1:
        raise InputError(
            "vikor_majority",
            Text("VIKOR 的 v 须在 0 到 1 之间。", "VIKOR's v lies between 0 and 1."),
            Text("通常取 0.5。", "0.5 is usual."),
        )
    group, regret = vikor_measures(scores, weights)
    best = majority * _relative(group, upper=True) + (1 - majority) * _relative(regret, upper=True)
    least = majority * _relative(group, upper=False) + (1 - majority) * _relative(regret, upper=False)
    return _frame(scores.index, 1 - best, 1 - least)


def vikor_measures(scores: pd.DataFrame, weights: pd.Series) -> tuple[FloatArray, FloatArray]:
    """Return S and R, each as an array of two rows: its lowest and its highest."""
    low, high, weight = _taken(scores, weights)
    group, regret = np.zeros((2, len(low))), np.zeros((2, len(low)))
    for column, share in enumerate(weight):
        ratio = share * _shortfall(low[:, column], high[:, column])
        group += ratio
        regret = np.maximum(regret, ratio)
    return group.round(DECIMALS), regret.round(DECIMALS)


def _shortfall(low: FloatArray, high: FloatArray) -> FloatArray:
    """Least and greatest (best - x)/(best - worst) of each cell; it grows with the best and with the worst."""
    missing = low != high
    result = np.zeros((2, len(low)))
    if len(low) == 1:
        return result
    known = low[~missing]
    top = float(known.max()) if len(known) else 0.0
    bottom = float(known.min()) if len(known) else 1.0
    value = low[~missing]
    if not missing.any():
        return np.tile((top - value) / (top - bottom), (2, 1)) if top > bottom else result
    result[1, missing] = 1.0
    result[0, ~missing] = (top - value) / top if top > 0 else 0.0
    result[1, ~missing] = (1 - value) / (1 - bottom) if bottom < 1 else 0.0
    return result


def _relative(measure: FloatArray, *, upper: bool) -> FloatArray:
    low, high = measure
    if upper:
        bottom = np.minimum(low.min(), high)
        top = np.maximum(low.max(), high)
        value = high
    else:
        bottom = np.minimum(high.min(), low)
        top = np.full(len(low), high.max())
        value = low
    width = top - bottom
    return np.where(width > 0, (value - bottom) / np.where(width > 0, width, 1), 0.0)
