r"""The ground two polygons share, from their edges alone: no overlay geometry is built.

**Formula.** Write a polygon as the signed sum of the strips that lie under its edges. With outer rings
counter-clockwise and holes clockwise, an edge run from right to left has its polygon below it (sign
:math:`s=+1`), one run from left to right has it above (:math:`s=-1`), and at almost every point

.. math:: 1_A(x, y) = \sum_{a \in A} s_a\, 1[\,x \in a,\ y < y_a(x)\,] .

The product of two such sums says where both polygons are. Integrated above a base line :math:`y_0`
below which they share nothing,

.. math:: |A \cap B| = \sum_{a \in A}\sum_{b \in B} s_a s_b \int_{a \cap b}
          \max\bigl(0,\ \min(y_a(x), y_b(x)) - y_0\bigr)\,dx .

Two edges over the same stretch of x are two straight lines, so each integral is one trapezoid, or two
where they cross. Nothing is asked of the form "is this point left of that edge": no answer can flip,
and the area is continuous in every coordinate. Touching, collinear and identical edges are no special
cases.

**Window.** Only the window that both boxes share counts: edges are cut to its left, right and lower
side, and whatever lies above it may be drawn at its upper side, because nothing shared reaches higher.

**Spans.** Edges come in chunks of consecutive ones (:class:`gis.edges.Edges`); the part of a chunk in
the window is a *span*: a path from ``ENTRY`` to ``EXIT`` with a box. If one span lies wholly above
another, the minimum is the lower one everywhere, and the upper span only says over which x it runs,
and which way: its many edges count as one. If the lower one lies wholly within that stretch, the area
under it is known beforehand. Only spans whose boxes meet are compared edge by edge.

**Error.** Each integral is exact to a few units in the last place of (window height × stretch), so the
result is within about :math:`2^{-50}` × window height × the summed stretches compared. Measured against
GEOS at Yangquan's coordinates: below 1e-9 of the overlap where that is at least 1 m², and below
1e-7 m² for neighbours that touch, which is why :data:`gis.overlap.NOISE_M2` is cut off.

**Valid input.** The formula needs a polygon whose signed sum is 0 or 1. :func:`self_overlaps` puts a
polygon's square :math:`\int 1_A^2` beside its area :math:`\int 1_A`: the two agree exactly then and
only then, so the kernel itself finds bow-ties, parts that overlap and holes outside their shell.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gis.compiled import compiled
from gis.equal_area import FloatArray

IntArray = npt.NDArray[np.int64]

LEFT, BOTTOM, RIGHT, TOP, UNDER, ENTRY, EXIT = range(7)
"""Columns of a span: its box, twice the signed area under its edges, where its path begins and ends."""
X, Y, X_END, SLOPE, SIGN = range(5)
"""Columns of an edge: its left end, the x of its right end, its slope and its sign."""


@compiled
def overlaps(
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
    left_position: IntArray,
    right_position: IntArray,
    area_m2: FloatArray,
    begin: int,
    end: int,
) -> None:
    """Fill ``area_m2[begin:end]`` with the ground shared by each pair of positions."""
    window = np.empty(4)
    left_spans, left_ranges, left_edges = np.empty((64, 7)), np.empty((64, 2), np.int64), np.empty((1024, 5))
    right_spans, right_ranges, right_edges = np.empty((64, 7)), np.empty((64, 2), np.int64), np.empty((1024, 5))
    for pair in range(begin, end):
        i, j = left_position[pair], right_position[pair]
        area_m2[pair] = 0.0
        window[0] = max(left_feature_box[i, 0], right_feature_box[j, 0])
        window[1] = max(left_feature_box[i, 1], right_feature_box[j, 1])
        window[2] = min(left_feature_box[i, 2], right_feature_box[j, 2])
        window[3] = min(left_feature_box[i, 3], right_feature_box[j, 3])
        if window[2] <= window[0] or window[3] <= window[1]:
            continue
        chunks, edges = _size(left_start, left_stop, left_box, left_chunk[i], left_chunk[i + 1], window)
        if chunks > len(left_spans):
            left_spans, left_ranges = np.empty((2 * chunks, 7)), np.empty((2 * chunks, 2), np.int64)
        if edges > len(left_edges):
            left_edges = np.empty((2 * edges, 5))
        chunks, edges = _size(right_start, right_stop, right_box, right_chunk[j], right_chunk[j + 1], window)
        if chunks > len(right_spans):
            right_spans, right_ranges = np.empty((2 * chunks, 7)), np.empty((2 * chunks, 2), np.int64)
        if edges > len(right_edges):
            right_edges = np.empty((2 * edges, 5))
        left_count = _cut(
            left_xy, left_start, left_stop, left_box, left_chunk[i], left_chunk[i + 1],
            window, left_spans, left_ranges, left_edges,
        )  # fmt: skip
        right_count = _cut(
            right_xy, right_start, right_stop, right_box, right_chunk[j], right_chunk[j + 1],
            window, right_spans, right_ranges, right_edges,
        )  # fmt: skip
        area_m2[pair] = _shared(
            left_spans, left_ranges, left_edges, left_count,
            right_spans, right_ranges, right_edges, right_count, False,
        )  # fmt: skip


@compiled
def self_overlaps(
    xy: FloatArray,
    start: IntArray,
    stop: IntArray,
    box: FloatArray,
    chunk: IntArray,
    feature_box: FloatArray,
    positions: IntArray,
    square_m2: FloatArray,
    begin: int,
    end: int,
) -> None:
    """Fill ``square_m2[begin:end]`` with the integral of the squared signed sum of each polygon."""
    spans, ranges, edges = np.empty((64, 7)), np.empty((64, 2), np.int64), np.empty((1024, 5))
    for place in range(begin, end):
        i = positions[place]
        window = feature_box[i]
        chunk_count, edge_count = _size(start, stop, box, chunk[i], chunk[i + 1], window)
        if chunk_count > len(spans):
            spans, ranges = np.empty((2 * chunk_count, 7)), np.empty((2 * chunk_count, 2), np.int64)
        if edge_count > len(edges):
            edges = np.empty((2 * edge_count, 5))
        count = _cut(xy, start, stop, box, chunk[i], chunk[i + 1], window, spans, ranges, edges)
        square_m2[place] = _shared(spans, ranges, edges, count, spans, ranges, edges, count, True)


@compiled
def _size(
    start: IntArray, stop: IntArray, box: FloatArray, first: int, last: int, window: FloatArray
) -> tuple[int, int]:
    """Return how many chunks and edges of a polygon may stand in a window."""
    chunks = 0
    edges = 0
    for chunk in range(first, last):
        if box[chunk, 2] > window[0] and box[chunk, 0] < window[2] and box[chunk, 3] > window[1]:
            chunks += 1
            edges += stop[chunk] - start[chunk]
    return chunks, edges


@compiled
def _cut(
    xy: FloatArray,
    start: IntArray,
    stop: IntArray,
    box: FloatArray,
    first: int,
    last: int,
    window: FloatArray,
    spans: FloatArray,
    ranges: IntArray,
    edges: FloatArray,
) -> int:
    """Write the part of a polygon that stands in a window as spans, in the window's own coordinates.

    ``ranges`` holds the first edge of each span and the one after its last. Return the number of spans.
    """
    west, south = window[0], window[1]
    width, height = window[2] - west, window[3] - south
    count = 0
    edge = 0
    chunk = first
    while chunk < last:
        if box[chunk, 2] <= west or box[chunk, 0] >= window[2] or box[chunk, 3] <= south:
            chunk += 1
            continue
        ranges[count, 0] = edge
        entry = min(max(xy[start[chunk], 0] - west, 0.0), width)
        if box[chunk, 1] >= window[3]:
            # A run of chunks above the window: one level edge along its upper side.
            end = stop[chunk]
            chunk += 1
            while chunk < last and start[chunk] == end and box[chunk, 1] >= window[3]:
                end = stop[chunk]
                chunk += 1
            leave = min(max(xy[end, 0] - west, 0.0), width)
            if entry == leave:
                continue
            edges[edge, X], edges[edge, Y] = min(entry, leave), height
            edges[edge, X_END], edges[edge, SLOPE] = max(entry, leave), 0.0
            edges[edge, SIGN] = 1.0 if leave < entry else -1.0
            spans[count, LEFT], spans[count, RIGHT] = edges[edge, X], edges[edge, X_END]
            spans[count, BOTTOM] = spans[count, TOP] = height
            spans[count, UNDER] = 2.0 * height * (entry - leave)
            edge += 1
        else:
            under = 0.0
            for vertex in range(start[chunk], stop[chunk]):
                if _cut_edge(xy, vertex, west, south, width, edges, edge):
                    x, y, x_end = edges[edge, X], edges[edge, Y], edges[edge, X_END]
                    under += edges[edge, SIGN] * (2.0 * y + edges[edge, SLOPE] * (x_end - x)) * (x_end - x)
                    edge += 1
            leave = min(max(xy[stop[chunk], 0] - west, 0.0), width)
            spans[count, LEFT] = max(box[chunk, 0] - west, 0.0)
            spans[count, RIGHT] = min(box[chunk, 2] - west, width)
            spans[count, BOTTOM] = box[chunk, 1] - south
            spans[count, TOP] = box[chunk, 3] - south
            spans[count, UNDER] = under
            chunk += 1
        spans[count, ENTRY], spans[count, EXIT] = entry, leave
        ranges[count, 1] = edge
        count += 1
    return count


@compiled
def _cut_edge(
    xy: FloatArray, vertex: int, west: float, south: float, width: float, edges: FloatArray, edge: int
) -> bool:
    """Write the part of one edge over the window's lower side; return whether anything of it is there."""
    x, x_end = xy[vertex, 0] - west, xy[vertex + 1, 0] - west
    y, y_end = xy[vertex, 1] - south, xy[vertex + 1, 1] - south
    sign = -1.0
    if x > x_end:
        x, x_end, y, y_end, sign = x_end, x, y_end, y, 1.0
    if x_end <= 0.0 or x >= width or x == x_end or (y <= 0.0 and y_end <= 0.0):
        return False
    slope = (y_end - y) / (x_end - x)
    if y < 0.0:
        x, y = x - y / slope, 0.0
    elif y_end < 0.0:
        x_end = x - y / slope
    if x < 0.0:
        x, y = 0.0, y - slope * x
    x_end = min(x_end, width)
    if x_end <= x:
        return False
    edges[edge, X], edges[edge, Y], edges[edge, X_END] = x, max(y, 0.0), x_end
    edges[edge, SLOPE], edges[edge, SIGN] = slope, sign
    return True


