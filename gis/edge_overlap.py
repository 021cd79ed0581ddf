"""Overlap areas and nearest distances of many pairs, straight from edges (:mod:`gis.edges`).

The candidates come from the features' boxes, the areas from :mod:`gis.overlap_kernel`. Work is split
over threads by pairs; each pair is computed alone, so the answer does not depend on how many there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely

from gis import distance_kernel, equal_area, overlap_kernel, overlap_room
from gis.boxes import grid_of
from gis.edges import Edges, IntArray
from gis.equal_area import CountArray, FloatArray

NOISE_M2 = 1e-4
"""Shared ground below 1 cm² is rounding of coordinates (neighbours that touch), not overlap."""
ROUNDING_OF_INTEGRALS, ROUNDING_OF_AREAS = 2.0**-50, 1e-13
"""How far a valid polygon's square may be off its area: shares of window height × stretches, and of the area."""
_BLOCKS_PER_THREAD = 8
_FEW = 16


class NotValidError(ValueError):
    """Polygons whose overlap would be a wrong number; ``positions`` says which."""

    def __init__(self, positions: CountArray) -> None:
        super().__init__(f"overlap needs valid polygons; these are not: {positions[:10].tolist()}")
        self.positions = positions


def areas(
    left: Edges, right: Edges, *, threads: int | None = None, tree: shapely.STRtree | None = None
) -> tuple[CountArray, CountArray, FloatArray]:
    """Return every pair of polygons that share ground, and how much.

    Parameters
    ----------
    left, right
        Polygons in the plane.
    threads
        How many to use; all cores for None.
    tree
        Spatial index of ``right``'s boxes (:func:`tree_of`), where it was built before.

    Returns
    -------
    left_position, right_position : ndarray of int
        Ordered by left, then right.
    area_m2 : ndarray of float
        Ellipsoidal, above :data:`NOISE_M2`.

    Raises
    ------
    NotValidError
        When a polygon that takes part is not valid: its area would be wrong. Those not known to be
        valid are proven first, only where a box meets one.

    Examples
    --------
    Two squares of 2 m, one shifted by half: 1 m × 1 m is shared.

    >>> from gis.edges import of_geometries
    >>> one = of_geometries(np.array([shapely.box(0, 0, 2, 2)]))
    >>> other = of_geometries(np.array([shapely.box(1, 1, 3, 3), shapely.box(2, 0, 4, 2)]))
    >>> [array.tolist() for array in areas(one, other)]
    [[0], [0], [1.0]]
    """
    left_position, right_position = candidates(left.feature_box, right.feature_box, tree)
    for edges, positions in ((left, left_position), (right, right_position)):
        if not edges.proven:
            invalid = unproven(edges, np.unique(positions), threads=threads)
            if len(invalid):
                raise NotValidError(invalid)
    area_m2 = np.empty(len(left_position))

    def fill(begin: int, end: int) -> None:
        ours, theirs = left_position[begin:end], right_position[begin:end]
        rooms = overlap_room.room(left.arrays, ours), overlap_room.room(right.arrays, theirs)
        overlap_kernel.overlaps(left.arrays, right.arrays, ours, theirs, *rooms, area_m2[begin:end])

    _in_blocks(fill, len(area_m2), threads)
    kept = ~(area_m2 <= NOISE_M2)
    return left_position[kept], right_position[kept], area_m2[kept]


