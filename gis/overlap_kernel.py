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
side, and whatever lies above it may be drawn at its upper side, because nothing shared reaches higher:
a path up there is one level edge. If the box of one polygon is the window, and the other has no edge
inside and covers the whole width or none of it, all is shared or nothing.

**Spans.** Edges come in chunks of consecutive ones (:class:`gis.edges.Edges`); the part of a chunk in
the window is a *span*: a path from ``ENTRY`` to ``EXIT`` with a box. If one span lies wholly above
another, the minimum is the lower one everywhere, and the upper span only says over which x it runs,
and which way: its many edges count as one. If the lower one lies wholly within that stretch, the area
under it is known beforehand. Only spans whose boxes meet are compared edge by edge.

**Error.** Each integral is exact to a few units in the last place of (window height × stretch), so the
result is within about :math:`2^{-50}` × window height × the summed stretches compared. Measured against
GEOS at Yangquan's coordinates: below 1e-9 of the overlap where that is at least 1 m² and 1 mm wide, and
below 1e-7 m² for neighbours that touch, which is why :data:`gis.overlap.NOISE_M2` is cut off.

**Valid input.** The formula needs a polygon whose signed sum is 0 or 1. :func:`self_overlaps` puts a
polygon's square :math:`\int 1_A^2` beside its area :math:`\int 1_A`: the two agree exactly then and
only then, so the kernel itself finds bow-ties, parts that overlap and holes outside their shell.
"""

from __future__ import annotations

from gis.compiled import compiled_in_place
from gis.edges import Arrays, IntArray
from gis.equal_area import FloatArray
from gis.overlap_room import Cut, Window

LEFT, BOTTOM, RIGHT, TOP, UNDER, ENTRY, EXIT = range(7)
"""Columns of a span (``Cut.spans``): its box, twice the signed area under its edges, where its path begins and ends."""
X, Y, X_END, SLOPE, SIGN = range(5)
"""Columns of an edge (``Cut.edges``): its left end, the x of its right end, its slope and its sign."""
ROUNDING = 1e-15
"""What a sum of a few lengths may be off by, as a share of it."""


@compiled_in_place
def overlaps(
    left: Arrays,
    right: Arrays,
    left_position: IntArray,
    right_position: IntArray,
    left_cut: Cut,
    right_cut: Cut,
    area_m2: FloatArray,
) -> None:
    """Fill ``area_m2`` with the ground shared by each pair of positions; the cuts are room to work in."""
    for pair in range(len(area_m2)):
        i, j = left_position[pair], right_position[pair]
        window = Window(
            max(left.feature_box[i, 0], right.feature_box[j, 0]),
            max(left.feature_box[i, 1], right.feature_box[j, 1]),
            min(left.feature_box[i, 2], right.feature_box[j, 2]),
            min(left.feature_box[i, 3], right.feature_box[j, 3]),
        )
        area_m2[pair] = 0.0
        if window.east <= window.west or window.north <= window.south:
            continue
        whole = -1.0
        if _fills(window, left.feature_box, i):
            right_count = _cut(right, j, window, right_cut)
            whole = left.feature_m2[i] * _winding(right_cut, right_count, window)
            left_count = _cut(left, i, window, left_cut) if whole < 0.0 else 0
        else:
            left_count = _cut(left, i, window, left_cut)
            if _fills(window, right.feature_box, j):
                whole = right.feature_m2[j] * _winding(left_cut, left_count, window)
            right_count = _cut(right, j, window, right_cut) if whole < 0.0 else 0
        if whole >= 0.0:
            area_m2[pair] = whole
            continue
        area_m2[pair] = _shared(left_cut, left_count, right_cut, right_count, False)


@compiled_in_place
def self_overlaps(polygons: Arrays, positions: IntArray, cut: Cut, square_m2: FloatArray) -> None:
    """Fill ``square_m2`` with the integral of the squared signed sum of each polygon."""
    box = polygons.feature_box
    for place in range(len(square_m2)):
        i = positions[place]
        window = Window(box[i, 0], box[i, 1], box[i, 2], box[i, 3])
        count = _cut(polygons, i, window, cut)
        square_m2[place] = _shared(cut, count, cut, count, True)


@compiled_in_place
def _fills(window: Window, box: FloatArray, i: int) -> bool:
    """Whether a polygon's box is the window, so that all of the polygon stands in it."""
    return bool(
        window.west == box[i, 0]
        and window.south == box[i, 1]
        and window.east == box[i, 2]
        and window.north == box[i, 3]
    )


