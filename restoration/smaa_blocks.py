"""The counting inside SMAA: blocks of draws, each with its own random numbers, added in a fixed order."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from restoration.score_table import FloatArray

VALUE_STREAM = 2
CONFIDENCE_STREAM = 3
BATCH_CELLS = 131_072
"""Mines × draws ranked at once: half a megabyte of scores, which stays in the cache."""

BLOCK_CELLS = 8_388_608
"""Most mines × draws per block (and per seed); a block holds its orders in 32 MB."""

LEAST_BLOCKS = 16
"""Blocks there are at least, for the threads to share; never depends on their number."""

IntArray = npt.NDArray[np.int64]
Map = Callable[..., Iterator[Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Scores in canonical order: float32, one row per criterion."""

    low: npt.NDArray[np.float32]
    step: npt.NDArray[np.float32]
    uncertain: tuple[npt.NDArray[np.int64], ...]
    classes: IntArray
    class_starts: IntArray
    twins: IntArray
    kept: int

    @property
    def count(self) -> int:
        """Number of mines."""
        return len(self.classes)


@dataclass(eq=False, slots=True)
class Drawn:
    """Counts over draws: rank × mine, sum of ranks, times first, weights when first."""

    ranks: IntArray
    rank_sum: IntArray
    first: IntArray
    first_weights: FloatArray


def prepared(lower: FloatArray, upper: FloatArray, classes: IntArray, kept: int) -> Table:
    """Return the table in the form the counting needs; rows already in canonical order."""
    width = upper - lower
    rows = np.column_stack([classes, lower, upper])
    new = np.concatenate([[True], (rows[1:] != rows[:-1]).any(axis=1)])
    starts = np.flatnonzero(np.concatenate([[True], classes[1:] != classes[:-1]]))
    return Table(
        np.ascontiguousarray(lower.T.astype(np.float32)),
        np.ascontiguousarray((width.T / 65_536).astype(np.float32)),
        tuple(np.flatnonzero(column > 0) for column in width.T),
        classes,
        starts.astype(np.int64),
        np.cumsum(new).astype(np.int64) - 1,
        kept,
    )


def shared(table: Table, values: FloatArray | IntArray) -> FloatArray:
    """Share what equal mines got evenly among them: their names must not decide."""
    twins = np.bincount(table.twins)
    if (twins == 1).all():
        return np.asarray(values, dtype=float)
    starts = np.concatenate([[0], np.cumsum(twins)[:-1]])
    sums = np.add.reduceat(np.asarray(values, dtype=float), starts, axis=0)
    result: FloatArray = (sums / twins[:, None])[table.twins]
    return result