def candidates(
    left_box: FloatArray, right_box: FloatArray, tree: shapely.STRtree | None = None
) -> tuple[IntArray, IntArray]:
    """Return the pairs of positions whose boxes meet, ordered by left, then right.

    Examples
    --------
    The box from 0 to 2 meets the one from 1 to 3 and touches the one from 2 to 4, but not the one from 5:

    >>> others = np.array([[1.0, 0, 3, 2], [2.0, 0, 4, 2], [5.0, 0, 6, 2]])
    >>> [found.tolist() for found in candidates(np.array([[0.0, 0, 2, 2]]), others)]
    [[0, 0], [0, 1]]
    """
    if len(left_box) <= _FEW and tree is None:
        meet = [
            np.flatnonzero(
                (right_box[:, 0] <= box[2])
                & (right_box[:, 2] >= box[0])
                & (right_box[:, 1] <= box[3])
                & (right_box[:, 3] >= box[1])
            )
            for box in left_box
        ]
        left = np.repeat(np.arange(len(meet)), [len(found) for found in meet])
        right = np.concatenate([*meet, np.empty(0, np.int64)])
        return left.astype(np.int64), right.astype(np.int64)
    if tree is not None:
        left, right = tree.query(_boxes(left_box))
    else:
        near = np.flatnonzero(grid_of(left_box).may_meet(right_box))
        left, right = tree_of(right_box[near]).query(_boxes(left_box))
        right = near[right]
    order = np.lexsort((right, left))
    return left[order].astype(np.int64), right[order].astype(np.int64)


def tree_of(box: FloatArray) -> shapely.STRtree:
    """Return a spatial index of feature boxes.

    Examples
    --------
    >>> tree_of(np.array([[0.0, 0, 3, 2], [5.0, 0, 6, 2]])).query(shapely.box(2, 0, 4, 2)).tolist()
    [0]
    """
    return shapely.STRtree(_boxes(box))


