r"""What a programme is paid for: urgency-weighted hectares, hazards first.

.. math:: b_i = f_{class(i)} \cdot s_i \cdot A_i

with the score :math:`s_i` of the ranking (0 to 1) without the cost, which the budget counts already, the area
:math:`A_i` in hectares and a factor per safety class. The factors say how many hectares of the next class one hectare
weighs; **they are a proposal** and can be edited. A mine whose class is open has the factor of the mildest class it may
be in: money is worth what is known to be gained, and a danger nobody has looked at is to be looked at first. Beside a
neighbour within the grouping distance a patch is worth more (shared roads, contiguous habitat): a bonus of a share of
the smaller benefit of the two, also a proposal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from gis.errors import InputError, Text
from restoration import modes
from restoration.costs import M2_PER_HECTARE

SAFETY_FACTORS = (100.0, 10.0, 1.0)
CONTIGUITY_SHARE = 0.1


def of_patches(
    ranking: pd.DataFrame, area_m2: pd.Series, *, factors: Sequence[float] = SAFETY_FACTORS
) -> pd.Series:
    """Return the benefit of restoring each patch, in urgency-weighted hectares.

    Parameters
    ----------
    ranking
        ``score``, ``least_urgent`` of :func:`restoration.ranking.rank` by the weighted sum without the cost.
    area_m2
        Of each patch.
    factors
        Of classes P1, P2, P3: none above the one before, the last above 0.

    Raises
    ------
    InputError
        ``safety_factors`` when they are not three finite numbers above 0, none greater than the one before.

    Examples
    --------
    2 ha of P2, or of P1–P2, with score 0.5: 10 · 0.5 · 2.

    >>> ranking = pd.DataFrame({"score": [0.5], "least_urgent": [2]}, index=["M1"])
    >>> of_patches(ranking, pd.Series({"M1": 20_000.0})).tolist()
    [10.0]
    """
    table = np.asarray(factors, dtype=float)
    if len(table) != 3 or not np.isfinite(table).all() or table[2] <= 0 or (np.diff(table) > 0).any():
        raise InputError(
            "safety_factors",
            Text(
                "安全等级系数须为三个大于 0 且不递增的数。",
                "There are three safety factors above 0, none greater than the one before.",
            ),
            Text("例如 100,10,1。", "For example 100,10,1."),
        )
    factor = table[ranking["least_urgent"].to_numpy(dtype=int) - 1]
    hectares = area_m2.reindex(ranking.index).to_numpy(dtype=float) / M2_PER_HECTARE
    return pd.Series(factor * ranking["score"].to_numpy() * hectares, index=ranking.index, name="benefit")


def chance_of_success(mode: pd.Series[str], by_mode: Mapping[str, float]) -> pd.Series[float] | None:
    """Return the chance that restoring each patch succeeds; None where nobody stated any.

    Parameters
    ----------
    mode
        The mode each patch is reckoned with, ``1`` to ``4``.
    by_mode
        Mode (code or name) and chance, from the user's own experience: none has been published by mode. A mode
        that is not in it counts as certain.

    Raises
    ------
    InputError
        For an unknown mode, or a chance that is not above 0 and at most 1.

    Examples
    --------
    >>> chance_of_success(pd.Series({"M1": "1", "M2": "3"}), {"自然恢复": 0.7}).tolist()
    [0.7, 1.0]
    """
    wrong = [name for name, chance in by_mode.items() if name not in modes.CODES or not 0 < chance <= 1]
    if wrong:
        raise InputError(
            "success",
            Text(
                f"成功概率“{wrong[0]}”的方式不明，或不在 0 到 1 之间。",
                f"Chance of success {wrong[0]!r}: unknown mode, or not above 0 and at most 1.",
            ),
            Text(
                "写成 1=0.7、3=0.9（方式代码=概率）：1自然恢复，2辅助再生，3生态重建，4转型利用。",
                "Write 3=0.9 (mode=chance): 1 natural, 2 assisted, 3 reconstruction, 4 conversion.",
            ),
        )
    if not by_mode:
        return None
    table = {modes.CODES[name]: float(chance) for name, chance in by_mode.items()}
    return mode.map(lambda code: table.get(code, 1.0)).astype(float)


def of_neighbours(
    pairs: pd.DataFrame, benefit: pd.Series, *, share: float = CONTIGUITY_SHARE
) -> pd.DataFrame:
    """Return the bonus of restoring both of two neighbours.

    Parameters
    ----------
    pairs
        ``first``, ``second``.
    share
        Of the smaller benefit of the two, 0 to 1.

    Raises
    ------
    InputError
        ``contiguity_share`` when the share is not from 0 to 1.

    Examples
    --------
    >>> pairs = pd.DataFrame({"first": ["A"], "second": ["B"]})
    >>> of_neighbours(pairs, pd.Series({"A": 8.0, "B": 3.0}), share=0.5)["bonus"].tolist()
    [1.5]
    """
    if not 0 <= share <= 1:
        raise InputError(
            "contiguity_share",
            Text("连片加分比例须在 0 到 1 之间。", "The contiguity share lies between 0 and 1."),
            Text("例如 0.1；不加分写 0。", "For example 0.1; 0 for none."),
        )
    known = pairs[pairs["first"].isin(benefit.index) & pairs["second"].isin(benefit.index)]
    first, second = (benefit.loc[known[end]].to_numpy(dtype=float) for end in ("first", "second"))
    return known.assign(bonus=share * np.minimum(first, second)).reset_index(drop=True)
