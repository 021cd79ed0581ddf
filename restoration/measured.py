"""What a measurement gives: the best value, the ends of what it may be, and how much of the mine it saw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.errors import Text
from restoration.score_table import FloatArray

COMPLETE = 0.999
"""From here on a mine counts as wholly covered: the rest is rounding of cells at its edge."""


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
    each moved by the error. Exact for means and shares; for a percentile a convention.

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