def _boxes(box: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return a geometry with each box: its diagonal, quicker made; an empty one for an inside-out box."""
    made = np.asarray(shapely.linestrings(box.reshape(-1, 2, 2)))
    made[box[:, 0] > box[:, 2]] = shapely.LineString()
    return made


def unproven(edges: Edges, positions: CountArray, *, threads: int | None = None) -> CountArray:
    """Return which polygons are not valid: their signed sum is not 0 or 1 everywhere.

    Parameters
    ----------
    edges
        Polygons.
    positions
        Which to look at.
    threads
        How many to use; all cores for None.

    Returns
    -------
    ndarray of int
        Those of ``positions`` whose square is not their area.

    Examples
    --------
    A bow-tie: one lobe counts +1, the other −1; its area is 0, its square 2 m².

    >>> from gis.edges import of_geometries
    >>> bow_tie = of_geometries(np.array([shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])]))
    >>> unproven(bow_tie, np.array([0])).tolist()
    [0]
    """
    places = positions.astype(np.int64)
    square_m2 = np.empty(len(places))

    def fill(begin: int, end: int) -> None:
        block = places[begin:end]
        room = overlap_room.room(edges.arrays, block)
        overlap_kernel.self_overlaps(edges.arrays, block, room, square_m2[begin:end])

    _in_blocks(fill, len(places), threads)
    wrong = ~(np.abs(square_m2 - edges.area_m2[positions]) <= _rounding_m2(edges)[positions])
    return positions[wrong]


def _rounding_m2(edges: Edges) -> FloatArray:
    """Return how far the square and the area of each polygon may be apart by rounding alone."""
    box = edges.feature_box
    height_m = np.maximum(box[:, 3] - box[:, 1], 0.0)
    # No edge of a chunk is longer, from west to east, than the chunk.
    chunk_m = (edges.chunk_box[:, 2] - edges.chunk_box[:, 0]) * (edges.chunk_stop - edges.chunk_start)
    so_far_m = np.concatenate([[0.0], np.cumsum(chunk_m)])
    stretches_m = so_far_m[edges.feature_chunk[1:]] - so_far_m[edges.feature_chunk[:-1]]
    rounding: FloatArray = (
        NOISE_M2 + ROUNDING_OF_INTEGRALS * height_m * stretches_m + ROUNDING_OF_AREAS * np.abs(edges.area_m2)
    )
    return rounding


def proven(edges: Edges, *, threads: int | None = None) -> Edges:
    """Return the same edges, marked as valid.

    Raises
    ------
    NotValidError
        When one of the polygons is not.

    Examples
    --------
    >>> from gis.edges import of_geometries
    >>> edges = of_geometries(np.array([shapely.box(0, 0, 3, 2)]))
    >>> edges.proven, proven(edges).proven
    (False, True)
    >>> proven(of_geometries(np.array([shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])))
    Traceback (most recent call last):
    ...
    gis.edge_overlap.NotValidError: overlap needs valid polygons; these are not: [0]
    """
    invalid = unproven(edges, np.arange(len(edges)), threads=threads)
    if len(invalid):
        raise NotValidError(invalid)
    return replace(edges, proven=True)


def nearest(
    left: Edges,
    right: Edges,
    *,
    within_m: float,
    left_is_area: bool = True,
    right_is_area: bool = True,
    threads: int | None = None,
    tree: shapely.STRtree | None = None,
) -> tuple[IntArray, FloatArray]:
    """Return the nearest right feature of each left one within a radius, and the nearest two points.

    Parameters
    ----------
    left, right
        Features in the plane; polygons, or lines and points (:func:`gis.edges.of_paths`).
    within_m
        Radius, metres on the ground.
    left_is_area, right_is_area
        Whether they are polygons: what lies inside one is at no distance from it.
    threads, tree
        As for :func:`areas`.

    Returns
    -------
    right_position : ndarray of int
        Shape (left features,); -1 where none is near.
    ends : ndarray of float
        Shape (left features, 4): x, y of the left point, x, y of the right one, in the plane.

    Examples
    --------
    3 m east and 4 m north of a point is √(3² + 4²) = 5 m away, nearer than 9 m east of it:

    >>> from gis.edges import of_paths
    >>> here, there = of_paths(shapely.points([[0.0, 0.0]])), of_paths(shapely.points([[9.0, 0.0], [3.0, 4.0]]))
    >>> for within_m in (6, 4):
    ...     found, ends = nearest(here, there, within_m=within_m, left_is_area=False, right_is_area=False)
    ...     print(found.tolist(), ends.round(6).tolist())
    [1] [[0.0, 0.0, 3.0, 4.0]]
    [-1] [[nan, nan, nan, nan]]
    """
    metric = _metric(left.feature_box)
    k = equal_area.x_metres_per_metre(_middle_y(left.feature_box))
    reach = 1.02 * within_m * np.column_stack([-k, -1 / k, k, 1 / k])
    left_position, candidate = candidates(left.feature_box + reach, right.feature_box, tree)
    first = np.searchsorted(left_position, np.arange(len(left) + 1)).astype(np.int64)
    right_position, ends = np.full(len(left), -1, np.int64), np.full((len(left), 4), np.nan)
    _in_blocks(
        lambda begin, end: distance_kernel.nearest(
            left.arrays,
            right.arrays,
            left_is_area,
            right_is_area,
            first,
            candidate,
            metric,
            within_m,
            right_position,
            ends,
            np.empty(4),
            begin,
            end,
        ),
        len(left),
        threads,
    )
    return right_position, ends


def _metric(box: FloatArray) -> FloatArray:
    """Return k, metres of x on a metre of ground, as a parabola in y around the middle of each feature."""
    y, step = _middle_y(box), 10_000.0
    low, middle, high = (equal_area.x_metres_per_metre(y + shift) for shift in (-step, 0.0, step))
    slope, bend = (high - low) / (2 * step), (high - 2 * middle + low) / (2 * step * step)
    return np.column_stack([middle + y * (bend * y - slope), slope - 2 * bend * y, bend])


def _middle_y(box: FloatArray) -> FloatArray:
    """Return the ordinate of the middle of boxes, 0 for the inside-out box of an empty feature."""
    there = box[:, 1] <= box[:, 3]
    return 0.5 * (np.where(there, box[:, 1], 0.0) + np.where(there, box[:, 3], 0.0))


def _in_blocks(work: Callable[[int, int], None], count: int, threads: int | None) -> None:
    threads = threads or os.cpu_count() or 1
    if threads == 1 or count < 64:
        work(0, count)
        return
    cuts = np.linspace(0, count, threads * _BLOCKS_PER_THREAD + 1).astype(int)
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, int(a), int(b)) for a, b in pairwise(cuts)]:
            done.result()