@compiled
def _shared(
    left_spans: FloatArray,
    left_ranges: IntArray,
    left_edges: FloatArray,
    left_count: int,
    right_spans: FloatArray,
    right_ranges: IntArray,
    right_edges: FloatArray,
    right_count: int,
    same: bool,
) -> float:
    """Return the shared ground of two cut polygons; of one with itself, each pair of spans counts double."""
    twice = 0.0
    lost = 0.0
    for a in range(left_count):
        for b in range(a if same else 0, right_count):
            if left_spans[a, RIGHT] <= right_spans[b, LEFT] or right_spans[b, RIGHT] <= left_spans[a, LEFT]:
                continue
            if left_spans[a, BOTTOM] >= right_spans[b, TOP]:
                term = _run_above(
                    right_spans, right_ranges, right_edges, b, left_spans[a, ENTRY], left_spans[a, EXIT]
                )
            elif right_spans[b, BOTTOM] >= left_spans[a, TOP]:
                term = _run_above(
                    left_spans, left_ranges, left_edges, a, right_spans[b, ENTRY], right_spans[b, EXIT]
                )
            elif same and a == b:
                term = _span_with_itself(left_edges, left_ranges[a, 0], left_ranges[a, 1])
            else:
                term = 0.0
                for edge in range(left_ranges[a, 0], left_ranges[a, 1]):
                    term += _edge_and_span(left_edges, edge, right_spans, right_ranges, right_edges, b)
            if same and b > a:
                term *= 2.0
            # Neumaier's sum: what an addition rounds away is kept and given back at the end.
            total = twice + term
            lost += (twice - total) + term if abs(twice) >= abs(term) else (term - total) + twice
            twice = total
    return 0.5 * (twice + lost)