@compiled_in_place
def _winding(cut: Cut, count: int, window: Window) -> float:
    """Return 1 for a window wholly in a polygon, 0 for one out of it, -1 where an edge lies inside.

    An upright edge is none of the edges of a cut; it shows in that only part of the width is covered.
    """
    edges = cut.edges
    height = window.north - window.south
    run = 0.0
    for edge in range(cut.ranges[count - 1, 1] if count else 0):
        if edges[edge, Y] < height or edges[edge, SLOPE] != 0.0:
            return -1.0
        run += edges[edge, SIGN] * (edges[edge, X_END] - edges[edge, X])
    covered_share = run / (window.east - window.west)
    if abs(covered_share) <= ROUNDING:
        return 0.0
    return 1.0 if abs(covered_share - 1.0) <= ROUNDING else -1.0


@compiled_in_place
def _cut(polygons: Arrays, i: int, window: Window, cut: Cut) -> int:
    """Write the part of a polygon that stands in a window as spans; return how many."""
    xy, box, spans = polygons.xy, polygons.box, cut.spans
    width, height = window.east - window.west, window.north - window.south
    count = 0
    edge = 0
    chunk = polygons.chunk[i]
    last = polygons.chunk[i + 1]
    while chunk < last:
        west, south, east, north = box[chunk, 0], box[chunk, 1], box[chunk, 2], box[chunk, 3]
        start, stop = polygons.start[chunk], polygons.stop[chunk]
        chunk += 1
        if east <= window.west or west >= window.east or north <= window.south:
            continue
        span = spans[count]
        cut.ranges[count, 0] = edge
        span[LEFT], span[RIGHT] = max(west - window.west, 0.0), min(east - window.west, width)
        span[BOTTOM], span[TOP] = south - window.south, north - window.south
        if south >= window.north:
            while chunk < last and polygons.start[chunk] == stop and box[chunk, 1] >= window.north:
                stop = polygons.stop[chunk]
                chunk += 1
            edge = _level(
                xy[start, 0] - window.west, xy[stop, 0] - window.west, width, height, cut, edge, span
            )
            span[LEFT], span[RIGHT] = cut.edges[edge - 1, X], cut.edges[edge - 1, X_END]
            span[BOTTOM] = span[TOP] = height
        elif west >= window.west and south >= window.south and east <= window.east and north <= window.north:
            edge = _whole(xy, start, stop, window, cut, edge, span)
        else:
            edge = _clipped(xy, start, stop, window, cut, edge, span)
        if edge == cut.ranges[count, 0]:
            continue
        cut.ranges[count, 1] = edge
        span[ENTRY] = min(max(xy[start, 0] - window.west, 0.0), width)
        span[EXIT] = min(max(xy[stop, 0] - window.west, 0.0), width)
        count += 1
    return count


@compiled_in_place
def _whole(
    xy: FloatArray, start: int, stop: int, window: Window, cut: Cut, edge: int, span: FloatArray
) -> int:
    """Write a chunk that lies in the window with all its edges; return where the next ones go."""
    west, south = window.west, window.south
    edges = cut.edges
    under = 0.0
    x, y = xy[start, 0] - west, xy[start, 1] - south
    for vertex in range(start, stop):
        x_next, y_next = xy[vertex + 1, 0] - west, xy[vertex + 1, 1] - south
        forth = x < x_next
        edges[edge, X], edges[edge, X_END] = min(x, x_next), max(x, x_next)
        edges[edge, Y], edges[edge, SIGN] = (y, -1.0) if forth else (y_next, 1.0)
        edges[edge, SLOPE] = (y_next - y) / (x_next - x)
        under += (x - x_next) * (y + y_next)
        edge += x != x_next
        x, y = x_next, y_next
    span[UNDER] = under
    return edge


@compiled_in_place
def _clipped(
    xy: FloatArray, start: int, stop: int, window: Window, cut: Cut, edge: int, span: FloatArray
) -> int:
    """Write the part of a chunk that stands in the window; return where the next edges go."""
    west, south = window.west, window.south
    width, height = window.east - west, window.north - south
    edges = cut.edges
    under = 0.0
    vertex = start
    while vertex < stop:
        end = vertex
        while end < stop and xy[end, 1] >= window.north and xy[end + 1, 1] >= window.north:
            end += 1
        if end > vertex:
            edge = _level(xy[vertex, 0] - west, xy[end, 0] - west, width, height, cut, edge, span)
            under += span[UNDER]
            vertex = end
            continue
        if _cut_edge(xy, vertex, west, south, width, edges, edge):
            length = edges[edge, X_END] - edges[edge, X]
            under += edges[edge, SIGN] * (2.0 * edges[edge, Y] + edges[edge, SLOPE] * length) * length
            edge += 1
        vertex += 1
    span[UNDER] = under
    return edge


