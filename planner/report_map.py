"""A map of one site for paper: what was found by verdict, the projected grid, a scale bar, north."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.text import Text as Label

from gis.equal_area import FloatArray, GeometryArray
from gis.errors import Language, Text
from gis.projection import gauss_kruger_epsg
from planner import chart_font, texts, verdict_symbols
from planner.result import SiteResult
from planner.verdict_symbols import SYMBOLS, VerdictSymbol
from zoning.statement import CLEAR

WIDTH_CM = 15.0
_SIZE_INCHES = (6.3, 4.7)
_DPI = 180
_MARGIN_SHARE = 0.12
_DRAWN_SHARE = 1 / 1500
"""Lines are thinned to this share of the map's width, half a dot of the picture."""
_TOO_SMALL_SHARE, _MOST_RINGED = 0.012, 30
_LEAST_SPAN_M = 60.0
_SITE_LINE, _REST_LINE = "#000000", "#08306b"
_SITE = Text("项目范围", "boundary of the site")
_REST = Text("避让后剩余范围", "what remains after avoidance")
_SMALL = Text("圆圈：面积太小而不易看出之处", "circle: ground too small to be seen")
_WIDENED = Text("狭长范围为看清而加宽绘制，宽度不按比例", "narrow ground is drawn wider than to scale")
_DENSITY = 3
_NARROW_SHARE, _LONG = 0.014, 8.0
"""A parcel many times as long as wide, and narrower than this share of the map's width, is drawn that much wider."""
_MOST_THICK, _THIN = 50, 0.3
"""Of more parcels than this the outlines are thin."""


@dataclass(frozen=True, eq=False, slots=True)
class _Ground:
    """Ground drawn with one symbol, metres of the grid."""

    symbol: VerdictSymbol
    geometry: GeometryArray


def grid_epsg(site: SiteResult) -> int:
    """Return the CGCS2000 3-degree Gauss–Krüger zone of a site, with the zone's number in its eastings."""
    west, _, east, _ = site.site.parcels.total_bounds
    return gauss_kruger_epsg("CGCS2000", 3, round((west + east) / 2 / 3), prefixed=True)


def draw(site: SiteResult, language: Language, *, illustrative: bool) -> bytes:
    """Return the map of a site as PNG, the same bytes for the same site, matplotlib and font.

    The ground of each finding is drawn as on the app's map: what is not assessed below, the worst on top.

    Raises
    ------
    InputError
        When no font of the system holds the text.
    """
    epsg = grid_epsg(site)
    parcels = _on_grid(site.site.parcels.geometry.to_numpy(), epsg)
    extent = _extent(parcels)
    span = extent[2] - extent[0]
    wider_m = _wider_m(parcels, span)
    grounds = _grounds(site, epsg, pd.Series(wider_m, index=site.site.parcels.index))
    figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    drawn = [_draw_ground(axes, ground, span, language) for ground in grounds]
    small = [ground for ground in grounds if _draw_small(axes, ground, span)]
    remarks = [*([_SMALL] if small else []), *([_WIDENED] if wider_m.any() else [])]
    outlines = _draw_outlines(axes, site, _widened(parcels, wider_m), epsg, span, language)
    _frame(axes, extent)
    _scale_bar(axes, extent, language)
    _north(axes)
    axes.set_xlabel(_grid_words(epsg, language), fontsize=6.5)
    said = "；" if language == "zh" else "; "
    axes.set_title(said.join(text.said(language) for text in remarks), fontsize=6.5, loc="left")
    legend = [*outlines, *reversed(drawn)]
    figure.legend(handles=legend, loc="outside lower center", ncols=3, fontsize=7, frameon=False)
    if illustrative:
        figure.suptitle(texts.ILLUSTRATIVE_WARNING.said(language), fontsize=7.5, color="#9e1b1b")
    return _png(figure)


