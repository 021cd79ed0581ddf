r"""Four methods of ranking; each gives a mine the lowest and the highest value its scores allow.

All take scores in [0, 1] (1 = most urgent, NaN = not assessed), with their ``ends`` where they are not certain
(:func:`restoration.score_table.bounds`), and give a frame on the same index with the columns ``low`` and ``high``,
larger = more urgent. With certain scores the two are the textbook's value. Without, the value that any scores
between their ends would give lies between the two (for TOPSIS and VIKOR the interval can be a little wider than
needed, because its parts are bounded one by one). Values are rounded to 12 decimals, so that what is equal on paper
is a tie.

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
from restoration.score_table import Ends, FloatArray

Method = Literal["weighted_sum", "topsis", "promethee", "vikor"]
DECIMALS = 12


def _taken(
    scores: pd.DataFrame, weights: pd.Series, ends: Ends | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    low, high = score_table.bounds(scores, ends)
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


def weighted_sum(scores: pd.DataFrame, weights: pd.Series, *, ends: Ends | None = None) -> pd.DataFrame:
    r"""Weighted sum :math:`\sum_j w_j x_{ij}`.

    Examples
    --------
    0.75·0.4 + 0.25·(0 to 1):

    >>> table = pd.DataFrame({"hazard": [0.4], "view": [np.nan]}, index=["M1"])
    >>> weighted_sum(table, pd.Series({"hazard": 3, "view": 1}))
        low  high
    M1  0.3  0.55
    """
    low, high, weight = _taken(scores, weights, ends)
    return _frame(scores.index, _row_sum(low, weight), _row_sum(high, weight))


def topsis(scores: pd.DataFrame, weights: pd.Series, *, ends: Ends | None = None) -> pd.DataFrame:
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
    low, high, weight = _taken(scores, weights, ends)
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

    With x the cell, B the best, W the worst and N the norm of the column: (B - x)/N is greatest with x and all
    others at their lowest but one, the best, at its highest, and least with x at its highest and no other above
    the greatest of the lowest; (x - W)/N is greatest with x at its highest and the others at their lowest, and
    least the other way round.
    """
    top = float(low.max())
    least_best = _over(np.maximum(top - high, 0.0), math.fsum(np.minimum(high, top) ** 2))
    squares_low, squares_high = math.fsum(low * low), math.fsum(high * high)
    worst_of_others = np.minimum(_least_of_others(low), high)
    wide, narrow = high * high - low * low, low * low - high * high
    most_worst = _over(high - worst_of_others, squares_low + wide)
    least_worst = _over(np.maximum(low - high.min(), 0.0), squares_high + narrow)
    return np.vstack([least_best, _farthest_from_best(low, high, squares_low + wide)]), np.vstack(
        [least_worst, most_worst]
    )


def _over(difference: FloatArray, square: FloatArray | float) -> FloatArray:
    square = np.asarray(square, dtype=float)
    result: FloatArray = np.where(square > 0, difference / np.sqrt(np.where(square > 0, square, 1.0)), 0.0)
    return result


def _least_of_others(values: FloatArray) -> FloatArray:
    """Return, for each element, the least of the others (its own value where there is none)."""
    if len(values) == 1:
        return values
    lowest, second = np.partition(values, 1)[:2]
    at = int(np.argmin(values))
    result = np.full(len(values), lowest)
    result[at] = second
    return result


def _farthest_from_best(low: FloatArray, high: FloatArray, square: FloatArray) -> FloatArray:
    """Return the greatest (high_k - low_i)/sqrt(square_k) over the others k, at least 0.

    Only a k whose highest value no other reaches with as small a norm can give it: there are few of them.
    """
    order = np.lexsort([square, -high])
    ahead = np.minimum.accumulate(np.concatenate([[np.inf], square[order][:-1]]))
    leading = order[square[order] < ahead]
    result = np.zeros(len(low))
    for one in leading:
        reached = _over(high[one] - low, square[one])
        reached[one] = 0.0
        result = np.maximum(result, reached)
    for one in leading:
        others = _over(high - low[one], square)
        others[one] = 0.0
        result[one] = max(0.0, float(others.max()))
    return result