@compiled_in_place
def _level(
    entry: float, leave: float, width: float, height: float, cut: Cut, edge: int, span: FloatArray
) -> int:
    """Write a path above the window as one edge along its upper side; return where the next ones go."""
    entry, leave = min(max(entry, 0.0), width), min(max(leave, 0.0), width)
    edges = cut.edges
    edges[edge, X], edges[edge, Y] = min(entry, leave), height
    edges[edge, X_END], edges[edge, SLOPE] = max(entry, leave), 0.0
    edges[edge, SIGN] = 1.0 if leave < entry else -1.0
    span[UNDER] = 2.0 * height * (entry - leave)
    return edge if entry == leave else edge + 1


@compiled_in_place
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


@compiled_in_place
def _shared(left: Cut, left_count: int, right: Cut, right_count: int, same: bool) -> float:
    """Return the shared ground of two cut polygons; of one with itself, each pair of spans counts double."""
    ours, theirs = left.spans, right.spans
    total = 0.0
    lost = 0.0
    for a in range(left_count):
        twice = 0.0
        for b in range(a if same else 0, right_count):
            if ours[a, RIGHT] <= theirs[b, LEFT] or theirs[b, RIGHT] <= ours[a, LEFT]:
                continue
            if ours[a, BOTTOM] >= theirs[b, TOP]:
                term = _run_above(right, b, ours[a, ENTRY], ours[a, EXIT])
            elif theirs[b, BOTTOM] >= ours[a, TOP]:
                term = _run_above(left, a, theirs[b, ENTRY], theirs[b, EXIT])
            elif same and a == b:
                term = _span_with_itself(left.edges, left.ranges[a, 0], left.ranges[a, 1])
            else:
                term = _crossing(left, a, right, b)
            twice += 2.0 * term if same and b > a else term
        # Neumaier's sum: what an addition rounds away is kept and given back at the end.
        new = total + twice
        lost += (total - new) + twice if abs(total) >= abs(twice) else (twice - new) + total
        total = new
    return 0.5 * (total + lost)


@compiled_in_place
def _crossing(left: Cut, a: int, right: Cut, b: int) -> float:
    """Return twice the ground under the lower of two spans whose boxes meet, edge by edge."""
    edges, others = left.edges, right.edges
    west, east = right.spans[b, LEFT], right.spans[b, RIGHT]
    bottom, top = right.spans[b, BOTTOM], right.spans[b, TOP]
    twice = 0.0
    for edge in range(left.ranges[a, 0], left.ranges[a, 1]):
        begin, end = max(edges[edge, X], west), min(edges[edge, X_END], east)
        if begin >= end:
            continue
        y_begin = edges[edge, Y] + edges[edge, SLOPE] * (begin - edges[edge, X])
        y_end = edges[edge, Y] + edges[edge, SLOPE] * (end - edges[edge, X])
        if top <= min(y_begin, y_end):
            # The span lies below the edge: whole, or cut off at the edge's ends.
            under = right.spans[b, UNDER] if begin == west and end == east else _under(right, b, begin, end)
        elif bottom >= max(y_begin, y_end):
            # The span lies above the edge: it only says over which x it runs, and which way.
            enter = min(max(right.spans[b, ENTRY], begin), end)
            leave = min(max(right.spans[b, EXIT], begin), end)
            middle = 0.5 * (enter + leave) - edges[edge, X]
            under = 2.0 * (edges[edge, Y] + edges[edge, SLOPE] * middle) * (enter - leave)
        else:
            under = 0.0
            for other in range(right.ranges[b, 0], right.ranges[b, 1]):
                if others[other, X] < end and begin < others[other, X_END]:
                    under += others[other, SIGN] * _lower_of_two(edges, edge, others, other)
        twice += edges[edge, SIGN] * under
    return twice


@compiled_in_place
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


@compiled_in_place
def _run_above(cut: Cut, span: int, entry: float, leave: float) -> float:
    """Return twice the ground under a span, where a path that lies above it runs from entry to leave."""
    low, high, sign = entry, leave, -1.0
    if leave < entry:
        low, high, sign = leave, entry, 1.0
    if high <= cut.spans[span, LEFT] or low >= cut.spans[span, RIGHT]:
        return 0.0
    if low <= cut.spans[span, LEFT] and high >= cut.spans[span, RIGHT]:
        return float(sign * cut.spans[span, UNDER])
    return sign * _under(cut, span, low, high)


@compiled_in_place
def _under(cut: Cut, span: int, low: float, high: float) -> float:
    """Return twice the signed ground under a span between two x."""
    edges = cut.edges
    twice = 0.0
    for edge in range(cut.ranges[span, 0], cut.ranges[span, 1]):
        begin, end = max(low, edges[edge, X]), min(high, edges[edge, X_END])
        if begin < end:
            level = 2.0 * edges[edge, Y] + edges[edge, SLOPE] * (begin + end - 2.0 * edges[edge, X])
            twice += edges[edge, SIGN] * level * (end - begin)
    return twice


@compiled_in_place
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
    return float(level * (end - begin))
