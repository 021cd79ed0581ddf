"""From fields on a grid to polygons: contours, made clean, and levels found by area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import contourpy
import numpy as np
import shapely

from data.arrays import Floats, Geometries, polygon_parts
from data.grid import Grid


@dataclass(frozen=True, slots=True)
class Generalisation:
    """What is too small to be drawn.

    Parameters
    ----------
    least_area_m2, least_hole_m2
        Smaller polygons are left out, smaller holes are closed.
    tolerance_m
        Greatest shift of an outline by simplification.
    """

    least_area_m2: float
    least_hole_m2: float
    tolerance_m: float


def above(field: Floats, grid: Grid, level: float, generalisation: Generalisation) -> Geometries:
    """Return the ground where a field is above a level, as clean polygons, largest first."""
    generator = contourpy.contour_generator(
        grid.x_m, grid.y_m, field, fill_type=contourpy.FillType.OuterOffset
    )
    # with this fill type: the points of each polygon, and where its rings begin
    filled: Any = generator.filled(level, np.inf)
    polygons = [
        shapely.Polygon(ring[cuts[0] : cuts[1]], [ring[a:b] for a, b in pairwise(cuts[1:])])
        for ring, cuts in zip(*filled, strict=True)
    ]
    return cleaned(np.array(polygons, dtype=object), generalisation)


def cleaned(polygons: Geometries, generalisation: Generalisation) -> Geometries:
    """Simplify polygons and drop the parts and holes that are too small, largest polygon first."""
    simple = shapely.make_valid(shapely.simplify(polygons, generalisation.tolerance_m))
    parts = polygon_parts(simple)
    parts = parts[shapely.area(parts) >= generalisation.least_area_m2]
    parts = np.array(
        [_without_small_holes(part, generalisation.least_hole_m2) for part in parts], dtype=object
    )
    return parts[np.argsort(-shapely.area(parts), kind="stable")] if parts.size else parts


def without(polygons: Geometries, taken: Geometries, distance_m: float, least_area_m2: float) -> Geometries:
    """Cut other polygons and a strip around them out of polygons; small remains are dropped."""
    near = shapely.STRtree(taken).query(polygons, predicate="dwithin", distance=distance_m)[1]
    ground = shapely.union_all(shapely.buffer(taken[np.unique(near)], distance_m, quad_segs=2))
    parts = polygon_parts(shapely.difference(polygons, ground))
    large: Geometries = parts[shapely.area(parts) >= least_area_m2]
    return large


def within(polygons: Geometries, outline: shapely.Geometry, least_area_m2: float) -> Geometries:
    """Clip polygons to an outline; small remains are dropped."""
    shapely.prepare(outline)
    inner = shapely.contains_properly(outline, polygons)
    clipped = polygon_parts(shapely.intersection(polygons[~inner], outline))
    parts = np.concatenate([polygons[inner], clipped[shapely.area(clipped) >= least_area_m2]])
    return parts[np.argsort(-shapely.area(parts), kind="stable")]


def level_of_share(field: Floats, inside: Floats | np.ndarray, share: float) -> float:
    """Return the level above which a field has a given share of the cells that count."""
    return float(np.quantile(field[inside.astype(bool)], 1.0 - share))


def level_of_amount(
    amount_above: Callable[[float], float], target: float, bounds: tuple[float, float], tolerance: float
) -> float:
    """Find the level at which a falling amount meets its target.

    The interval is cut where a straight line would meet the target, and every third time in the
    middle, which bounds the number of cuts.
    """
    (low, high), middle = bounds, bounds[0]
    too_much, too_little = amount_above(low) - target, amount_above(high) - target
    for step in range(60):
        share = 0.5 if step % 3 == 2 else too_much / (too_much - too_little)
        middle = low + min(max(share, 0.02), 0.98) * (high - low)
        excess = amount_above(middle) - target
        if abs(excess) <= tolerance:
            break
        if excess > 0:
            low, too_much = middle, excess
        else:
            high, too_little = middle, excess
    return middle


def _without_small_holes(polygon: shapely.Polygon, least_hole_m2: float) -> shapely.Polygon:
    holes = [ring for ring in polygon.interiors if shapely.area(shapely.Polygon(ring)) >= least_hole_m2]
    return shapely.Polygon(polygon.exterior, holes)
