r"""The restoration success index (domain notes §5.3, wording U).

.. math:: RSI = \sum_i w_i \min(1, x_i / x_{ref,i}), \qquad \sum_i w_i = 1

Terms are the vegetation cover against that of the reference ring, and each indicator of the works' records against the
whole (a rate of 1, a slope that is stable). **No weights have been published with the formula**: equal ones are a
proposal of this software, to be edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from gis.errors import InputError, Text
from restoration.indicators import INDICATORS

COVER = "cover"
TERMS: Mapping[str, Text] = MappingProxyType(
    {
        COVER: Text("植被覆盖度（修复后÷参照环）", "vegetation cover (after / ring)"),
        **{item.id: item.title for item in INDICATORS},
        "slope_stable": Text("边坡稳定", "slope stable"),
    }
)
"""What the index may be made of; new cultivated land has no reference and is none of them."""


def terms(cover: pd.Series, indicators: pd.DataFrame) -> pd.DataFrame:
    r"""Return :math:`\min(1, x_i / x_{ref,i})` of each patch; NaN = not assessed.

    Parameters
    ----------
    cover
        Cover after restoration over that of the ring, at most 1.
    indicators
        From :func:`restoration.indicators.of_records`.
    """
    table = indicators.reindex(cover.index).assign(**{COVER: cover})
    return table.reindex(columns=list(TERMS)).clip(upper=1.0)


def weights_of(table: pd.DataFrame, stated: Mapping[str, float]) -> pd.Series:
    """Return the weights of the terms, scaled to 1: as stated, else equal for all that are known of any patch.

    Raises
    ------
    InputError
        For an unknown term, a negative weight, or weights that sum to 0.

    Examples
    --------
    >>> table = pd.DataFrame({"cover": [0.5], "reclaimed_rate": [1.0], "water_quality": [np.nan]})
    >>> weights_of(table, {}).to_dict(), weights_of(table, {"cover": 3, "water_quality": 1}).to_dict()
    ({'cover': 0.5, 'reclaimed_rate': 0.5}, {'cover': 0.75, 'water_quality': 0.25})
    """
    wrong = [name for name, weight in stated.items() if name not in TERMS or not 0 <= weight < np.inf]
    if wrong or (stated and sum(stated.values()) <= 0):
        named = wrong[0] if wrong else "、".join(stated)
        raise InputError(
            "success_index",
            Text(
                f"成功指数没有“{named}”这一项，或权重为负、合计为 0。",
                f"The success index has no term {named!r}, or a weight is negative or all are 0.",
            ),
            Text(f"可用：{'、'.join(TERMS)}。", f"There are {', '.join(TERMS)}."),
        )
    known = [str(name) for name in table if table[name].notna().any()]
    chosen = {name: float(weight) for name, weight in stated.items() if weight > 0}
    weights = pd.Series(chosen or dict.fromkeys(known, 1.0), dtype=float)
    return weights / weights.sum()


def index(table: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Return the success index of each patch, and what it may be where a term is not known.

    Returns
    -------
    DataFrame
        ``success_index`` (NaN where any term is not known), ``success_low``, ``success_high`` (unknown terms at 0
        and at 1).

    Examples
    --------
    0.75 · min(1, 0.3/0.6) + 0.25 · 1; of the other patch the cover alone is known:

    >>> table = pd.DataFrame({"cover": [0.5, 0.5], "reclaimed_rate": [1.0, np.nan]})
    >>> index(table, pd.Series({"cover": 0.75, "reclaimed_rate": 0.25})).to_numpy().tolist()
    [[0.625, 0.625, 0.625], [nan, 0.375, 0.625]]
    """
    used = table[list(weights.index)]
    low, high = used.fillna(0.0) @ weights, used.fillna(1.0) @ weights
    return pd.DataFrame(
        {
            "success_index": low.where(used.notna().all(axis=1) & (len(weights) > 0)),
            "success_low": low,
            "success_high": high,
        }
    )
