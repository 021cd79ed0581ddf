r"""How far two features are apart, from the same edges as their overlap.

Branch and bound over the chunks' boxes: a pair of chunks is only looked into when their boxes are nearer
than the best found so far. The plane is equal-area, not equidistant: near latitude B a metre on the
ground is :math:`k` metres of x and :math:`1/k` metres of y, :math:`k = \cos\beta_0 / \cos\beta`, with k taken
as a straight line in y around each left feature. The kernel only *chooses* the nearest two points in
that metric; their distance is measured on the ellipsoid afterwards (:mod:`gis.proximity`). Another pair
of points may be nearer by 1e-5 of the distance at the most, which the error of the answer contains.
"""

from __future__ import annotations

import numpy as np

from gis.compiled import compiled
from gis.equal_area import FloatArray
from gis.overlap_kernel import IntArray


@compiled
def nearest(
    left_xy: FloatArray,
    left_start: IntArray,
    left_stop: IntArray,
    left_box: FloatArray,
    left_chunk: IntArray,
    left_feature_box: FloatArray,
    right_xy: FloatArray,
    right_start: IntArray,
    right_stop: IntArray,
    right_box: FloatArray,
    right_chunk: IntArray,
    right_feature_box: FloatArray,
    left_is_area: bool,
    right_is_area: bool,
    candidate_first: IntArray,
    candidate: IntArray,
    metric: FloatArray,
    within_m: float,
    right_position: IntArray,
    ends: FloatArray,
    begin: int,
    end: int,
) -> None:
    """Fill in, for each left feature of ``begin:end``, the nearest candidate and the nearest two points.

    ``candidate[candidate_first[i]:candidate_first[i + 1]]`` are the right features to look at for left
    feature ``i``; ``metric[i]`` is k at y = 0 and its slope. ``right_position`` stays -1 where none lies
    within the radius; ``ends`` holds x, y of the left and of the right point, equal where they touch.
    """
    closest = np.empty(4)
    for i in range(begin, end):
        right_position[i] = -1
        best = within_m * within_m
        k0, slope = metric[i, 0], metric[i, 1]
        for place in range(candidate_first[i], candidate_first[i + 1]):
            j = candidate[place]
            middle = 0.5 * (left_feature_box[i, 1] + left_feature_box[i, 3])
            if _gap2(left_feature_box, i, right_feature_box, j, k0 + slope * middle) * 0.98 > best:
                continue
            found = _pair(
                left_xy, left_start, left_stop, left_box, left_chunk[i], left_chunk[i + 1],
                right_xy, right_start, right_stop, right_box, right_chunk[j], right_chunk[j + 1],
                k0, slope, best, closest,
            )  # fmt: skip
            if found > 0.0 and left_is_area:
                found = _if_inside(
                    right_xy, right_start, right_stop, right_chunk[j], right_chunk[j + 1],
                    left_xy, left_start, left_stop, left_box, left_chunk[i], left_chunk[i + 1], found, closest,
                )  # fmt: skip
            if found > 0.0 and right_is_area:
                found = _if_inside(
                    left_xy, left_start, left_stop, left_chunk[i], left_chunk[i + 1],
                    right_xy, right_start, right_stop, right_box, right_chunk[j], right_chunk[j + 1],
                    found, closest,
                )  # fmt: skip
            if found < best or (found == best and right_position[i] < 0):
                best = found
                right_position[i] = j
                ends[i] = closest
            if best == 0.0:
                break


@compiled
def _gap2(one_box: FloatArray, one: int, other_box: FloatArray, other: int, k: float) -> float:
    """Return the squared distance between two boxes, 0 where they meet."""
    dx = max(other_box[other, 0] - one_box[one, 2], one_box[one, 0] - other_box[other, 2], 0.0) / k
    dy = max(other_box[other, 1] - one_box[one, 3], one_box[one, 1] - other_box[other, 3], 0.0) * k
    return dx * dx + dy * dy


@compiled
def _pair(
    left_xy: FloatArray,
    left_start: IntArray,
    left_stop: IntArray,
    left_box: FloatArray,
    left_first: int,
    left_last: int,
    right_xy: FloatArray,
    right_start: IntArray,
    right_stop: IntArray,
    right_box: FloatArray,
    right_first: int,
    right_last: int,
    k0: float,
    slope: float,
    best: float,
    closest: FloatArray,
) -> float:
    """Return the squared distance of two boundaries, infinite when it is above ``best``."""
    answer = np.inf
    # The chunk with the nearest box goes first: its distance spares most of the others.
    first_gap, first = np.inf, right_first
    for b in range(right_first, right_last):
        for a in range(left_first, left_last):
            gap = _gap2(left_box, a, right_box, b, k0 + slope * right_box[b, 1])
            if gap < first_gap:
                first_gap, first = gap, b
    for turn in range(right_first - 1, right_last):
        b = first if turn < right_first else turn
        if turn == first:
            continue
        k = k0 + slope * 0.5 * (right_box[b, 1] + right_box[b, 3])
        for a in range(left_first, left_last):
            # A chunk may be long: k at its middle is a shade off at its ends.
            if _gap2(left_box, a, right_box, b, k) * 0.98 > best:
                continue
            for q in range(right_start[b], right_stop[b]):
                k_edge = k0 + slope * 0.5 * (right_xy[q, 1] + right_xy[q + 1, 1])
                for p in range(left_start[a], left_stop[a]):
                    found = _edges_apart(left_xy, p, right_xy, q, k_edge, best, closest)
                    if found <= best:
                        best = found
                        answer = found
                    if best == 0.0:
                        return 0.0
    return answer


@compiled
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


@compiled
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


@compiled
def _if_inside(
    inner_xy: FloatArray,
    inner_start: IntArray,
    inner_stop: IntArray,
    inner_first: int,
    inner_last: int,
    outer_xy: FloatArray,
    outer_start: IntArray,
    outer_stop: IntArray,
    outer_box: FloatArray,
    outer_first: int,
    outer_last: int,
    otherwise: float,
    closest: FloatArray,
) -> float:
    """Return 0 when a part of one feature lies in the other (their edges don't cross)."""
    for chunk in range(inner_first, inner_last):
        if chunk > inner_first and inner_start[chunk] == inner_stop[chunk - 1]:
            continue
        x, y = inner_xy[inner_start[chunk], 0], inner_xy[inner_start[chunk], 1]
        above = False
        for other in range(outer_first, outer_last):
            if outer_box[other, 0] > x or outer_box[other, 2] <= x or outer_box[other, 3] < y:
                continue
            for edge in range(outer_start[other], outer_stop[other]):
                x0, x1 = outer_xy[edge, 0], outer_xy[edge + 1, 0]
                if (x0 <= x) != (x1 <= x):
                    y0, y1 = outer_xy[edge, 1], outer_xy[edge + 1, 1]
                    if y0 + (x - x0) / (x1 - x0) * (y1 - y0) > y:
                        above = not above
        if above:
            closest[0] = closest[2] = x
            closest[1] = closest[3] = y
            return 0.0
    return otherwise
