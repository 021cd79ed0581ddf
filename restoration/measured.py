"""What a measurement gives: the best value, the ends of what it may be, and how much of the mine it saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gis.errors import Text
from restoration.score_table import FloatArray

COMPLETE = 0.999
"""From here on a mine counts as wholly covered: the rest is rounding of cells at its edge."""
LIMIT_ERROR = 2.0
"""A limit error (限差) is twice the mean square error, as in the siting check."""


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """One value per mine.

    Parameters
    ----------
    value
        Best estimate; NaN = not assessed.
    least, most
        The ends of what it may be, ``-inf`` and ``inf`` where nothing is known.
    covered_share
        Share of the mine's ground that was seen.
    why
        Why some are not assessed; None when nobody needs to be told.
    """

    value: FloatArray
    least: FloatArray
    most: FloatArray
    covered_share: FloatArray
    why: Text | None = None


def nothing(count: int, why: Text) -> Measured:
    """Return that no mine was assessed, and why."""
    return Measured(
        np.full(count, np.nan), np.full(count, -np.inf), np.full(count, np.inf), np.zeros(count), why
    )


def of_seen_part(
    value: FloatArray,
    covered_share: FloatArray,
    *,
    floor: float,
    ceiling: float,
    error: float = 0.0,
    why: Text | None = None,
) -> Measured:
    """Return a mean whose unseen part may be anything from floor to ceiling.

    With the mean v of the share c that was seen: from :math:`c v + (1-c)` floor to :math:`c v + (1-c)` ceiling,
    each moved by the error. Exact for means and shares; for a percentile see :func:`percentile_of_seen_part`.

    Examples
    --------
    Half of a mine was seen, and 0.4 of that is bare: from 0.2 to 0.7 of the whole.

    >>> half = of_seen_part(np.array([0.4]), np.array([0.5]), floor=0, ceiling=1)
    >>> half.least.tolist(), half.most.tolist()
    ([0.2], [0.7])
    """
    share = np.where(covered_share >= COMPLETE, 1.0, covered_share)
    known = np.where(np.isnan(value), 0.0, value)
    return Measured(
        value,
        np.clip(share * (known - error) + (1 - share) * floor, floor, ceiling),
        np.clip(share * (known + error) + (1 - share) * ceiling, floor, ceiling),
        covered_share,
        why,
    )


def percentile_of_seen_part(
    value: FloatArray,
    covered_share: FloatArray,
    seen: Mapping[float, FloatArray],
    times: FloatArray | None = None,
    *,
    level: float,
    floor: float,
    ceiling: float,
    error: float = 0.0,
    why: Text | None = None,
) -> Measured:
    """Return a percentile whose unseen part may be anything from floor to ceiling.

    The share c was seen. At the worst all the rest lies above: then the percentile p of the whole is the seen
    part's at :math:`1 - (1 - p - (1 - c)) / c`, and the ceiling where the unseen share alone is 1 - p or more. At
    the best all the rest lies below: then it is the seen part's at :math:`1 - (1 - p) / c`, or the floor. If only
    the n-th part of the ground is meant, nobody knows which, 1 - p becomes (1 - p)/n above, and p becomes p/n below.

    Parameters
    ----------
    value
        The seen part's percentile at ``level``.
    seen
        Other percentiles of the seen part by their level: the nearest one outwards is taken; 0 is the least value
        and 1 the greatest.
    times
        n, from 1 to infinity; None: the whole ground is meant.
    level
        p, from 0 to 1.

    Examples
    --------
    A quarter of a mine was seen, and is flat: the rest may be as steep as ground can be. Where all but 4 % was
    seen, the greatest value seen is the most that the 90th percentile may be.

    >>> found = percentile_of_seen_part(
    ...     np.array([0.0, 30.0]), np.array([0.25, 0.96]), {0.0: np.array([0.0, 5.0]), 1.0: np.array([0.0, 40.0])},
    ...     level=0.9, floor=0, ceiling=90,
    ... )
    >>> found.least.tolist(), found.most.tolist()
    ([0.0, 5.0], [90.0, 40.0])
    """
    share = np.where(covered_share >= COMPLETE, 1.0, covered_share)
    parts = np.ones_like(share) if times is None else times
    above, below = (1 - level) / parts, level / parts
    with np.errstate(divide="ignore"):
        lower, upper = 1 - (1 - below) / share, 1 - (above - (1 - share)) / share
    least, most = np.full_like(value, floor), np.full_like(value, ceiling)
    for at, known in sorted(seen.items()):
        least = np.where(at <= lower, known, least)
    for at, known in sorted(seen.items(), reverse=True):
        most = np.where(at >= upper, known, most)
    whole = (share == 1) & (parts == 1)
    least, most = np.where(whole, value, least) - error, np.where(whole, value, most) + error
    nothing_seen = np.isnan(value)
    return Measured(
        value,
        np.where(nothing_seen, floor, np.clip(least, floor, ceiling)),
        np.where(nothing_seen, ceiling, np.clip(most, floor, ceiling)),
        covered_share,
        why,
    )


def shown(value: float, least: float, most: float) -> str:
    """Return a value with what it may be, in three digits; where only bounds are known, these; else a dash.

    Examples
    --------
    >>> shown(210, 210, 210), shown(43, 40, 46), shown(np.nan, 0, 210), shown(np.nan, -np.inf, np.inf)
    ('210', '43 (40–46)', '≤210', '—')
    """
    within = bounds(least, most)
    if np.isnan(value):
        return within or "—"
    return f"{_digits(value)} ({within})" if within else _digits(value)


def bounds(least: float, most: float) -> str:
    """Return what a value may be; nothing where it is certain, or may be anything.

    Nothing measured lies below 0 but a change: a least of 0 alone says nothing.

    Examples
    --------
    >>> bounds(40, 46), bounds(0, 210), bounds(585, np.inf), bounds(210, 210), bounds(0, np.inf)
    ('40–46', '≤210', '≥585', '', '')
    """
    above, below = np.isfinite(least) and least != 0, np.isfinite(most)
    if least == most or not (above or below):
        return ""
    if above and below:
        return f"{_digits(least)}–{_digits(most)}"
    return f"≥{_digits(least)}" if above else f"≤{_digits(most)}"


def _digits(value: float) -> str:
    return f"{float(f'{value:.3g}'):g}"
