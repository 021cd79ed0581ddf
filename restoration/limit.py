"""A fact against a threshold: surely beyond it, possibly, or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from restoration.score_table import Ends

Truth = npt.NDArray[np.bool_]
Side = Literal["at_least", "at_most"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One measured column against one threshold, in the column's own unit.

    ``strict``: the threshold itself is not met.
    """

    column: str
    side: Side
    threshold: float
    strict: bool = False


def ends_of(facts: pd.DataFrame, ends: Ends | None = None) -> Ends:
    """Return the least and the greatest that each fact may be.

    Parameters
    ----------
    facts
        Best values; NaN = not assessed.
    ends
        Least and greatest values of those that have them; None, and a missing column or row, stand for a fact that
        is certain where it is known and may be anything where it is not.

    Examples
    --------
    >>> facts = pd.DataFrame({"road_distance_m": [40.0, np.nan]})
    >>> least, most = ends_of(facts)
    >>> least["road_distance_m"].tolist(), most["road_distance_m"].tolist()
    ([40.0, -inf], [40.0, inf])
    """
    stated = (None, None) if ends is None else ends
    least, most = (
        facts if end is None else end.reindex(index=facts.index, columns=facts.columns).fillna(facts)
        for end in stated
    )
    return least.fillna(-np.inf), most.fillna(np.inf)


def met(limit: Limit, ends: Ends) -> tuple[Truth, Truth]:
    """Return where a limit is surely met (its worse end meets it), and where possibly (the better one does).

    Examples
    --------
    A listed village 210 m away where others may not be listed: nobody knows how near the nearest one is, and
    it is surely within 300 m.

    >>> ends = pd.DataFrame({"d": [0.0]}), pd.DataFrame({"d": [210.0]})
    >>> [both.tolist() for both in met(Limit("d", "at_most", 300), ends)]
    [[True], [True]]
    >>> [both.tolist() for both in met(Limit("d", "at_most", 100), ends)]
    [[False], [True]]
    """
    least, most = (end[limit.column].to_numpy(dtype=float) for end in ends)
    if limit.side == "at_least":
        return _beyond(least, limit), _beyond(most, limit)
    return _beyond(most, limit), _beyond(least, limit)


def _beyond(values: npt.NDArray[np.float64], limit: Limit) -> Truth:
    compare = {
        ("at_least", False): np.greater_equal,
        ("at_least", True): np.greater,
        ("at_most", False): np.less_equal,
        ("at_most", True): np.less,
    }[limit.side, limit.strict]
    result: Truth = compare(values, limit.threshold)
    return result