@compiled
def _span_with_itself(edges: FloatArray, first: int, last: int) -> float:
    """Return twice the ground under the lower of every two edges of one span."""
    twice = 0.0
    for edge in range(first, last):
        width = edges[edge, X_END] - edges[edge, X]
        twice += (2.0 * edges[edge, Y] + edges[edge, SLOPE] * width) * width
        for other in range(edge + 1, last):
            if edges[other, X] < edges[edge, X_END] and edges[edge, X] < edges[other, X_END]:
                sign = edges[edge, SIGN] * edges[other, SIGN]
                twice += 2.0 * sign * _lower_of_two(edges, edge, edges, other)
    return twice


@compiled
def _run_above(
    spans: FloatArray, ranges: IntArray, edges: FloatArray, span: int, entry: float, leave: float
) -> float:
    """Return twice the ground under a span, where a path that lies above it runs from entry to leave."""
    low, high, sign = entry, leave, -1.0
    if leave < entry:
        low, high, sign = leave, entry, 1.0
    if high <= spans[span, LEFT] or low >= spans[span, RIGHT]:
        return 0.0
    if low <= spans[span, LEFT] and high >= spans[span, RIGHT]:
        return sign * spans[span, UNDER]
    return sign * _under(edges, ranges[span, 0], ranges[span, 1], low, high)


