"""What was measured for the criteria, under the names that hazards and modes ask for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from restoration import limit, mine_filters
from restoration.criterion import Criterion
from restoration.score_table import Ends

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
        What was measured: the best values of the assessment (:class:`restoration.assessment.Assessment`).

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
    area_m2 = mines["area_m2"]
    return facts.assign(area_m2=area_m2.where(~mines["area_unknown"]) if "area_unknown" in mines else area_m2)


def ends(
    mines: pd.DataFrame,
    criteria: Sequence[Criterion],
    facts: pd.DataFrame,
    assessed: tuple[pd.DataFrame, pd.DataFrame],
) -> Ends:
    """Return the least and the greatest that each fact may be.

    What the table of mines states is certain where it is stated; what was measured has the ends of its measurement.

    Parameters
    ----------
    mines
        From :func:`restoration.mines.read`.
    facts
        From :func:`measured`.
    criteria, assessed
        What was measured: ``least`` and ``most`` of the assessment.

    Returns
    -------
    least, most
        Shaped like the facts; infinite where nothing is known.
    """
    columns = {name_of(criterion): criterion.id for criterion in criteria if name_of(criterion)}
    least, most = (
        facts.assign(**{fact: table[name].reindex(mines.index) for fact, name in columns.items()})
        for table in assessed
    )
    return limit.ends_of(facts, (least, most))