def _draw_outlines(
    axes: Any, site: SiteResult, parcels: GeometryArray, epsg: int, span: float, language: Language
) -> list[Patch]:
    """Draw the parcels' boundaries, and what remains of those that prohibited ground takes a part of."""
    thin = _THIN if len(parcels) > _MOST_THICK else 1.0
    cut = site.parcels[(site.parcels["prohibited_m2"] > 0) & (site.parcels["remaining_m2"] > 0)]
    rest = _on_grid(cut.geometry.to_numpy(), epsg)
    legend = []
    for geometries, title, colour, width, style in (
        (parcels, _SITE, _SITE_LINE, 1.6, "-"),
        (rest, _REST, _REST_LINE, 2.0, "--"),
    ):
        if len(geometries):
            look: dict[str, Any] = {"edgecolor": colour, "linestyle": style, "fill": False}
            axes.add_patch(PathPatch(_path(geometries, span), linewidth=width * thin, **look))
            legend.append(Patch(linewidth=width, label=title.said(language), **look))
    return legend


def _on_grid(geometries: GeometryArray, epsg: int) -> GeometryArray:
    transformer = pyproj.Transformer.from_crs(4490, epsg, always_xy=True)
    made: GeometryArray = shapely.transform(
        geometries, lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1]))
    )
    return made


def _wider_m(parcels: GeometryArray, span: float) -> FloatArray:
    """Return by how much each parcel is widened on every side: corridors would be but a line on the map."""
    half_outline_m = shapely.length(parcels) / 2
    width_m = shapely.area(parcels) / half_outline_m
    is_corridor = (width_m < span * _NARROW_SHARE) & (half_outline_m > _LONG * width_m)
    wider: FloatArray = np.where(is_corridor, span * _NARROW_SHARE / 2, 0.0)
    return wider


def _widened(geometries: GeometryArray, wider_m: FloatArray) -> GeometryArray:
    if not wider_m.any():
        return geometries
    made: GeometryArray = np.where(
        wider_m > 0, shapely.buffer(geometries, wider_m, quad_segs=2, cap_style="flat"), geometries
    )
    return made


def _grounds(site: SiteResult, epsg: int, wider_m: pd.Series[float]) -> list[_Ground]:
    """Return the ground of all findings by symbol, what is drawn first at the front.

    Parameters
    ----------
    wider_m
        By parcel.
    """
    found = site.findings[(site.findings["state"] != CLEAR) & ~site.findings.geometry.is_empty]
    codes = np.array(
        [
            verdict_symbols.code_of(*row)
            for row in found[["state", "standing", "verdict"]].itertuples(index=False)
        ],
        dtype=object,
    )
    geometry = _widened(
        _on_grid(found.geometry.to_numpy(), epsg), wider_m.loc[found["parcel"]].to_numpy(dtype=float)
    )
    return [
        _Ground(symbol, geometry[codes == symbol.code])
        for symbol in reversed(SYMBOLS)
        if (codes == symbol.code).any()
    ]


def _extent(parcels: GeometryArray) -> tuple[float, float, float, float]:
    """Return the map's west, south, east, north: the site with a margin, in the shape of the page."""
    west, south, east, north = shapely.total_bounds(parcels)
    wide = max(east - west, 1.45 * (north - south), _LEAST_SPAN_M) * (1 + 2 * _MARGIN_SHARE)
    high = wide / 1.45
    x, y = (west + east) / 2, (south + north) / 2
    return float(x - wide / 2), float(y - high / 2), float(x + wide / 2), float(y + high / 2)


def _path(geometries: GeometryArray, span: float) -> Path:
    """Return polygons as one path of rings."""
    rings = shapely.get_rings(shapely.get_parts(shapely.simplify(geometries, span * _DRAWN_SHARE)))
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Path.LINETO, dtype=np.uint8)
    codes[np.flatnonzero(np.diff(of_ring, prepend=-1))] = Path.MOVETO
    codes[np.flatnonzero(np.diff(of_ring, append=len(rings)))] = Path.CLOSEPOLY
    return Path(points, codes)


def _draw_ground(axes: Any, ground: _Ground, span: float, language: Language) -> Patch:
    symbol = ground.symbol
    look: dict[str, Any] = {
        "facecolor": symbol.fill,
        "edgecolor": symbol.line,
        "hatch": symbol.hatch * _DENSITY,
        "linewidth": 0.6,
        "linestyle": "--" if symbol.dashed else "-",
    }
    if not shapely.is_empty(ground.geometry).all():
        axes.add_patch(PathPatch(_path(ground.geometry, span), **look))
    return Patch(label=verdict_symbols.title(symbol.code).said(language), **look)