def promethee(
    scores: pd.DataFrame,
    weights: pd.Series,
    *,
    ends: Ends | None = None,
    indifference: float | Mapping[str, float] = 0.05,
    preference: float | Mapping[str, float] = 0.5,
) -> pd.DataFrame:
    r"""PROMETHEE II net flows with the linear preference function (Brans & Vincke 1985, type V).

    .. math::
        P(d) = \min(1, \max(0, \tfrac{d - q}{p - q})), \quad
        \phi_i = \frac{1}{n-1} \sum_{k \ne i} \sum_j w_j \left[P(x_{ij} - x_{kj}) - P(x_{kj} - x_{ij})\right]

    Sorting gives it in n log n steps. ``indifference`` q and ``preference`` p (one number or one per
    criterion) are proposals, to be edited; p = q is the step, p = q = 0 the usual criterion.

    Raises
    ------
    InputError
        ``promethee_thresholds`` when the thresholds of a criterion with a weight above 0 are not 0 ≤ q ≤ p; and as
        of :func:`restoration.score_table.checked` and :func:`restoration.score_table.checked_weights`.
    ValueError
        When scores and their ends differ in shape.
    KeyError
        When thresholds are given by criterion and one with a weight above 0 has none.

    Examples
    --------
    Differences 0.4 and 0.6 with q = 0 and p = 1; (-0.4 - 1)/2, (0.4 - 0.6)/2, (1 + 0.6)/2:

    >>> table = pd.DataFrame({"a": [0.0, 0.4, 1.0]})
    >>> promethee(table, pd.Series({"a": 1}), indifference=0, preference=1)["low"].tolist()
    [-0.7, -0.1, 0.8]
    """
    low, high, weight = _taken(scores, weights, ends)
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


def vikor(
    scores: pd.DataFrame, weights: pd.Series, *, ends: Ends | None = None, majority: float = 0.5
) -> pd.DataFrame:
    r"""VIKOR, as 1 - Q so that larger is more urgent (Opricovic & Tzeng 2004).

    .. math::
        S_i = \sum_j w_j r_{ij}, \quad R_i = \max_j w_j r_{ij}, \quad
        r_{ij} = \frac{f_j^* - x_{ij}}{f_j^* - f_j^-}, \quad
        Q_i = v \frac{S_i - S^*}{S^- - S^*} + (1 - v) \frac{R_i - R^*}{R^- - R^*}

    ``majority`` is v. A fraction 0/0 (no spread) counts 0.

    Raises
    ------
    InputError
        ``vikor_majority`` when v is not from 0 to 1; and as of :func:`restoration.score_table.checked` and
        :func:`restoration.score_table.checked_weights`.
    ValueError
        When scores and their ends differ in shape.

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
    group, regret = vikor_measures(scores, weights, ends=ends)
    best = majority * _relative(group, upper=True) + (1 - majority) * _relative(regret, upper=True)
    least = majority * _relative(group, upper=False) + (1 - majority) * _relative(regret, upper=False)
    return _frame(scores.index, 1 - best, 1 - least)


def vikor_measures(
    scores: pd.DataFrame, weights: pd.Series, *, ends: Ends | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return S and R, each as an array of two rows: its lowest and its highest.

    Examples
    --------
    Shortfalls 1, 0.5, 0 under a weight of 0.75 and 0, 1, 0.5 under 0.25: S is 0.75 + 0, 0.375 + 0.25 and
    0 + 0.125, R the greater of the two.

    >>> table = pd.DataFrame({"a": [0.0, 0.5, 1.0], "b": [1.0, 0.0, 0.5]})
    >>> group, regret = vikor_measures(table, pd.Series({"a": 3, "b": 1}))
    >>> group[0].tolist(), regret[0].tolist()
    ([0.75, 0.625, 0.125], [0.75, 0.375, 0.125])
    """
    low, high, weight = _taken(scores, weights, ends)
    group, regret = np.zeros((2, len(low))), np.zeros((2, len(low)))
    for column, share in enumerate(weight):
        ratio = share * _shortfall(low[:, column], high[:, column])
        group += ratio
        regret = np.maximum(regret, ratio)
    return group.round(DECIMALS), regret.round(DECIMALS)


def _shortfall(low: FloatArray, high: FloatArray) -> FloatArray:
    """Least and greatest (best - x)/(best - worst) of each cell; it grows with the best and with the worst.

    So it is greatest with the cell at its lowest and all others at their highest, and least the other way round.
    """
    if len(low) == 1:
        return np.zeros((2, 1))
    return np.vstack([_ratio(high, low), _ratio(low, high)])


def _ratio(own: FloatArray, others: FloatArray) -> FloatArray:
    best = np.maximum(own, -_least_of_others(-others))
    worst = np.minimum(own, _least_of_others(others))
    spread = best - worst
    result: FloatArray = np.where(spread > 0, (best - own) / np.where(spread > 0, spread, 1.0), 0.0)
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
