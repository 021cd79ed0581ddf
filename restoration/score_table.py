"""The table every method of ranking takes: mines in rows, criteria in columns, scores in [0, 1]."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import InputError, Text

FloatArray = npt.NDArray[np.float64]
Ends = tuple[pd.DataFrame, pd.DataFrame]
"""The lowest and the highest table of scores."""


def checked(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the table as floats, or say what is wrong with it.

    Parameters
    ----------
    scores
        One row per mine, one column per criterion; 1 is the most urgent, 0 the least, NaN is *not assessed*.

    Raises
    ------
    InputError
        ``scores_empty``, ``scores_duplicate``, ``scores_not_numbers`` or ``scores_outside``.

    Examples
    --------
    >>> checked(pd.DataFrame({"slope": [0, 1]}, index=["a", "b"]))["slope"].tolist()
    [0.0, 1.0]
    """
    if scores.shape[0] == 0 or scores.shape[1] == 0:
        raise InputError(
            "scores_empty",
            Text("没有可排序的图斑或指标。", "There is no mine or no criterion to rank."),
            Text("请检查筛选条件和指标选择。", "Check the filters and the choice of criteria."),
        )
    for labels, zh, en in (
        (scores.index, "图斑编号", "mine label"),
        (scores.columns, "指标名", "criterion name"),
    ):
        if not labels.is_unique:
            first = labels[labels.duplicated()][0]
            raise InputError(
                "scores_duplicate",
                Text(f"{zh}“{first}”重复。", f"The {en} {first!r} occurs more than once."),
                Text("每个编号只能出现一次，请改正。", "Give each one a label of its own."),
            )
    wrong = [str(name) for name, kind in scores.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    if wrong:
        raise InputError(
            "scores_not_numbers",
            Text(f"指标“{wrong[0]}”不是数值。", f"Criterion {wrong[0]!r} is not numeric."),
            Text("请先把指标换算为 0 到 1 的得分。", "Turn it into a score from 0 to 1 first."),
        )
    table = scores.astype(float)
    values = table.to_numpy()
    outside = ((values < 0) | (values > 1)).any(axis=0)
    if outside.any():
        name = table.columns[int(np.argmax(outside))]
        raise InputError(
            "scores_outside",
            Text(f"指标“{name}”有得分不在 0 到 1 之间。", f"Criterion {name!r} has scores outside 0 to 1."),
            Text("请先做归一化。", "Normalise the criterion first."),
        )
    return table


def bounds(scores: pd.DataFrame, ends: Ends | None = None) -> tuple[FloatArray, FloatArray]:
    """Return the lowest and the highest table that fit.

    Parameters
    ----------
    ends
        The lowest and the highest score of each cell; None: a score is certain, a missing one lies anywhere in
        [0, 1].

    Raises
    ------
    InputError
        As of :func:`checked`, for the scores and for either end.
    ValueError
        When the ends have not as many mines and criteria as the scores.

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [0.3, np.nan]})
    >>> low, high = bounds(scores)
    >>> low.ravel().tolist(), high.ravel().tolist()
    ([0.3, 0.0], [0.3, 1.0])
    >>> low, high = bounds(scores, (pd.DataFrame({"a": [0.2, 0.0]}), pd.DataFrame({"a": [0.3, 0.6]})))
    >>> low.ravel().tolist(), high.ravel().tolist()
    ([0.2, 0.0], [0.3, 0.6])
    """
    values = checked(scores).to_numpy()
    if ends is None:
        return np.where(np.isnan(values), 0.0, values), np.where(np.isnan(values), 1.0, values)
    low, high = (checked(end).to_numpy() for end in ends)
    if low.shape != values.shape or high.shape != values.shape:
        raise ValueError("scores and their ends need the same mines and criteria")
    return np.fmin(low, values), np.fmax(high, values)


def filled(scores: pd.DataFrame, ends: Ends | None = None) -> pd.DataFrame:
    """Return the scores with what is missing at the middle of what it may be.

    Examples
    --------
    >>> filled(pd.DataFrame({"a": [0.3, np.nan]}))["a"].tolist()
    [0.3, 0.5]
    """
    low, high = bounds(scores, ends)
    values = scores.to_numpy(dtype=float)
    middle = np.where(np.isnan(values), (low + high) / 2, values)
    return pd.DataFrame(middle, index=scores.index, columns=scores.columns)


def checked_weights(weights: pd.Series, criteria: Sequence[Hashable]) -> pd.Series:
    """Return weights in the order of the criteria, summing to 1.

    Raises
    ------
    InputError
        ``weights_duplicate``, ``weights_missing``, ``weights_unknown``, ``weights_negative``, ``weights_zero``.

    Examples
    --------
    >>> checked_weights(pd.Series({"b": 3, "a": 1}), ["a", "b"]).tolist()
    [0.25, 0.75]
    """
    if not weights.index.is_unique:
        raise InputError(
            "weights_duplicate",
            Text("同一指标有两个权重。", "A criterion has two weights."),
            Text("每个指标只留一个权重。", "Leave one weight for each criterion."),
        )
    present = set(weights.dropna().index)
    missing = [str(name) for name in criteria if name not in present]
    if missing:
        raise InputError(
            "weights_missing",
            Text(f"指标“{missing[0]}”没有权重。", f"Criterion {missing[0]!r} has no weight."),
            Text("请补上权重，或去掉该指标。", "Give it a weight or leave the criterion out."),
        )
    unknown = [str(name) for name in weights.index if name not in criteria]
    if unknown:
        raise InputError(
            "weights_unknown",
            Text(f"权重“{unknown[0]}”没有对应的指标。", f"Weight {unknown[0]!r} belongs to no criterion."),
            Text("请检查指标名。", "Check the name of the criterion."),
        )
    ordered = weights.astype(float).reindex(pd.Index(criteria))
    if (ordered < 0).any() or not np.isfinite(ordered).all():
        name = ordered.index[int(np.argmax((ordered < 0) | ~np.isfinite(ordered)))]
        raise InputError(
            "weights_negative",
            Text(
                f"指标“{name}”的权重为负或不是有限数。", f"The weight of {name!r} is negative or not finite."
            ),
            Text(
                "权重须大于等于 0；方向相反的指标请改指标方向。",
                "Weights are 0 or more; turn the criterion round instead.",
            ),
        )
    total = float(ordered.sum())
    if total <= 0:
        raise InputError(
            "weights_zero",
            Text("权重之和为 0。", "The weights sum to 0."),
            Text("至少给一个指标大于 0 的权重。", "Give at least one criterion a weight above 0."),
        )
    return ordered / total
