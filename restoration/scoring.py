"""From measured values to scores: 1 is the most urgent, 0 the least."""

from __future__ import annotations

import numpy as np
import pandas as pd

from restoration.criterion import Criterion
from restoration.score_table import FloatArray

Limits = tuple[float, float]


def limits(criterion: Criterion, values: pd.Series) -> Limits:
    """Return the values with score 0 and 1.

    Those of a criterion are fixed, so that a further mine changes nobody's score; only ``min_max`` takes them
    from the mines. When all mines are equal, or none has a value, the two are the same.

    Examples
    --------
    Between the extremes of the mines, 20° and 40°, the score of 25° is (25 - 20)/(40 - 20) = 0.25:

    >>> from dataclasses import replace
    >>> from restoration.criterion_files import find
    >>> slope = replace(find("slope_p90_degree"), normalisation="min_max")
    >>> between = limits(slope, pd.Series([40.0, np.nan, 20.0]))
    >>> between, score(slope, np.array([25.0]), between).tolist()
    ((20.0, 40.0), [0.25])
    """
    if criterion.normalisation != "min_max":
        return (criterion.least_urgent or 0.0, criterion.most_urgent or 0.0)
    known = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return (0.0, 0.0)
    low, high = float(known.min()), float(known.max())
    return (low, high) if criterion.more_urgent == "larger" else (high, low)


def score(criterion: Criterion, values: FloatArray, between: Limits) -> FloatArray:
    r"""Return the score of each value.

    ``ramp``: :math:`s = \min(1, \max(0, (x - x_0)/(x_1 - x_0)))` with :math:`x_0` the least and :math:`x_1` the most
    urgent value; ``log_ramp``: the same of logarithms; ``min_max``: a ramp between the mines' extremes (1/2 for all
    when these are equal); ``steps``: the score of the last threshold that is reached.

    Parameters
    ----------
    criterion
        Not one of ``classes``; see :func:`class_scores`.
    values
        May hold infinities (a bound that is not known); NaN stays NaN.

    Examples
    --------
    >>> from restoration.criterion_files import find
    >>> slope = find("slope_p90_degree")
    >>> slope.least_urgent, slope.most_urgent
    (15.0, 45.0)
    >>> score(slope, np.array([10.0, 30, 90, np.nan]), limits(slope, pd.Series(dtype=float))).tolist()
    [0.0, 0.5, 1.0, nan]
    """
    if criterion.normalisation == "steps":
        return _steps(criterion, values)
    start, stop = between
    if start == stop:
        return np.where(np.isnan(values), np.nan, 0.5)
    if criterion.normalisation == "log_ramp":
        start, stop = float(np.log(start)), float(np.log(stop))
        with np.errstate(divide="ignore"):
            values = np.log(np.maximum(values, 0.0)).astype(np.float64)
    # clipped before the division: a bound may be infinite
    towards: FloatArray = np.clip(values, min(start, stop), max(start, stop))
    result: FloatArray = np.clip((towards - start) / (stop - start), 0.0, 1.0) + 0.0  # never -0.0
    return result


def _steps(criterion: Criterion, values: FloatArray) -> FloatArray:
    thresholds = np.array([threshold for threshold, _ in criterion.steps])
    scores = np.array([step_score for _, step_score in criterion.steps])
    reached = np.searchsorted(thresholds, values, side="right") - 1
    result: FloatArray = np.where(np.isnan(values), np.nan, scores[np.clip(reached, 0, len(scores) - 1)])
    return result


def class_scores(criterion: Criterion, codes: pd.Series) -> FloatArray:
    """Return the score of each code; NaN for one that the criterion does not list.

    Examples
    --------
    >>> from restoration.criterion_files import find
    >>> class_scores(find("mine_water_outflow"), pd.Series([1.0, 0.0, None, 9.0])).tolist()
    [1.0, 0.0, nan, nan]
    """
    words = codes.map(code_of, na_action="ignore")
    return np.asarray(words.map(dict(criterion.classes)), dtype=np.float64)


def code_of(value: object) -> str:
    """Return a code as the criteria write it: 1, 1.0 and True are ``1``.

    Examples
    --------
    >>> [code_of(value) for value in (1.0, True, " A ", "0602")]
    ['1', '1', 'A', '0602']
    """
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, int | float | np.number):
        return f"{float(value):g}"
    return str(value).strip()
