"""Shared ground in whole fractions, without any rounding: where two engines differ, it decides."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import shapely

Corner = tuple[Fraction, Fraction]


def shared_m2(convex: shapely.Polygon, other: shapely.Geometry) -> float:
    """Return the ground a convex polygon shares with any polygon.

    Each ring is cut off at each side of the convex polygon in turn (Sutherland and Hodgman 1974). What is
    cut off leaves edges behind that run there and back, and have no area.
    """
    sides = _corners(shapely.orient_polygons(convex).exterior)
    total = Fraction(0)
    for part in shapely.get_parts(shapely.orient_polygons(other)):
        for ring in shapely.get_rings(part):
            total += _area(_cut_off(_corners(ring)[:-1], sides))
    return float(total)


def _corners(ring: shapely.Geometry) -> list[Corner]:
    return [(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(ring).tolist()]


def _cut_off(ring: list[Corner], sides: list[Corner]) -> list[Corner]:
    for (ax, ay), (bx, by) in pairwise(sides):
        left_of = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for x, y in ring]
        kept: list[Corner] = []
        for k, (x, y) in enumerate(ring):
            (before_x, before_y), before, now = ring[k - 1], left_of[k - 1], left_of[k]
            if (before < 0) != (now < 0):
                share = before / (before - now)
                kept.append((before_x + share * (x - before_x), before_y + share * (y - before_y)))
            if now >= 0:
                kept.append((x, y))
        ring = kept
    return ring


def _area(ring: list[Corner]) -> Fraction:
    after = ring[1:] + ring[:1]
    return sum((ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, after, strict=True)), Fraction(0)) / 2
