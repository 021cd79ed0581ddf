"""Ranks: the safety class first, then a method inside the class; ties and missing scores stay visible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from gis.errors import InputError, Text
from restoration import methods, score_table
from restoration.methods import Method
from restoration.score_table import Ends

Undecided = Literal["most_urgent", "least_urgent"]
STANDINGS: Mapping[Undecided, tuple[tuple[int, int], ...]] = {
    "most_urgent": ((1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3)),
    "least_urgent": ((1, 1), (1, 2), (2, 2), (1, 3), (2, 3), (3, 3)),
}
"""Order of the classes (most urgent, least urgent end), settled and open. By the most urgent end: P1, P1–P2, P1–P3,
P2, P2–P3, P3. A class that is at least as urgent at both ends never stands below."""
METHODS: Mapping[Method, Callable[..., pd.DataFrame]] = {
    "weighted_sum": methods.weighted_sum,
    "topsis": methods.topsis,
    "promethee": methods.promethee,
    "vikor": methods.vikor,
}


def rank(
    scores: pd.DataFrame,
    weights: pd.Series,
    *,
    ends: Ends | None = None,
    known_share: pd.DataFrame | None = None,
    method: Method = "weighted_sum",
    safety: pd.DataFrame | None = None,
    undecided: Undecided = "most_urgent",
) -> pd.DataFrame:
    """Rank mines by one method inside their safety classes.

    Parameters
    ----------
    scores, weights
        See :func:`restoration.score_table.checked` and :func:`restoration.score_table.checked_weights`.
    ends
        The lowest and the highest score of each cell (:func:`restoration.score_table.bounds`).
    known_share
        How much of each score is known, 0 to 1; None: all of those that are there.
    method
        One of :data:`METHODS`.
    safety
        From :func:`restoration.hazard.classify`; None: one class for all.
    undecided
        By which end a mine stands whose class is not settled (:data:`STANDINGS`). Unknown is not safe, so by the
        most urgent one, just after the mines that are known to be so; the other end on request.

    Returns
    -------
    DataFrame
        See :func:`ranked`, and ``assessed_weight_share``: the weight of the criteria assessed for the mine, as far
        as they are known. Mines are ordered by the scores as they are, a missing one at the middle of what it may be.

    Raises
    ------
    InputError
        ``method_unknown`` for a method that is not in :data:`METHODS`; as of
        :func:`restoration.score_table.checked` and :func:`restoration.score_table.checked_weights`;
        ``safety_missing`` as of :func:`ranked`.
    ValueError
        When scores and their ends differ in shape.

    Examples
    --------
    B's missing score may be anything, so B may be first or last; it stands at the middle of its interval.

    >>> table = pd.DataFrame({"a": [0.9, np.nan, 0.2]}, index=["A", "B", "C"])
    >>> rank(table, pd.Series({"a": 1.0}))[["score", "rank", "rank_best", "rank_worst"]]
       score  rank  rank_best  rank_worst
    A    0.9     1          1           2
    B    0.5     2          1           3
    C    0.2     3          2           3
    """
    if method not in METHODS:
        raise InputError(
            "method_unknown",
            Text(f"没有排序方法“{method}”。", f"There is no method {method!r}."),
            Text(f"可用：{'、'.join(METHODS)}。", f"Use one of {', '.join(METHODS)}."),
        )
    values = METHODS[method](scores, weights, ends=ends)
    if (values["low"] < values["high"]).any():
        point = METHODS[method](score_table.filled(scores, ends), weights)["low"]
        values = values.assign(score=point.clip(values["low"], values["high"]))
    result = ranked(values, safety=safety, undecided=undecided)
    weight = score_table.checked_weights(weights, list(scores.columns)).to_numpy()
    known = scores.notna() if known_share is None else known_share.where(scores.notna(), 0.0)
    result["assessed_weight_share"] = (
        (known.to_numpy(dtype=float) * weight).sum(axis=1).round(methods.DECIMALS)
    )
    return result


def ranked(
    values: pd.DataFrame, *, safety: pd.DataFrame | None = None, undecided: Undecided = "most_urgent"
) -> pd.DataFrame:
    """Turn intervals of values into ranks.

    Parameters
    ----------
    values
        Columns ``low`` and ``high``, larger = more urgent; ``score`` where it is not the middle of the two.

    Returns
    -------
    DataFrame
        Same index: ``score_low``, ``score_high``, ``score`` (by which mines are ordered),
        ``safety_rank`` (1 to 6: place in :data:`STANDINGS`), ``least_urgent`` (1 to 3: the mildest class it may be
        in), ``rank`` (1 + how many stand above; equals share a rank), ``tied`` (how many others share it),
        ``rank_best`` and ``rank_worst`` (what missing scores and unsettled classes allow).

    Raises
    ------
    InputError
        ``safety_missing`` when a mine has no row in ``safety``, or a row of ``safety`` occurs twice.

    Examples
    --------
    A is known to be in P1; B may be in any class; C is known to be in P2:

    >>> safety = pd.DataFrame({"most_urgent": [1, 1, 2], "least_urgent": [1, 3, 2]}, index=["A", "B", "C"])
    >>> values = pd.DataFrame({"low": [0.1, 0.9, 0.5], "high": [0.1, 0.9, 0.5]}, index=["A", "B", "C"])
    >>> ranked(values, safety=safety)["rank"].to_dict()
    {'A': 1, 'B': 2, 'C': 3}
    >>> ranked(values, safety=safety, undecided="least_urgent")["rank"].to_dict()
    {'A': 1, 'B': 3, 'C': 2}
    """
    low, high = values["low"].to_numpy(), values["high"].to_numpy()
    middle = (values["score"].to_numpy() if "score" in values else (low + high) / 2).round(methods.DECIMALS)
    if safety is None:
        most = least = np.ones(len(values), dtype=np.int64)
    else:
        if not safety.index.is_unique or not values.index.isin(safety.index).all():
            raise InputError(
                "safety_missing",
                Text("有图斑没有安全等级。", "A mine has no safety class."),
                Text("请先为全部图斑划分安全等级。", "Classify all mines first."),
            )
        aligned = safety.reindex(values.index)
        most = aligned["most_urgent"].to_numpy(dtype=np.int64)
        least = aligned["least_urgent"].to_numpy(dtype=np.int64)
    place = _standing(most, least, undecided)
    grade = np.unique(np.concatenate([low, high, middle]), return_inverse=True)[1].reshape(3, -1)
    steps = int(grade.max()) + 1
    at_worst = least * steps + (steps - 1 - grade[0])
    at_best = most * steps + (steps - 1 - grade[1])
    key = place * steps + (steps - 1 - grade[2])
    _, group, sharing = np.unique(key, return_inverse=True, return_counts=True)
    surely_above = _below(at_worst, at_best)
    maybe_above = _below(at_best, at_worst) - (at_best < at_worst)
    return pd.DataFrame(
        {
            "score_low": low,
            "score_high": high,
            "score": middle,
            "safety_rank": place,
            "least_urgent": least,
            "rank": 1 + _below(key, key),
            "tied": sharing[group] - 1,
            "rank_best": 1 + surely_above,
            "rank_worst": 1 + maybe_above,
        },
        index=values.index,
    )


def _standing(
    most: npt.NDArray[np.int64], least: npt.NDArray[np.int64], undecided: Undecided
) -> npt.NDArray[np.int64]:
    table = np.zeros((4, 4), dtype=np.int64)
    for place, ends in enumerate(STANDINGS[undecided], start=1):
        table[ends] = place
    return table[most, least]


def _below(keys: npt.NDArray[np.int64], limits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.searchsorted(np.sort(keys), limits, side="left").astype(np.int64)


def compare(
    scores: pd.DataFrame,
    weights: pd.Series,
    *,
    ends: Ends | None = None,
    known_share: pd.DataFrame | None = None,
    safety: pd.DataFrame | None = None,
    undecided: Undecided = "most_urgent",
) -> dict[Method, pd.DataFrame]:
    """Rank by every method.

    Examples
    --------
    One criterion: every method puts 0.9 before 0.2.

    >>> table = pd.DataFrame({"a": [0.2, 0.9]}, index=["A", "B"])
    >>> {name: ranks["rank"].tolist() for name, ranks in compare(table, pd.Series({"a": 1.0})).items()}
    {'weighted_sum': [2, 1], 'topsis': [2, 1], 'promethee': [2, 1], 'vikor': [2, 1]}
    """
    return {
        name: rank(
            scores,
            weights,
            ends=ends,
            known_share=known_share,
            method=name,
            safety=safety,
            undecided=undecided,
        )
        for name in METHODS
    }


def agreement(rankings: Mapping[Method, pd.DataFrame]) -> pd.DataFrame:
    """Return Kendall's tau-b between methods, over pairs of mines of the same safety class, settled or open alike.

    Pairs of different classes are left out: there all methods agree by construction. With several
    classes the value is the mean over classes, weighted by their number of pairs; NaN when a method ties
    all mines.

    Examples
    --------
    One of three pairs is ordered the other way round: (2 - 1)/3.

    >>> one = ranked(pd.DataFrame({"low": [3.0, 2, 1], "high": [3.0, 2, 1]}))
    >>> two = ranked(pd.DataFrame({"low": [3.0, 1, 2], "high": [3.0, 1, 2]}))
    >>> agreement({"topsis": one, "vikor": two}).loc["topsis", "vikor"].round(6)
    np.float64(0.333333)
    """
    names = list(rankings)
    table = pd.DataFrame(np.nan, index=names, columns=names)
    for first in names:
        for second in names:
            table.loc[first, second] = _tau(rankings[first], rankings[second])
    return table


def _tau(first: pd.DataFrame, second: pd.DataFrame) -> float:
    total = pairs = 0.0
    for members in first.groupby("safety_rank").indices.values():
        count = len(members)
        if count > 1:
            one, two = (frame["score"].to_numpy()[members] for frame in (first, second))
            if len(np.unique(one)) == 1 or len(np.unique(two)) == 1:
                continue
            weight = count * (count - 1) / 2
            total += weight * float(stats.kendalltau(one, two).statistic)
            pairs += weight
    return total / pairs if pairs else float("nan")