def counted(table: Table, weights: FloatArray, seed: int, run: Map, workers: int) -> Drawn:
    """Rank every draw and count.

    Workers take blocks in turn; integer counts do not depend on the order, and sums of weights are
    kept block by block and added in the order of the blocks.
    """
    size = max(1, min(BLOCK_CELLS // table.count, -(-len(weights) // LEAST_BLOCKS)))
    blocks = [weights[start : start + size] for start in range(0, len(weights), size)]
    seeds = np.random.SeedSequence([VALUE_STREAM, seed]).spawn(len(blocks))
    jobs = list(enumerate(zip(blocks, seeds, strict=True)))
    lanes: Iterable[tuple[Drawn, dict[int, FloatArray]]] = run(
        lambda lane: _lane(table, jobs[lane::workers]), range(min(workers, len(jobs)))
    )
    total = _empty(table, weights.shape[1])
    sums: dict[int, FloatArray] = {}
    for part, part_sums in lanes:
        total.ranks += part.ranks
        total.rank_sum += part.rank_sum
        total.first += part.first
        sums |= part_sums
    if table.kept == table.count:
        total.rank_sum += np.arange(1, table.count + 1) @ total.ranks
    for number in sorted(sums):
        total.first_weights += sums[number]
    return total


def _empty(table: Table, criteria: int) -> Drawn:
    count = table.count
    return Drawn(
        np.zeros((table.kept, count), np.int64),
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
        np.zeros((count, criteria)),
    )


def _lane(
    table: Table, jobs: list[tuple[int, tuple[FloatArray, np.random.SeedSequence]]]
) -> tuple[Drawn, dict[int, FloatArray]]:
    total = _empty(table, len(table.low))
    sums: dict[int, FloatArray] = {}
    batch = max(1, BATCH_CELLS // table.count)
    for number, (weights, seed) in jobs:
        generator = np.random.Generator(np.random.SFC64(seed))
        orders = np.empty((table.count, len(weights)), np.int32)
        for start in range(0, len(weights), batch):
            part = weights[start : start + batch].astype(np.float32)
            orders[:, start : start + batch] = ranked(table, drawn_scores(table, part, generator)).T
        sums[number] = _count(table, orders, weights, total)
    return total, sums


def drawn_scores(
    table: Table, weights: npt.NDArray[np.float32], generator: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Return weighted sums, draws × mines, with scores drawn from their intervals."""
    shape = (len(weights), table.count)
    total = np.zeros(shape, np.float32)
    term = np.empty(shape, np.float32)
    for criterion, cells in enumerate(table.uncertain):
        weight = weights[:, criterion, None]
        if 2 * len(cells) < table.count:
            np.multiply(table.low[criterion], weight, out=term)
            if len(cells):
                term[:, cells] += (
                    _steps(generator, len(weights), len(cells)) * table.step[criterion, cells] * weight
                )
        else:
            np.multiply(_steps(generator, *shape), table.step[criterion], out=term)
            term += table.low[criterion]
            term *= weight
        total += term
    return total


def _steps(generator: np.random.Generator, rows: int, columns: int) -> npt.NDArray[np.uint16]:
    words = generator.integers(0, 2**64 - 1, size=-(-rows * columns // 4), dtype=np.uint64, endpoint=True)
    return words.astype("<u8", copy=False).view("<u2")[: rows * columns].reshape(rows, columns)


def ranked(table: Table, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.uint32]:
    """Return, per draw, the mines from first to last: class, then score, then canonical order.

    The rows of a class lie together, so each class is sorted by itself, by one 64-bit key: the bits of a float
    that is 0 or more rise with its value.
    """
    keys = np.empty(scores.shape, np.uint64)
    halves = keys.view(np.uint32).reshape(*scores.shape, 2)
    upper, lower = (1, 0) if sys.byteorder == "little" else (0, 1)
    np.subtract(np.uint32(0x7FFFFFFF), scores.view(np.uint32), out=halves[..., upper])
    halves[..., lower] = np.arange(table.count, dtype=np.uint32)
    for start, stop in itertools.pairwise([*table.class_starts.tolist(), table.count]):
        keys[:, start:stop].sort(axis=1)
    order: npt.NDArray[np.uint32] = halves[..., lower]
    return order


def _count(table: Table, orders: npt.NDArray[np.int32], weights: FloatArray, total: Drawn) -> FloatArray:
    _count_ranks(table, orders, total)
    sums = np.zeros((table.count, weights.shape[1]))
    for start in table.class_starts:
        winners = orders[start]
        total.first += np.bincount(winners, minlength=table.count)
        for criterion in range(weights.shape[1]):
            sums[:, criterion] += np.bincount(winners, weights=weights[:, criterion], minlength=table.count)
    return sums


def _count_ranks(table: Table, orders: npt.NDArray[np.int32], total: Drawn) -> None:
    if table.kept < table.count:
        places = np.arange(1, table.count + 1)
        for draw in range(orders.shape[1]):
            total.rank_sum[orders[:, draw]] += places
    if orders.shape[1] * 8 > table.count:
        for place in range(table.kept):
            total.ranks[place] += np.bincount(orders[place], minlength=table.count)
        return
    cells = orders[: table.kept].astype(np.int64) + np.arange(table.kept)[:, None] * table.count
    where, times = np.unique(cells, return_counts=True)
    total.ranks.reshape(-1)[where] += times


def confidence(
    table: Table,
    central: FloatArray,
    first_share: FloatArray,
    seed: int,
    draws: int,
    least_share: float,
    run: Map,
) -> FloatArray:
    """Return the share of draws of the scores in which a mine is first of its class with its central weights."""
    wanted = np.flatnonzero(first_share >= least_share)
    result = np.full(table.count, np.nan)
    found = run(lambda mine: _confidence(table, int(mine), central[mine], seed, draws), wanted)
    result[wanted] = list(found)
    # Mines with the same scores draw from streams of their own: they share the outcome as well.
    return shared(table, result[:, None])[:, 0]


def _confidence(table: Table, mine: int, weights: FloatArray, seed: int, draws: int) -> float:
    weight = weights.astype(np.float32)[:, None]
    low = (table.low * weight).sum(axis=0)
    high = low + (table.step * weight).sum(axis=0) * 65_536
    rivals = np.flatnonzero((high >= low[mine]) & (table.classes == table.classes[mine]))
    part = Table(
        np.ascontiguousarray(table.low[:, rivals]),
        np.ascontiguousarray(table.step[:, rivals]),
        tuple(np.flatnonzero(row > 0) for row in table.step[:, rivals]),
        table.classes[rivals],
        table.class_starts,
        table.twins,
        1,
    )
    generator = np.random.Generator(np.random.SFC64(np.random.SeedSequence([CONFIDENCE_STREAM, seed, mine])))
    itself = int(np.searchsorted(rivals, mine))
    shares = 0.0
    batch = max(1, BATCH_CELLS // len(rivals))
    for start in range(0, draws, batch):
        rows = min(batch, draws - start)
        scores = drawn_scores(part, np.repeat(weight.T, rows, axis=0), generator)
        greatest = scores.max(axis=1)
        level = (scores == greatest[:, None]).sum(axis=1)
        shares += float(((scores[:, itself] == greatest) / level).sum())
    return shares / draws
