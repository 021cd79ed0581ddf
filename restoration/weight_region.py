"""Weights that are not known exactly: an order, intervals, or nothing at all; drawn uniformly."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from scipy import optimize

from gis.errors import InputError, Text
from restoration import score_table
from restoration.score_table import FloatArray

BLOCK = 10_000
SWEEPS = 60
LEAST_ACCEPTANCE = 0.05
WEIGHT_STREAM = 1
"""First word of the seeds of weights, so that values (stream 2) never share random numbers with them."""

DrawnBy = Literal["exact", "rejection", "gibbs"]


@dataclass(frozen=True, slots=True)
class WeightRegion:
    """All weights that are 0 or more, sum to 1, and keep the stated order and intervals.

    Parameters
    ----------
    criteria
        Names, in the order of the columns.
    order
        Groups from most to least important: each weight of a group is at least each weight of the next
        one. Criteria in no group are free.
    low, high
        Intervals; criteria not named run from 0 to 1.
    """

    criteria: tuple[str, ...]
    order: tuple[tuple[str, ...], ...] = ()
    low: Mapping[str, float] = field(default_factory=dict)
    high: Mapping[str, float] = field(default_factory=dict)

    @property
    def has_intervals(self) -> bool:
        """Whether any weight has limits beyond 0 and 1."""
        return any(value > 0 for value in self.low.values()) or any(value < 1 for value in self.high.values())


def around(weights: pd.Series, share: float) -> WeightRegion:
    """Return all weights within a share of the stated ones (0.2: from 80 % to 120 %).

    Examples
    --------
    >>> region = around(pd.Series({"a": 0.5, "b": 0.5}), 0.2)
    >>> region.low["a"], region.high["a"]
    (0.4, 0.6)
    """
    stated = score_table.checked_weights(weights, list(weights.index))
    low = {str(name): max(0.0, value * (1 - share)) for name, value in stated.items()}
    high = {str(name): min(1.0, value * (1 + share)) for name, value in stated.items()}
    return WeightRegion(tuple(low), low=low, high=high)


@dataclass(frozen=True, eq=False, slots=True)
class DrawnWeights:
    """Weights drawn from a region, one row per draw, and how they were drawn.

    ``exact``: independent, uniform; ``rejection``: independent, uniform, by throwing away what is outside;
    ``gibbs``: one state each of independent chains of 60 sweeps over all pairs of weights, uniform in the limit.
    """

    weights: FloatArray
    drawn_by: DrawnBy


def draw(region: WeightRegion, draws: int, seed: int) -> DrawnWeights:
    """Draw weights uniformly from a region; same region, number and seed, same bytes.

    Raises
    ------
    InputError
        ``region_names`` or ``region_empty``.

    Examples
    --------
    Of two weights, the first at least the second, the first is uniform on [0.5, 1]:

    >>> drawn = draw(WeightRegion(("a", "b"), order=(("a",), ("b",))), 10_000, seed=1)
    >>> drawn.weights.min(axis=0)[0] >= 0.5, round(float(drawn.weights[:, 0].mean()), 2)
    (np.True_, 0.75)
    """
    lower, upper, groups = _checked(region)
    blocks = [min(BLOCK, draws - start) for start in range(0, draws, BLOCK)]
    seeds = np.random.SeedSequence([WEIGHT_STREAM, seed]).spawn(len(blocks))
    if len(lower) == 1:
        return DrawnWeights(np.ones((draws, 1)), "exact")
    if not region.has_intervals:
        parts = [
            _simplex(np.random.Generator(np.random.SFC64(s)), n, lower, groups)
            for s, n in zip(seeds, blocks, strict=True)
        ]
        return DrawnWeights(np.concatenate(parts), "exact")
    start = _interior(lower, upper, groups)
    pilot = _inside(_simplex(np.random.default_rng([0, seed]), 4000, lower, groups), upper, groups)
    if pilot.mean() >= LEAST_ACCEPTANCE:
        parts = [_rejected(s, n, lower, upper, groups) for s, n in zip(seeds, blocks, strict=True)]
        return DrawnWeights(np.concatenate(parts), "rejection")
    parts = [_gibbs(s, n, start, lower, upper, groups) for s, n in zip(seeds, blocks, strict=True)]
    return DrawnWeights(np.concatenate(parts), "gibbs")


Groups = Sequence[Sequence[int]]


def _checked(region: WeightRegion) -> tuple[FloatArray, FloatArray, Groups]:
    place = {name: column for column, name in enumerate(region.criteria)}
    named = [name for group in region.order for name in group]
    unknown = [name for name in [*named, *region.low, *region.high] if name not in place]
    if unknown or len(set(named)) != len(named) or not region.criteria or len(place) != len(region.criteria):
        raise InputError(
            "region_names",
            Text(
                "权重次序或区间中的指标名有误或重复。",
                "A name in the order or the intervals of weights is unknown or repeated.",
            ),
            Text("请核对指标名。", "Check the names of the criteria."),
        )
    lower = np.array([max(0.0, region.low.get(name, 0.0)) for name in region.criteria])
    upper = np.array([min(1.0, region.high.get(name, 1.0)) for name in region.criteria])
    return lower, upper, [[place[name] for name in group] for group in region.order if group]


def _simplex(generator: np.random.Generator, count: int, lower: FloatArray, groups: Groups) -> FloatArray:
    """Draw uniformly from the simplex above the lower limits; an order is a fold of the simplex, without limits."""
    cuts = np.sort(generator.random((count, len(lower) - 1)), axis=1)
    edges = np.concatenate([np.zeros((count, 1)), cuts, np.ones((count, 1))], axis=1)
    weights = np.diff(edges, axis=1)
    if groups and not lower.any():
        members = [column for group in groups for column in group]
        ordered = np.sort(weights[:, members], axis=1)[:, ::-1]
        start = 0
        for group in groups:
            part = ordered[:, start : start + len(group)]
            weights[:, list(group)] = generator.permuted(part, axis=1)
            start += len(group)
    result: FloatArray = lower + (1 - lower.sum()) * weights
    return result


def _inside(weights: FloatArray, upper: FloatArray, groups: Groups) -> np.ndarray:
    inside: np.ndarray = np.asarray((weights <= upper).all(axis=1))
    for above, below in itertools.pairwise(groups):
        inside &= weights[:, list(above)].min(axis=1) >= weights[:, list(below)].max(axis=1)
    return inside


def _rejected(
    seed: np.random.SeedSequence, count: int, lower: FloatArray, upper: FloatArray, groups: Groups
) -> FloatArray:
    generator = np.random.Generator(np.random.SFC64(seed))
    parts: list[FloatArray] = []
    found = 0
    while found < count:
        trial = _simplex(generator, BLOCK, lower, groups)
        parts.append(trial[_inside(trial, upper, groups)])
        found += len(parts[-1])
    return np.concatenate(parts)[:count]


def _interior(lower: FloatArray, upper: FloatArray, groups: Groups) -> FloatArray:
    """Return a point in the relative interior: the mean of the ends of every weight's range."""
    count = len(lower)
    rows = []
    for above, below in itertools.pairwise(groups):
        for i in above:
            for j in below:
                row = np.zeros(count)
                row[i], row[j] = -1.0, 1.0
                rows.append(row)
    ends = []
    for column in range(count):
        for sign in (1.0, -1.0):
            goal = np.zeros(count)
            goal[column] = sign
            answer = optimize.linprog(
                goal,
                A_ub=np.array(rows) if rows else None,
                b_ub=np.zeros(len(rows)) if rows else None,
                A_eq=np.ones((1, count)),
                b_eq=[1.0],
                bounds=np.column_stack([lower, np.maximum(upper, lower)]),
            )
            if answer.status != 0 or (upper < lower).any():
                raise InputError(
                    "region_empty",
                    Text("没有权重同时满足次序和区间。", "No weights keep both the order and the intervals."),
                    Text(
                        "请放宽区间：下限之和不超过 1，上限之和不小于 1。",
                        "Widen the intervals: lows sum to 1 at most, highs to 1 at least.",
                    ),
                )
            ends.append(answer.x)
    middle: FloatArray = np.clip(np.mean(ends, axis=0), lower, upper)
    return middle


