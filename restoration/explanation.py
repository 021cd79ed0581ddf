r"""Why a mine has its rank, and what would have to change for it to move (weighted sum).

A mine's score is :math:`s_i = \sum_j w_j x_{ij}`; a missing score counts as the middle
of its interval (``ends``; 0.5 without), as it does in the rank, and is marked. Ranks are counted inside one
safety class: pass the rows of that class.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis.errors import InputError, Text
from restoration import methods, score_table
from restoration.score_table import Ends, FloatArray

TIE = 10.0**-methods.DECIMALS
"""Scores nearer than this are equal, as in the ranks."""


@dataclass(frozen=True, eq=False, slots=True)
class Explanation:
    """Where the difference between a mine's score and a reference's comes from.

    ``parts`` has the criteria in rows: ``weight``, ``score``, ``reference``, ``contribution`` = weight × (score -
    reference), ``assessed``. The contributions sum to ``score - reference_score``.
    """

    mine: Hashable
    reference: Hashable | None
    score: float
    reference_score: float
    parts: pd.DataFrame


def contributions(scores: pd.DataFrame, weights: pd.Series, *, ends: Ends | None = None) -> pd.DataFrame:
    """Return weight × score of every cell; a row's sum is the mine's score.

    Examples
    --------
    >>> contributions(pd.DataFrame({"a": [1.0], "b": [0.5]}), pd.Series({"a": 3, "b": 1})).values.tolist()
    [[0.75, 0.125]]
    """
    filled, weight = _filled(scores, weights, ends)
    return pd.DataFrame(filled * weight, index=scores.index, columns=scores.columns)


def explain(
    scores: pd.DataFrame,
    weights: pd.Series,
    mine: Hashable,
    *,
    against: Hashable | None = None,
    ends: Ends | None = None,
) -> Explanation:
    """Explain a mine's score against the mean of all mines, or against another mine.

    Examples
    --------
    0.75·(1 - 0.5) + 0.25·(0 - 0.5) = 0.375 - 0.125:

    >>> table = pd.DataFrame({"a": [1.0, 0.0], "b": [0.0, 1.0]}, index=["M1", "M2"])
    >>> explain(table, pd.Series({"a": 3, "b": 1}), "M1").parts["contribution"].tolist()
    [0.375, -0.125]
    """
    filled, weight = _filled(scores, weights, ends)
    row = filled[_place(scores.index, mine)]
    other = filled.mean(axis=0) if against is None else filled[_place(scores.index, against)]
    parts = pd.DataFrame(
        {
            "weight": weight,
            "score": row,
            "reference": other,
            "contribution": weight * (row - other) + 0.0,
            "assessed": scores.notna().to_numpy()[_place(scores.index, mine)],
        },
        index=scores.columns,
    )
    return Explanation(mine, against, float(weight @ row), float(weight @ other), parts)


def changes_to_move(
    scores: pd.DataFrame, weights: pd.Series, mine: Hashable, places: int, *, ends: Ends | None = None
) -> pd.DataFrame:
    """Return the smallest change of one weight, or of one score, that moves a mine by some places.

    Parameters
    ----------
    places
        Places up (positive) or down (negative); a shared place counts as reached.

    Returns
    -------
    DataFrame
        Criteria in rows: ``weight_now``, ``weight_needed`` (the other weights keep their proportions) and
        ``score_now``, ``score_needed`` (of this mine alone); NaN: no such change in [0, 1] is enough, or there are
        not as many places (:func:`places_to_move`). The rows with the smallest ``weight_change`` and
        ``score_change`` answer the question.

    Examples
    --------
    Scores 0.75·0.4 + 0.25·0.8 = 0.5 and 0.75·0.8 = 0.6. Up one place: a higher by 0.1/0.75, or the weight t of
    a where 0.4·t + 0.8·(1 - t) = 0.8·t, that is 2/3. b would have to be 1.2: not possible.

    >>> table = pd.DataFrame({"a": [0.4, 0.8], "b": [0.8, 0.0]}, index=["M1", "M2"])
    >>> found = changes_to_move(table, pd.Series({"a": 0.75, "b": 0.25}), "M1", 1)
    >>> found[["weight_needed", "score_needed"]].round(6).values.tolist()
    [[0.666667, 0.533333], [0.333333, nan]]
    """
    filled, weight = _filled(scores, weights, ends)
    place = _place(scores.index, mine)
    total = (filled * weight).sum(axis=1)
    above = int((total > total[place] + TIE).sum())
    target = above - places
    needed, score = np.full((2, len(weight)), np.nan)
    if abs(places) <= _places_left(above, len(total), up=places > 0):
        columns = range(len(weight))
        needed = np.array(
            [_weight_needed(filled, weight, place, column, target, up=places > 0) for column in columns]
        )
        score = _scores_needed(filled, weight, total, place, target, up=places > 0)
    now = filled[place]
    return pd.DataFrame(
        {
            "weight_now": weight,
            "weight_needed": needed,
            "weight_change": needed - weight,
            "score_now": now,
            "score_needed": score,
            "score_change": score - now,
        },
        index=scores.columns,
    )


def places_to_move(
    scores: pd.DataFrame, weights: pd.Series, mine: Hashable, *, up: bool, ends: Ends | None = None
) -> int:
    """Return how many places there are above a mine, or below it.

    Examples
    --------
    >>> places_to_move(pd.DataFrame({"a": [0.9, 0.5, 0.1]}, index=["X", "Y", "Z"]), pd.Series({"a": 1}), "Y", up=True)
    1
    """
    filled, weight = _filled(scores, weights, ends)
    total = (filled * weight).sum(axis=1)
    above = int((total > total[_place(scores.index, mine)] + TIE).sum())
    return _places_left(above, len(total), up=up)


def _places_left(above: int, mines: int, *, up: bool) -> int:
    return above if up else mines - 1 - above


def _filled(scores: pd.DataFrame, weights: pd.Series, ends: Ends | None) -> tuple[FloatArray, FloatArray]:
    weight = score_table.checked_weights(weights, list(scores.columns)).to_numpy(dtype=float)
    return score_table.filled(scores, ends).to_numpy(), weight


def _place(index: pd.Index, mine: Hashable) -> int:
    if mine not in index:
        raise InputError(
            "mine_unknown",
            Text(f"没有图斑“{mine}”。", f"There is no mine {mine!r}."),
            Text("请核对图斑编号。", "Check its label."),
        )
    return int(np.flatnonzero(index == mine)[0])


def _scores_needed(
    filled: FloatArray, weight: FloatArray, total: FloatArray, place: int, target: int, *, up: bool
) -> FloatArray:
    """Return the score of each criterion at which no more (up) or no fewer (down) than ``target`` stand above."""
    others = np.sort(np.delete(total, place))[::-1]
    now: FloatArray = filled[place].copy()
    if not len(others):
        return now
    level = others[target] if up and target < len(others) else (others[target - 1] if target else -np.inf)
    gap = level - total[place]
    if not up:
        gap -= 2 * TIE
    if (up and gap <= 0) or (not up and gap >= 0) or not np.isfinite(gap):
        return now
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = filled[place] + gap / weight
    result: FloatArray = np.where(
        (weight > 0) & (needed >= -TIE) & (needed <= 1 + TIE), np.clip(needed, 0, 1), np.nan
    )
    return result


def _weight_needed(
    filled: FloatArray, weight: FloatArray, place: int, column: int, target: int, *, up: bool
) -> float:
    """Sweep one weight away from its value, both ways, and stop where enough mines have been crossed.

    With the others in proportion, scores are lines in the weight t; mine k stands above where
    ``offset + slope * t > 0``.
    """
    rest = 1 - weight[column]
    others = np.delete(weight, column)
    if rest <= 0:
        others, rest = np.ones(len(others)), float(len(others))
    if not len(others):
        return float(weight[column])
    at_zero = np.delete(filled, column, axis=1) @ (others / rest)
    slope = filled[:, column] - at_zero
    offset = np.delete(at_zero - at_zero[place], place)
    slope = np.delete(slope - slope[place], place)
    now = float(weight[column])
    options = [_first(offset, slope, now, end, target, up=up) for end in (0.0, 1.0)]
    found = [option for option in options if option is not None]
    return min(found, key=lambda option: abs(option - now)) if found else float("nan")


def _first(
    offset: FloatArray, slope: FloatArray, now: float, end: float, target: int, *, up: bool
) -> float | None:
    """Walk from ``now`` to ``end``; mines leave or join those above where their line crosses."""
    above = offset + slope * now > TIE
    count = int(above.sum())
    if (up and count <= target) or (not up and count >= target):
        return now
    direction = 1.0 if end > now else -1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = (-offset / slope - now) * direction
    on_the_way = np.isfinite(distance) & (distance >= -TIE) & (distance <= abs(end - now))
    leaving = np.sort(distance[on_the_way & above])
    joins = on_the_way & ~above & (slope * direction > 0)
    order = np.argsort(distance[joins], kind="stable")
    joining = distance[joins][order]
    if up:
        left = count - np.searchsorted(leaving, leaving, side="right") + np.searchsorted(joining, leaving)
        reached = np.flatnonzero(left <= target)
        return now + direction * float(leaving[reached[0]]) if len(reached) else None
    left = (
        count
        - np.searchsorted(leaving, joining, side="right")
        + np.searchsorted(joining, joining, side="right")
    )
    # A tie does not yet push a mine down: go just beyond the crossing.
    beyond = joining + np.maximum(1e-9, 2 * TIE / np.abs(slope[joins][order]))
    reached = np.flatnonzero((left >= target) & (beyond <= abs(end - now)))
    return now + direction * float(beyond[reached[0]]) if len(reached) else None
