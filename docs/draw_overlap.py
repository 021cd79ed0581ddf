"""Draw docs/images/overlap.svg: strips under edges, the lower of two edges, and what two polygons share.

Run with `python docs/draw_overlap.py`. The same version of Matplotlib draws the same bytes.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

PICTURE = Path(__file__).parent / "images" / "overlap.svg"
BLUE, RED, GREEN, GREY = "#2b6cb0", "#c05621", "#2f855a", "#718096"
A = np.array([(1.0, 2.0), (4.0, 1.0), (8.0, 2.5), (6.5, 6.0), (3.0, 5.0), (1.0, 2.0)])
B = np.array([(4.5, 3.0), (9.5, 3.5), (10.0, 6.5), (6.0, 7.0), (4.5, 3.0)])
Point = tuple[float, float]


def main() -> None:
    """Draw the three panels beside each other."""
    mpl.rcParams.update({"svg.hashsalt": "overlap", "svg.fonttype": "path", "font.size": 10})
    figure = Figure(figsize=(13.5, 4.6), layout="constrained")
    strips, lower, shared = figure.subplots(1, 3)
    _draw_strips(strips)
    _draw_lower_of_two(lower)
    _draw_shared(shared)
    figure.savefig(PICTURE, metadata={"Date": None})
    # Matplotlib ends some lines with blanks.
    lines = PICTURE.read_text(encoding="utf-8").splitlines()
    PICTURE.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8", newline="\n")


def _draw_strips(axes: Axes) -> None:
    """Show one polygon as strips: those under upper edges count +, those under lower edges −."""
    for (x0, y0), (x1, y1) in pairwise(A.tolist()):
        colour, sign = (BLUE, "+1") if x1 < x0 else (RED, "\N{MINUS SIGN}1")
        axes.fill([x0, x1, x1, x0], [y0, y1, 0, 0], facecolor=colour, alpha=0.13, edgecolor=colour)
        axes.annotate("", (x1, y1), (x0, y0), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2})
        outwards = np.array([y1 - y0, x0 - x1]) / np.hypot(x1 - x0, y1 - y0)
        at = np.array([x0 + x1, y0 + y1]) / 2 + 0.45 * outwards
        axes.text(*at, sign, color=colour, ha="center", va="center")
    axes.axhline(0, color=GREY, lw=1)
    axes.text(9.4, 0.15, "$y_0$", color=GREY)
    _finish(axes, "1  A polygon is a sum of strips under its edges")


def _draw_lower_of_two(axes: Axes) -> None:
    """Show what two strips share: what lies under the lower of their edges, where both run."""
    one, other = ((1.0, 5.5), (8.0, 2.0)), ((3.0, 2.0), (9.5, 6.0))
    x = np.array([3.0, _crossing(one, other)[0], 8.0])
    y = np.minimum(_at(one, x), _at(other, x))
    axes.fill([*x, 8.0, 3.0], [*y, 0, 0], facecolor=GREEN, alpha=0.25, edgecolor="none")
    for (start, stop), colour, name in ((one, BLUE, "a"), (other, RED, "b")):
        axes.plot([start[0], stop[0]], [start[1], stop[1]], color=colour, lw=2)
        for px, py in (start, stop):
            axes.plot([px, px], [0, py], color=colour, lw=0.8, ls=":")
        end = start if name == "a" else stop
        axes.text(end[0], end[1] + 0.2, f"edge {name}", color=colour, ha="center")
    axes.plot(x, y, color=GREEN, lw=5, alpha=0.7, solid_capstyle="round")
    axes.annotate(
        "the lower\nof the two", (x[1], y[1]), (5.6, 5.4), ha="center", color=GREEN,
        arrowprops={"arrowstyle": "->", "color": GREEN},
    )  # fmt: skip
    axes.plot([x[1], x[1]], [0, y[1]], color=GREEN, lw=1, ls="--")
    axes.text((x[0] + x[1]) / 2, 1.0, "under b", color=GREEN, ha="center")
    axes.text((x[1] + x[2]) / 2, 1.0, "under a", color=GREEN, ha="center")
    axes.annotate("", (8.0, -0.35), (3.0, -0.35), arrowprops={"arrowstyle": "<->", "color": GREY})
    axes.text(5.5, -0.85, "where both run", color=GREY, ha="center")
    axes.axhline(0, color=GREY, lw=1)
    _finish(axes, "2  Two strips share what is under the lower edge")


def _draw_shared(axes: Axes) -> None:
    """Show two polygons, the window of their boxes, and what is left when all the strips are summed."""
    first, second = shapely.Polygon(A), shapely.Polygon(B)
    for ring, colour, name, at in ((A, BLUE, "A", (2.3, 3.2)), (B, RED, "B", (8.6, 5.2))):
        axes.fill(*ring.T, facecolor=colour, alpha=0.1)
        axes.plot(*ring.T, color=colour, lw=2)
        axes.text(*at, name, color=colour, fontsize=14, ha="center")
    both = shapely.get_coordinates(first.intersection(second))
    axes.fill(*both.T, facecolor=GREEN, alpha=0.35)
    west, south = np.maximum(A.min(axis=0), B.min(axis=0))
    east, north = np.minimum(A.max(axis=0), B.max(axis=0))
    axes.plot([west, east, east, west, west], [south, south, north, north, south], color=GREY, lw=1, ls="--")
    axes.text(west - 0.1, north + 0.15, "window", color=GREY)
    axes.text(east + 0.15, south - 0.1, "$y_0$", color=GREY, va="top")
    axes.text(6.3, 4.5, "A ∩ B", color=GREEN, ha="center", va="center", fontsize=12)
    _finish(axes, "3  Summed over all pairs of edges: A ∩ B")


def _at(edge: tuple[Point, Point], x: np.ndarray) -> np.ndarray:
    (x0, y0), (x1, y1) = edge
    return y0 + (y1 - y0) / (x1 - x0) * (x - x0)


def _crossing(one: tuple[Point, Point], other: tuple[Point, Point]) -> Point:
    point = shapely.LineString(one).intersection(shapely.LineString(other))
    return point.x, point.y


def _finish(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=11)
    axes.set(xlim=(0, 10.6), ylim=(-1.1, 7.6), aspect="equal", xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


if __name__ == "__main__":
    main()