@compiled
def _under(edges: FloatArray, first: int, last: int, low: float, high: float) -> float:
    """Return twice the signed ground under some edges between two x."""
    twice = 0.0
    for edge in range(first, last):
        begin, end = max(low, edges[edge, X]), min(high, edges[edge, X_END])
        if begin < end:
            level = 2.0 * edges[edge, Y] + edges[edge, SLOPE] * (begin + end - 2.0 * edges[edge, X])
            twice += edges[edge, SIGN] * level * (end - begin)
    return twice


@compiled
def _edge_and_span(
    edges: FloatArray, edge: int, spans: FloatArray, ranges: IntArray, span_edges: FloatArray, span: int
) -> float:
    """Return twice the signed ground under the lower of an edge and a span whose boxes meet."""
    x, y, x_end, slope = edges[edge, X], edges[edge, Y], edges[edge, X_END], edges[edge, SLOPE]
    begin, end = max(x, spans[span, LEFT]), min(x_end, spans[span, RIGHT])
    if end <= begin:
        return 0.0
    y_begin, y_end = y + slope * (begin - x), y + slope * (end - x)
    first, last = ranges[span, 0], ranges[span, 1]
    if spans[span, TOP] <= min(y_begin, y_end):
        if x <= spans[span, LEFT] and x_end >= spans[span, RIGHT]:
            return edges[edge, SIGN] * spans[span, UNDER]
        return edges[edge, SIGN] * _under(span_edges, first, last, begin, end)
    if spans[span, BOTTOM] >= max(y_begin, y_end):
        enter = min(max(spans[span, ENTRY], begin), end)
        leave = min(max(spans[span, EXIT], begin), end)
        return edges[edge, SIGN] * (2.0 * y + slope * (enter + leave - 2.0 * x)) * (enter - leave)
    twice = 0.0
    for other in range(first, last):
        twice += span_edges[other, SIGN] * _lower_of_two(edges, edge, span_edges, other)
    return edges[edge, SIGN] * twice


@compiled
def _lower_of_two(edges: FloatArray, one: int, others: FloatArray, other: int) -> float:
    """Return twice the ground under the lower of two edges, over the x both run over."""
    begin, end = max(edges[one, X], others[other, X]), min(edges[one, X_END], others[other, X_END])
    if end <= begin:
        return 0.0
    one_begin = edges[one, Y] + edges[one, SLOPE] * (begin - edges[one, X])
    one_end = edges[one, Y] + edges[one, SLOPE] * (end - edges[one, X])
    other_begin = others[other, Y] + others[other, SLOPE] * (begin - others[other, X])
    other_end = others[other, Y] + others[other, SLOPE] * (end - others[other, X])
    at_begin, at_end = one_begin - other_begin, one_end - other_end
    if at_begin <= 0.0 and at_end <= 0.0:
        level = one_begin + one_end
    elif at_begin >= 0.0 and at_end >= 0.0:
        level = other_begin + other_end
    elif at_begin > 0.0:
        level = one_begin + one_end - at_begin * at_begin / (at_begin - at_end)
    else:
        level = one_begin + one_end - at_end * at_end / (at_end - at_begin)
    return level * (end - begin)
