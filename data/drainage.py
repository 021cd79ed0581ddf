"""Where water runs on a height grid: one tree of flow, upstream cells, valley lines.

Flow leaves every cell towards its lowest neighbour, and leaves a pit over its lowest pass. Both
follow from the minimum spanning tree of the grid whose edges weigh as much as their higher end: the
path in that tree to the rim is the path of the lowest crest (priority flood by another road, and
compiled).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from data.arrays import Floats, Integers

# Lower ends decide between edges of the same higher end; small enough never to outweigh a height.
LOWER_END_WEIGHT = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Drainage:
    """A tree of flow over the cells of a grid, numbered row by row.

    Parameters
    ----------
    downstream
        For each cell the cell its water runs to; the cell count stands for "out of the grid".
    order
        Cells from the rim upwards: each after its downstream cell.
    steps
        Number of cells between a cell and the rim.
    """

    downstream: Integers
    order: Integers
    steps: Integers

    def levels(self) -> list[Integers]:
        """Return the cells by their number of steps from the rim, lowest first."""
        steps = self.steps[self.order]
        return np.split(self.order, np.flatnonzero(np.diff(steps)) + 1)


def drain(elevation_m: Floats) -> Drainage:
    """Route the water of every cell to the rim of the grid."""
    count = elevation_m.size
    height = elevation_m.ravel() - elevation_m.min() + 1.0
    first, second = _neighbours(elevation_m.shape)
    higher = np.maximum(height[first], height[second])
    lower = np.minimum(height[first], height[second])
    rim = _rim(elevation_m.shape)
    weight = np.concatenate([higher + LOWER_END_WEIGHT * lower, height[rim]])
    ends = (np.concatenate([first, rim]), np.concatenate([second, np.full(rim.size, count)]))
    graph = sparse.csr_array((weight, ends), shape=(count + 1, count + 1))
    order, downstream = csgraph.breadth_first_order(
        csgraph.minimum_spanning_tree(graph), count, directed=False
    )
    order, downstream = order[1:].astype(np.int64), downstream[:count].astype(np.int64)
    return Drainage(downstream, order, _steps(order, downstream))


def upstream_cells(drainage: Drainage) -> Floats:
    """Count the cells whose water runs through each cell, itself included."""
    count = drainage.downstream.size
    upstream = np.ones(count + 1)
    for level in reversed(drainage.levels()):
        np.add.at(upstream, drainage.downstream[level], upstream[level])
    return upstream[:count]


def climb(drainage: Drainage, rise_m: Floats) -> Floats:
    """Add up rises from the rim to every cell."""
    height = np.zeros(drainage.downstream.size + 1)
    for level in drainage.levels():
        height[level] = height[drainage.downstream[level]] + rise_m[level]
    return height[:-1]


def carry_up(drainage: Drainage, mark: Integers) -> Integers:
    """Give every unmarked (zero) cell the mark of the first marked cell downstream of it."""
    carried = np.append(mark, 0)
    for level in drainage.levels():
        carried[level] = np.where(mark[level] != 0, mark[level], carried[drainage.downstream[level]])
    return carried[:-1]


def main_stem(drainage: Drainage, upstream: Floats, mouth: int, least_cells: float) -> list[int]:
    """Follow the largest tributary upstream from a cell while it gathers enough cells."""
    largest = _largest_tributaries(drainage, upstream)
    stem = [mouth]
    while (above := int(largest[stem[-1]])) >= 0 and upstream[above] >= least_cells:
        stem.append(above)
    return stem


def stems(drainage: Drainage, upstream: Floats, least_cells: float) -> list[list[int]]:
    """Split all valleys that gather enough cells into stems, each from its mouth upwards.

    A stem starts at the rim or in the last cell it shares with the larger stem it runs into.
    """
    largest = _largest_tributaries(drainage, upstream)
    count = drainage.downstream.size
    found = []
    for cell in drainage.order[upstream[drainage.order] >= least_cells]:
        below = int(drainage.downstream[cell])
        if below < count and largest[below] == cell:
            continue
        stem = [int(cell)] if below == count else [below, int(cell)]
        while (above := int(largest[stem[-1]])) >= 0 and upstream[above] >= least_cells:
            stem.append(above)
        found.append(stem)
    return found


def _largest_tributaries(drainage: Drainage, upstream: Floats) -> Integers:
    count = drainage.downstream.size
    largest = np.full(count + 1, -1, dtype=np.int64)
    ascending = np.argsort(upstream, kind="stable")
    largest[drainage.downstream[ascending]] = ascending
    return largest[:count]


def _neighbours(shape: tuple[int, ...]) -> tuple[Integers, Integers]:
    number = np.arange(shape[0] * shape[1], dtype=np.int64).reshape(shape)
    pairs = (
        (number[:, :-1], number[:, 1:]),
        (number[:-1], number[1:]),
        (number[:-1, :-1], number[1:, 1:]),
        (number[:-1, 1:], number[1:, :-1]),
    )
    return (
        np.concatenate([first.ravel() for first, _ in pairs]),
        np.concatenate([second.ravel() for _, second in pairs]),
    )


def _rim(shape: tuple[int, ...]) -> Integers:
    number = np.arange(shape[0] * shape[1], dtype=np.int64).reshape(shape)
    rim: Integers = np.unique(np.concatenate([number[0], number[-1], number[:, 0], number[:, -1]]))
    return rim


def _steps(order: Integers, downstream: Integers) -> Integers:
    # breadth first: parents come in the order of their children, so a level is one slice
    steps = np.zeros(downstream.size + 1, dtype=np.int64)
    position = np.full(downstream.size + 1, -1, dtype=np.int64)
    position[order] = np.arange(order.size)
    position_below = position[downstream[order]]
    start, end, step = 0, int(np.searchsorted(position_below, 0)), 1
    while start < end:
        steps[order[start:end]] = step
        start, end, step = end, int(np.searchsorted(position_below, end)), step + 1
    return steps[:-1]
