"""A regular grid of square cells in the projected plane (EPSG:4547)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage

from data.arrays import Floats, Geometries, Truths


@dataclass(frozen=True, slots=True)
class Grid:
    """Origin (north-west corner), cell size and shape of a grid; rows run southwards."""

    west_m: float
    north_m: float
    step_m: float
    rows: int
    columns: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def x_m(self) -> Floats:
        """Eastings of the cell centres, by column."""
        eastings: Floats = self.west_m + (np.arange(self.columns, dtype=np.float64) + 0.5) * self.step_m
        return eastings

    @property
    def y_m(self) -> Floats:
        """Northings of the cell centres, by row."""
        northings: Floats = self.north_m - (np.arange(self.rows, dtype=np.float64) + 0.5) * self.step_m
        return northings

    def away_m(self, x_m: float, y_m: float) -> Floats:
        """Return the distance of every cell centre from a point."""
        away: Floats = np.hypot(self.x_m[None, :] - x_m, self.y_m[:, None] - y_m)
        return away

    def peaks(self, wish: Floats, count: int, spacing_m: float) -> list[tuple[float, float]]:
        """Return easting and northing of the highest cells that lie far enough apart."""
        left, found = wish.copy(), []
        for _ in range(count):
            row, column = np.unravel_index(int(np.argmax(left)), self.shape)
            place = float(self.x_m[column]), float(self.y_m[row])
            left[self.away_m(*place) < spacing_m] = -np.inf
            found.append(place)
        return found

    def finer(self, factor: int) -> Grid:
        """Return the grid over the same ground with cells smaller by a whole factor."""
        return Grid(
            self.west_m, self.north_m, self.step_m / factor, self.rows * factor, self.columns * factor
        )

    def window(self, bounds: Floats) -> tuple[Grid, tuple[slice, slice]]:
        """Return the part of the grid that covers bounds and two cells around, and its slices."""
        west, south, east, north = bounds
        rows = slice(
            max(0, int((self.north_m - north) / self.step_m) - 2),
            min(self.rows, int((self.north_m - south) / self.step_m) + 3),
        )
        columns = slice(
            max(0, int((west - self.west_m) / self.step_m) - 2),
            min(self.columns, int((east - self.west_m) / self.step_m) + 3),
        )
        part = Grid(
            self.west_m + columns.start * self.step_m,
            self.north_m - rows.start * self.step_m,
            self.step_m,
            rows.stop - rows.start,
            columns.stop - columns.start,
        )
        return part, (rows, columns)

    def sample(self, values: Floats, points: Geometries) -> Floats:
        """Read values at points, linearly between the cell centres."""
        rows = (self.north_m - shapely.get_y(points)) / self.step_m - 0.5
        columns = (shapely.get_x(points) - self.west_m) / self.step_m - 0.5
        found: Floats = ndimage.map_coordinates(values, [rows, columns], order=1, mode="nearest")
        return found

    def covered(self, polygons: Geometries) -> Truths:
        """Return which cell centres lie within any of the polygons.

        Edges are crossed row by row; a cell is inside when an odd number of them lies to its west.
        """
        first, second = _edges(shapely.union_all(polygons))
        first_row = (self.north_m - first[:, 1]) / self.step_m - 0.5
        second_row = (self.north_m - second[:, 1]) / self.step_m - 0.5
        start = np.clip(np.ceil(np.minimum(first_row, second_row)), 0, self.rows).astype(np.int64)
        stop = np.clip(np.ceil(np.maximum(first_row, second_row)), 0, self.rows).astype(np.int64)
        count = stop - start
        edge = np.repeat(np.arange(len(count)), count)
        row = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + start[edge]
        along = (row - first_row[edge]) / (second_row - first_row)[edge]
        x = first[edge, 0] + along * (second - first)[edge, 0]
        column = np.clip(np.ceil((x - self.west_m) / self.step_m - 0.5), 0, self.columns).astype(np.int64)
        crossings = np.zeros((self.rows, self.columns + 1), dtype=np.int64)
        np.add.at(crossings, (row, column), 1)
        inside: Truths = np.cumsum(crossings, axis=1)[:, :-1] % 2 == 1
        return inside

    def distance_m(self, polygons: Geometries) -> Floats:
        """Return the distance of every cell centre to the nearest cell within the polygons."""
        found: Floats = ndimage.distance_transform_edt(~self.covered(polygons)) * self.step_m
        return found


def _edges(ground: shapely.Geometry) -> tuple[Floats, Floats]:
    rings = shapely.get_rings(shapely.get_parts(np.array([ground])))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    return xy[:-1][joined], xy[1:][joined]
