"""What was measured for the criteria, under the names that hazards and modes ask for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from restoration import mine_filters
from restoration.criterion import Criterion

_HAZARD_LAYERS = {"settlement": "settlement_distance_m", "road": "road_distance_m"}
_STATISTICS = {
    "slope_mean": "slope_mean_degree",
    "slope_p90": "slope_p90_degree",
    "fvc_mean": "fvc_mean",
    "fvc_change": "fvc_change",
}


def name_of(criterion: Criterion) -> str:
    """Return the fact that a criterion measures, ``""`` when hazards and modes ask for none of the kind."""
    if criterion.measure.statistic == "distance":
        return _HAZARD_LAYERS.get(criterion.measure.layer, "")
    return _STATISTICS.get(criterion.measure.statistic, "")


def measured(mines: pd.DataFrame, criteria: Sequence[Criterion], values: pd.DataFrame) -> pd.DataFrame:
    """Return the facts of each mine, measured and stated; NaN = not assessed.

    Parameters
    ----------
    mines
        From :func:`restoration.mines.read`.
    criteria, values
        What was measured (:class:`restoration.assessment.Assessment`).

    Returns
    -------
    DataFrame
        On the mines' index: the columns of :func:`restoration.mine_filters.hazards`, ``slope_mean_degree``,
        ``slope_p90_degree``, ``fvc_mean``, ``fvc_change``, ``settlement_distance_m``, ``road_distance_m``,
        ``area_m2``.
    """
    facts = mine_filters.hazards(mines)
    for fact in (*_STATISTICS.values(), *_HAZARD_LAYERS.values()):
        facts[fact] = np.nan
    for criterion in criteria:
        fact = name_of(criterion)
        if fact:
            facts[fact] = values[criterion.id].reindex(mines.index)
    return facts.assign(area_m2=mines["area_m2"])