def _draw_small(axes: Any, ground: _Ground, span: float) -> bool:
    """Ring what is too small to be seen, where that is a few; return whether anything was ringed."""
    bounds = shapely.bounds(ground.geometry)
    size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    small = size < span * _TOO_SMALL_SHARE
    if not 0 < small.sum() <= _MOST_RINGED:
        return False
    places = shapely.get_coordinates(shapely.centroid(ground.geometry[small]))
    axes.plot(
        places[:, 0], places[:, 1], "o", markersize=8, fillstyle="none", markeredgewidth=1.2,
        color=ground.symbol.line,
    )  # fmt: skip
    return True


def _frame(axes: Any, extent: tuple[float, float, float, float]) -> None:
    west, south, east, north = extent
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("equal")
    step = _round_length((east - west) / 4)
    for axis, low, high in ((axes.xaxis, west, east), (axes.yaxis, south, north)):
        ticks = np.arange(np.ceil(low / step) * step, high, step)
        axis.set_ticks(ticks, [f"{tick:.0f}" for tick in ticks])
    axes.tick_params(labelsize=6, length=3)
    for label in axes.get_yticklabels():
        label.set(rotation=90, va="center")
    axes.grid(color="#7a7a7a", linewidth=0.3, linestyle=":")
    axes.set_axisbelow(True)


def _round_length(length_m: float) -> float:
    """Return the greatest of 1, 2, 5 times a power of ten that is not longer.

    Examples
    --------
    >>> [_round_length(length_m) for length_m in (1.0, 37.0, 740.0, 1999.0)]
    [1.0, 20.0, 500.0, 1000.0]
    """
    power = 10.0 ** np.floor(np.log10(length_m))
    return float(max(factor * power for factor in (1, 2, 5) if factor * power <= length_m * (1 + 1e-9)))


def _scale_bar(axes: Any, extent: tuple[float, float, float, float], language: Language) -> None:
    west, south, east, north = extent
    length_m = _round_length((east - west) / 5)
    x, y = west + 0.03 * (east - west), south + 0.04 * (north - south)
    height = 0.012 * (north - south)
    for part, colour in enumerate(("#000000", "#ffffff")):
        corner = (x + part * length_m / 2, y)
        axes.add_patch(_box(corner, length_m / 2, height, colour))
    unit = Text("千米", "km") if length_m >= 1000 else Text("米", "m")
    said = f"{length_m / 1000:g}" if length_m >= 1000 else f"{length_m:g}"
    white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
    for place, words in ((0.0, "0"), (length_m, f"{said} {unit.said(language)}")):
        axes.text(x + place, y + 2 * height, words, fontsize=6.5, ha="center", va="bottom", bbox=white)


def _box(corner: tuple[float, float], width: float, height: float, colour: str) -> PathPatch:
    x, y = corner
    outline = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    return PathPatch(Path(outline, closed=True), facecolor=colour, edgecolor="#000000", linewidth=0.6)


def _north(axes: Any) -> None:
    """Draw the arrow of grid north."""
    arrow = {"arrowstyle": "-|>", "color": "#000000", "linewidth": 1.2}
    place = "axes fraction"
    axes.annotate("", (0.955, 0.95), (0.955, 0.82), xycoords=place, textcoords=place, arrowprops=arrow)
    white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
    axes.annotate("N", (0.955, 0.80), xycoords=place, ha="center", va="top", fontsize=9, bbox=white)


def _grid_words(epsg: int, language: Language) -> str:
    name = pyproj.CRS.from_epsg(epsg).name
    zone = epsg - gauss_kruger_epsg("CGCS2000", 3, 25, prefixed=True) + 25
    said = Text(
        f"CGCS2000 三度分带第{zone}带高斯-克吕格坐标（EPSG:{epsg}，米）；N 为坐标北",
        f"{name} (EPSG:{epsg}), metres; N is grid north",
    )
    return said.said(language)


def _png(figure: Figure) -> bytes:
    items: Sequence[Any] = [item for item in figure.findobj(Label) if item.get_text()]
    font = chart_font.covering(item.get_text() for item in items)
    for item in items:
        sized = font.copy()
        sized.set_size(item.get_fontsize())
        item.set_fontproperties(sized)
    content = io.BytesIO()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.print_png(content, metadata={"Software": None})
    return content.getvalue()
