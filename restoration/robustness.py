r"""How sure a rank is: stochastic multicriteria acceptability analysis (SMAA).

Weights are drawn from a region, scores from their intervals, and each draw is ranked by its weighted sum.

- rank acceptability :math:`b_i^r`: share of draws in which mine i has rank r;
- central weights: mean of the weights with which i comes first;
- confidence factor: share of draws of the scores in which i is first, given its central weights.

Source: Lahdelma, Hokkanen & Salminen (1998), EJOR 106, 137-143, and Lahdelma & Salminen (2001), Operations
Research 49(3), 444-454 (definitions as known; the papers were not reopened).

**Repeatable.** Random numbers come in blocks with seeds of their own, all arithmetic on scores is elementwise
(no linear-algebra library), and blocks are added in order: the bytes depend on the inputs, the number of
draws and the seed, not on the number of threads. Scores are kept in float32 (relative error about 1e-6: nearer
than that is a tie and goes to the mine with the greater mean score); drawn scores move in 65,536 steps. Equal
mines share their ranks evenly. A share b has the Monte-Carlo standard error :math:`\sqrt{b(1-b)/N}`, at most
0.0016 with 100,000 draws.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import InputError, Text
from restoration import score_table, smaa_blocks, weight_region
from restoration.smaa_blocks import Drawn, Table
from restoration.weight_region import DrawnBy, WeightRegion

SEED = 20_261_123
GREATEST_HISTOGRAM = 9_000_000
CONFIDENCE_DRAWS = 2_000
CONFIDENCE_FROM = 0.005


@dataclass(frozen=True, eq=False, slots=True)
class Acceptability:
    """What SMAA says; every frame has the mines in rows, in the order given.

    Parameters
    ----------
    rank_acceptability
        Columns 1 to K: share of draws with that rank. Rows sum to 1 with ``later_ranks``; columns sum to 1.
    later_ranks
        Share of draws with a rank beyond K (0 when K is the number of mines).
    top
        Columns 1 to K: share of draws among the top k.
    expected_rank
        Mean rank over all draws.
    central_weights
        Columns: criteria; NaN for a mine that never comes first (in its safety class).
    confidence
        Confidence factor; NaN for a mine that comes first in fewer than 0.5 % of draws.
    draws, seed, drawn_by
        How it was made.
    """

    rank_acceptability: pd.DataFrame
    later_ranks: pd.Series
    top: pd.DataFrame
    expected_rank: pd.Series
    central_weights: pd.DataFrame
    confidence: pd.Series
    draws: int
    seed: int
    drawn_by: DrawnBy

    @property
    def standard_error(self) -> float:
        """Greatest Monte-Carlo standard error of any share."""
        return 0.5 / float(np.sqrt(self.draws))


def smaa(
    low: pd.DataFrame,
    high: pd.DataFrame,
    region: WeightRegion,
    *,
    safety_rank: pd.Series | None = None,
    draws: int = 100_000,
    ranks: int | None = None,
    seed: int = SEED,
    threads: int | None = None,
) -> Acceptability:
    """Return how acceptable every rank is for every mine.

    Parameters
    ----------
    low, high
        Lowest and highest score of each cell, in [0, 1]; NaN in either: not assessed, from 0 to 1. Equal
        where a score is certain. Scores between the two are uniform and independent.
    region
        Weights in question.
    safety_rank
        From 1, per mine (``safety_rank`` of :func:`restoration.ranking.ranked`): a lower number stands above
        whatever the weights. Central weights and confidence are then those of the first of each class. An open
        class is not drawn (nobody knows its chances): it stands where the ranking puts it.
    draws
        Number of draws.
    ranks
        Ranks kept, K; None: all, as long as mines × ranks stay under 9 million, else as many as fit.
    seed
        Seed of all random numbers.
    threads
        Threads used; does not change the result.

    Raises
    ------
    InputError
        ``smaa_draws`` when there is not at least one draw; ``smaa_tables`` when the two tables and the region
        don't have the same mines and criteria in the same order; ``smaa_interval`` when a lowest score is above
        its highest; ``safety_missing`` when a mine has no ``safety_rank``, or one below 1; and as of
        :func:`restoration.score_table.checked` and :func:`restoration.weight_region.draw`.

    Examples
    --------
    Scores (1, 0) and (0, 1/3): the first wins when w > 1/4, that is with probability 3/4.

    >>> table = pd.DataFrame({"a": [1, 0], "b": [0, 1 / 3]}, index=["A", "B"])
    >>> result = smaa(table, table, WeightRegion(("a", "b")), draws=20_000)
    >>> abs(float(result.rank_acceptability.loc["A", 1]) - 0.75) < 4 * result.standard_error
    True
    """
    lower, upper = _checked(low, high, region)
    if draws < 1:
        raise InputError(
            "smaa_draws",
            Text("抽样次数须为正整数。", "The number of draws is at least 1."),
            Text("建议 10000 次以上。", "10,000 or more is sensible."),
        )
    count = len(lower)
    kept = min(count, max(1, ranks if ranks is not None else count), max(1, GREATEST_HISTOGRAM // count))
    classes = np.ones(count, np.int64) if safety_rank is None else _classes(safety_rank, low.index)
    order = _canonical(lower, upper, classes)
    table = smaa_blocks.prepared(lower[order], upper[order], classes[order], kept)
    drawn = weight_region.draw(region, draws, seed)
    workers = threads or min(4, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        total = smaa_blocks.counted(table, drawn.weights, seed, pool.map, workers)
        first = smaa_blocks.shared(table, total.first[:, None])
        central = smaa_blocks.shared(table, total.first_weights) / np.where(first > 0, first, np.nan)
        confidence = smaa_blocks.confidence(
            table, central, first[:, 0] / draws, seed, CONFIDENCE_DRAWS, CONFIDENCE_FROM, pool.map
        )
    return _told(table, total, central, confidence, order, low, kept, draws, seed, drawn.drawn_by)


def _checked(
    low: pd.DataFrame, high: pd.DataFrame, region: WeightRegion
) -> tuple[score_table.FloatArray, score_table.FloatArray]:
    below, above = score_table.checked(low), score_table.checked(high)
    same = below.index.equals(above.index) and list(below.columns) == list(above.columns)
    if not same or tuple(below.columns) != region.criteria:
        raise InputError(
            "smaa_tables",
            Text(
                "得分上下限与权重的图斑或指标不一致。",
                "The two tables of scores and the weights do not have the same mines and criteria.",
            ),
            Text("请使用相同的行列和指标顺序。", "Use the same rows, columns and order."),
        )
    unknown = below.isna().to_numpy() | above.isna().to_numpy()
    lower = np.where(unknown, 0.0, below.to_numpy())
    upper = np.where(unknown, 1.0, above.to_numpy())
    if (lower > upper).any():
        mine = below.index[int(np.argmax((lower > upper).any(axis=1)))]
        raise InputError(
            "smaa_interval",
            Text(f"图斑“{mine}”有得分下限大于上限。", f"Mine {mine!r} has a lowest score above its highest."),
            Text("请改正区间。", "Mend the interval."),
        )
    return lower, upper


def _classes(safety_rank: pd.Series, index: pd.Index) -> npt.NDArray[np.int64]:
    classes = safety_rank.reindex(index)
    if classes.isna().any() or not (classes >= 1).all():
        raise InputError(
            "safety_missing",
            Text("有图斑没有安全等级。", "A mine has no safety class."),
            Text("请先为全部图斑划分安全等级（从 1 起）。", "Classify all mines first (from 1)."),
        )
    return classes.to_numpy(dtype=np.int64)


def _canonical(
    lower: score_table.FloatArray, upper: score_table.FloatArray, classes: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Order that does not depend on the order given, and puts a dominating mine before what it dominates."""
    middle = (lower + upper).sum(axis=1).round(12)
    columns = [*upper.T[::-1], *lower.T[::-1], middle]
    return np.lexsort([*[-column for column in columns], classes]).astype(np.int64)


def _told(
    table: Table,
    total: Drawn,
    central: score_table.FloatArray,
    confidence: score_table.FloatArray,
    order: npt.NDArray[np.int64],
    low: pd.DataFrame,
    kept: int,
    draws: int,
    seed: int,
    drawn_by: DrawnBy,
) -> Acceptability:
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    share = smaa_blocks.shared(table, total.ranks.T / draws)
    top = np.minimum(np.cumsum(share, axis=1), 1.0)
    columns = pd.RangeIndex(1, kept + 1, name="rank")
    later = np.zeros(len(order)) if kept == len(order) else np.clip(1 - share.sum(axis=1), 0, 1)
    mean_rank = smaa_blocks.shared(table, (total.rank_sum / draws)[:, None])[:, 0]
    index = low.index
    return Acceptability(
        pd.DataFrame(share[back], index=index, columns=columns),
        pd.Series(later[back], index=index, name="later_ranks"),
        pd.DataFrame(top[back], index=index, columns=columns),
        pd.Series(mean_rank[back], index=index, name="expected_rank"),
        pd.DataFrame(central[back], index=index, columns=low.columns),
        pd.Series(confidence[back], index=index, name="confidence"),
        draws,
        seed,
        drawn_by,
    )
