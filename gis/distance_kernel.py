r"""How far two features are apart, from the same edges as their overlap.

Branch and bound over the chunks' boxes: a pair of chunks is only looked into when their boxes are nearer
than the best found so far. The plane is equal-area, not equidistant: near latitude B a metre on the
ground is :math:`k` metres of x and :math:`1/k` metres of y, :math:`k = \cos\beta_0 / \cos\beta`, with k taken
as a parabola in y around each left feature, half-way between the two edges. The kernel only *chooses* the
nearest two points in that metric; their distance is measured on the ellipsoid afterwards
(:mod:`gis.proximity`). Another pair of points may be nearer by 1e-5 of the distance at the most, where
edges are at most 50 m long; the error of the answer contains that.
"""

from __future__ import annotations

import numpy as np

from gis.compiled import compiled_in_place
from gis.edges import Arrays, IntArray
from gis.equal_area import FloatArray

_SHADE = 0.98
"""k at the middle of a box is a shade off at its ends: boxes may be nearer than they seem."""


@compiled_in_place
def nearest(
    left: Arrays,
    right: Arrays,
    left_is_area: bool,
    right_is_area: bool,
    candidate_first: IntArray,
    candidate: IntArray,
    metric: FloatArray,
    within_m: float,
    right_position: IntArray,
    ends: FloatArray,
    closest: FloatArray,
    begin: int,
    end: int,
) -> None:
    """Fill in, for each left feature of ``begin:end``, the nearest candidate and the nearest two points.

    ``candidate[candidate_first[i]:candidate_first[i + 1]]`` are the right features to look at for left
    feature ``i``; ``metric[i]`` is k as a parabola in y. ``right_position`` stays -1 where none lies within
    the radius; ``ends`` holds x, y of the left and of the right point, equal where they touch.
    ``closest`` is room for four numbers to work in.
    """
    for i in range(begin, end):
        right_position[i] = -1
        best = within_m * within_m
        k0, k1, k2 = metric[i, 0], metric[i, 1], metric[i, 2]
        middle = 0.5 * (left.feature_box[i, 1] + left.feature_box[i, 3])
        k = k0 + middle * (k1 + middle * k2)
        for place in range(candidate_first[i], candidate_first[i + 1]):
            j = candidate[place]
            if _gap2(left.feature_box, i, right.feature_box, j, k) * _SHADE > best:
                continue
            found = _boundaries(left, i, right, j, k0, k1, k2, best, closest)
            if found > 0.0 and left_is_area:
                found = _zero_if_inside(right, j, left, i, found, closest)
            if found > 0.0 and right_is_area:
                found = _zero_if_inside(left, i, right, j, found, closest)
            if found < best or (found == best and right_position[i] < 0):
                best = found
                right_position[i] = j
                ends[i, 0], ends[i, 1], ends[i, 2], ends[i, 3] = (
                    closest[0],
                    closest[1],
                    closest[2],
                    closest[3],
                )
            if best == 0.0:
                break


@compiled_in_place
def _gap2(box: FloatArray, one: int, other_box: FloatArray, other: int, k: float) -> float:
    """Return the squared distance between two boxes, 0 where they meet."""
    dx = max(other_box[other, 0] - box[one, 2], box[one, 0] - other_box[other, 2], 0.0) / k
    dy = max(other_box[other, 1] - box[one, 3], box[one, 1] - other_box[other, 3], 0.0) * k
    return float(dx * dx + dy * dy)


@compiled_in_place
def _boundaries(
    left: Arrays,
    i: int,
    right: Arrays,
    j: int,
    k0: float,
    k1: float,
    k2: float,
    best: float,
    closest: FloatArray,
) -> float:
    """Return the squared distance of two boundaries, infinite when it is above ``best``."""
    answer = float(np.inf)
    first = _nearest_chunk(left, i, right, j, k0, k1, k2)
    for turn in range(right.chunk[j] - 1, right.chunk[j + 1]):
        b = first if turn < right.chunk[j] else turn
        if turn == first:
            continue
        middle = 0.5 * (right.box[b, 1] + right.box[b, 3])
        k = k0 + middle * (k1 + middle * k2)
        for a in range(left.chunk[i], left.chunk[i + 1]):
            if _gap2(left.box, a, right.box, b, k) * _SHADE > best:
                continue
            for q in range(right.start[b], right.stop[b]):
                twice = right.xy[q, 1] + right.xy[q + 1, 1]
                for p in range(left.start[a], left.stop[a]):
                    y = 0.25 * (twice + left.xy[p, 1] + left.xy[p + 1, 1])
                    k_between = k0 + y * (k1 + y * k2)
                    found = _edges_apart(left.xy, p, right.xy, q, k_between, best, closest)
                    if found <= best:
                        best = answer = found
                    if best == 0.0:
                        return 0.0
    return answer


