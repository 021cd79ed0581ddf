"""Boxes around features: which of many cannot meet any of some, without a tree over all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.equal_area import FloatArray

_CELLS = 512

CellArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BoxGrid:
    """A grid of 512 × 512 cells over some boxes, with the cells they touch.

    Parameters
    ----------
    low, high
        Shape (2,): the corners of the grid, metres; inside out where there is no box.
    cells_per_metre
        Shape (2,).
    marked
        Shape (513, 513): how many touched cells lie below and left of each corner of a cell, so that
        the touched cells under any box are counted by four look-ups.
    """

    low: FloatArray
    high: FloatArray
    cells_per_metre: FloatArray
    marked: CellArray

    def may_meet(self, others: FloatArray) -> npt.NDArray[np.bool_]:
        """Return which other boxes may meet one of the grid's.

        Boxes that meet always share a cell, so none is lost; some that only come near are kept.

        Parameters
        ----------
        others
            Shape (n, 4): west, south, east, north. An inside-out box meets nothing.

        Returns
        -------
        ndarray of bool
            Shape (n,).
        """
        inside: npt.NDArray[np.bool_] = (
            (others[:, :2] <= self.high).all(axis=1)
            & (others[:, 2:] >= self.low).all(axis=1)
            & (others[:, 0] <= others[:, 2])
        )
        west, south, east, north = _cells(others[inside], self.low, self.cells_per_metre).T
        marked = self.marked
        found = marked[east, north] - marked[west, north] - marked[east, south] + marked[west, south]
        inside[inside] = found > 0
        return inside


def grid_of(box: FloatArray) -> BoxGrid:
    """Return the grid over some boxes.

    Parameters
    ----------
    box
        Shape (n, 4), metres: west, south, east, north. An inside-out box touches nothing.

    Examples
    --------
    >>> grid = grid_of(np.array([[0.0, 0, 1, 1], [99, 99, 100, 100]]))
    >>> grid.may_meet(np.array([[1.0, 1, 2, 2], [50, 50, 51, 51], [101, 0, 102, 1]])).tolist()
    [True, False, False]
    """
    box = box[box[:, 0] <= box[:, 2]]
    low = box[:, :2].min(axis=0, initial=np.inf)
    high = box[:, 2:].max(axis=0, initial=-np.inf)
    smallest_m = np.finfo(np.float64).tiny * _CELLS
    with np.errstate(invalid="ignore"):
        cells_per_metre = _CELLS / np.maximum(high - low, smallest_m)
    west, south, east, north = _cells(box, low, cells_per_metre).T
    step = np.zeros((_CELLS + 1, _CELLS + 1), np.int64)
    for x, y, by in ((west, south, 1), (east, north, 1), (west, north, -1), (east, south, -1)):
        np.add.at(step, (x, y), by)
    touched = step.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0
    marked = np.zeros((_CELLS + 1, _CELLS + 1), np.int64)
    touched.cumsum(axis=0).cumsum(axis=1, out=marked[1:, 1:])
    return BoxGrid(low, high, cells_per_metre, marked)


def _cells(box: FloatArray, low: FloatArray, cells_per_metre: FloatArray) -> CellArray:
    """Return the first cell and the one after the last, as west, south, east, north."""
    with np.errstate(over="ignore"):
        cell = (box.reshape(-1, 2, 2) - low) * cells_per_metre
    whole = np.clip(cell, 0, _CELLS - 1).astype(np.int64)
    whole[:, 1] += 1
    return whole.reshape(-1, 4)