def _gibbs(
    seed: np.random.SeedSequence,
    count: int,
    start: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    groups: Groups,
) -> FloatArray:
    """Move weight between pairs: given the others, each split of a pair is uniform on an interval."""
    generator = np.random.Generator(np.random.SFC64(seed))
    size = len(start)
    weights = np.repeat(start[:, None], count, axis=1)
    level = np.full(size, -1)
    for depth, group in enumerate(groups):
        level[list(group)] = depth
    for _ in range(SWEEPS):
        order = generator.permutation(size)
        for i, j in zip(order, np.roll(order, 1), strict=True):
            pair = weights[i] + weights[j]
            low_i, high_i = _limits(i, j, weights, lower, upper, level)
            low_j, high_j = _limits(j, i, weights, lower, upper, level)
            least, most = np.maximum(low_i, pair - high_j), np.minimum(high_i, pair - low_j)
            if level[i] >= 0 and level[j] >= 0 and level[i] != level[j]:
                half = pair / 2
                least, most = (
                    (np.maximum(least, half), most)
                    if level[i] < level[j]
                    else (least, np.minimum(most, half))
                )
            weights[i] = least + generator.random(count) * np.maximum(most - least, 0)
            weights[j] = pair - weights[i]
    return np.clip(weights, lower[:, None], upper[:, None]).T.copy()


def _limits(
    column: int, partner: int, weights: FloatArray, lower: FloatArray, upper: FloatArray, level: np.ndarray
) -> tuple[FloatArray | float, FloatArray | float]:
    least: FloatArray | float = float(lower[column])
    most: FloatArray | float = float(upper[column])
    if level[column] < 0:
        return least, most
    others = np.arange(len(level)) != partner
    for step in (1, -1):
        near = np.flatnonzero((level == level[column] + step) & others)
        if len(near) and step == 1:
            least = np.maximum(least, weights[near].max(axis=0))
        elif len(near):
            most = np.minimum(most, weights[near].min(axis=0))
    return least, most