@compiled_in_place
def _nearest_chunk(left: Arrays, i: int, right: Arrays, j: int, k0: float, k1: float, k2: float) -> int:
    """Return the right chunk with the nearest box: looked into first, it spares most of the others."""
    least, first = float(np.inf), int(right.chunk[j])
    for b in range(right.chunk[j], right.chunk[j + 1]):
        y = right.box[b, 1]
        gap = _gap2(left.feature_box, i, right.box, b, k0 + y * (k1 + y * k2))
        if gap < least:
            least, first = gap, b
    return first


@compiled_in_place
def _edges_apart(
    left_xy: FloatArray, p: int, right_xy: FloatArray, q: int, k: float, best: float, closest: FloatArray
) -> float:
    """Return the squared distance of two edges; fill in the nearest points when it is at most ``best``."""
    ax, ay, bx, by = left_xy[p, 0], left_xy[p, 1], left_xy[p + 1, 0], left_xy[p + 1, 1]
    cx, cy, dx, dy = right_xy[q, 0], right_xy[q, 1], right_xy[q + 1, 0], right_xy[q + 1, 1]
    gap_x = max(min(cx, dx) - max(ax, bx), min(ax, bx) - max(cx, dx), 0.0) / k
    gap_y = max(min(cy, dy) - max(ay, by), min(ay, by) - max(cy, dy), 0.0) * k
    if gap_x * gap_x + gap_y * gap_y > best:
        return np.inf
    side_c = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    side_d = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
    side_a = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
    side_b = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
    if side_c * side_d < 0.0 and side_a * side_b < 0.0:
        along = side_a / (side_a - side_b)
        closest[0] = closest[2] = ax + along * (bx - ax)
        closest[1] = closest[3] = ay + along * (by - ay)
        return 0.0
    answer = np.inf
    for turn in range(4):
        if turn == 0:
            found, x, y, px, py = _to_edge(cx, cy, ax, ay, bx, by, k)
        elif turn == 1:
            found, x, y, px, py = _to_edge(dx, dy, ax, ay, bx, by, k)
        elif turn == 2:
            found, x, y, px, py = _to_edge(ax, ay, cx, cy, dx, dy, k)
        else:
            found, x, y, px, py = _to_edge(bx, by, cx, cy, dx, dy, k)
        if found < answer:
            answer = found
            if found <= best:
                if turn < 2:
                    closest[0], closest[1], closest[2], closest[3] = x, y, px, py
                else:
                    closest[0], closest[1], closest[2], closest[3] = px, py, x, y
    return answer


@compiled_in_place
def _to_edge(
    px: float, py: float, ax: float, ay: float, bx: float, by: float, k: float
) -> tuple[float, float, float, float, float]:
    """Return the squared distance of a point to an edge, the nearest point of the edge, and the point."""
    ux, uy = (bx - ax) / k, (by - ay) * k
    vx, vy = (px - ax) / k, (py - ay) * k
    length2 = ux * ux + uy * uy
    along = min(max((ux * vx + uy * vy) / length2, 0.0), 1.0) if length2 > 0.0 else 0.0
    rest_x, rest_y = vx - along * ux, vy - along * uy
    return rest_x * rest_x + rest_y * rest_y, ax + along * (bx - ax), ay + along * (by - ay), px, py


@compiled_in_place
def _zero_if_inside(
    inner: Arrays, i: int, outer: Arrays, j: int, otherwise: float, closest: FloatArray
) -> float:
    """Return 0 when a part of one feature lies in the other (their edges don't cross)."""
    for chunk in range(inner.chunk[i], inner.chunk[i + 1]):
        if chunk > inner.chunk[i] and inner.start[chunk] == inner.stop[chunk - 1]:
            continue
        x, y = inner.xy[inner.start[chunk], 0], inner.xy[inner.start[chunk], 1]
        if _is_inside(x, y, outer, j):
            closest[0] = closest[2] = x
            closest[1] = closest[3] = y
            return 0.0
    return otherwise


@compiled_in_place
def _is_inside(x: float, y: float, outer: Arrays, j: int) -> bool:
    """Count the edges above a point: an odd number means inside."""
    inside = False
    for chunk in range(outer.chunk[j], outer.chunk[j + 1]):
        if outer.box[chunk, 0] > x or outer.box[chunk, 2] <= x or outer.box[chunk, 3] < y:
            continue
        for edge in range(outer.start[chunk], outer.stop[chunk]):
            x0, x1 = outer.xy[edge, 0], outer.xy[edge + 1, 0]
            if (x0 <= x) != (x1 <= x):
                y0, y1 = outer.xy[edge, 1], outer.xy[edge + 1, 1]
                if y0 + (x - x0) / (x1 - x0) * (y1 - y0) > y:
                    inside = not inside
    return inside
