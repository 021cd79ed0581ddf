"""Mines on the app's map: their ground, a mark for each that is seen from far away, and how they are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import pandas as pd
import shapely

from gis.equal_area import GeometryArray
from gis.errors import Language, Text
from planner import app_geojson, rank_programme
from planner.app_geojson import DEGREES_PER_METRE
from planner.rank_result import Assessed, Decision

Colouring = Literal["safety", "year"]
Extent = tuple[float, float, float, float]

OPEN_CLASS = "open_class"
LEFT_OUT = "left_out"
NOT_PLANNED = "not_planned"
YEAR_CODES = tuple(f"year_{number}" for number in range(12))
"""One for each year of a programme; more years share the last."""
NUMBERED = 20
"""So many of the first mines carry their rank on the map."""
SHOWN_AROUND_M = 4_000.0
"""So much ground around a mine shows where it lies."""
MOST_SHAPES = 3
_TITLES = {
    "P1": Text("P1 一级（最急）", "P1 (most urgent)"),
    "P2": Text("P2 二级", "P2"),
    "P3": Text("P3 三级", "P3"),
    OPEN_CLASS: Text("等级待定（资料不全）", "class open (not all is known)"),
    NOT_PLANNED: Text("未列入计划", "not in the programme"),
    LEFT_OUT: Text("未参与排序（另列）", "not ranked (listed apart)"),
}


@dataclass(frozen=True, eq=False, slots=True)
class MinesShown:
    """Mines as the map draws them.

    Parameters
    ----------
    ground
        GeoJSON: polygons, and a point for each ranked mine. ``id`` is the patch number, ``code`` how it is drawn,
        ``mark`` what stands in the point's circle (empty: a small one). The first ranks come last, on top.
    codes
        Code and title of what occurs, in the legend's order.
    """

    ground: bytes
    codes: tuple[tuple[str, str], ...]


def mines(decision: Decision, by: Colouring, language: Language) -> MinesShown:
    """Return the mines by safety class, or by the year in which the programme starts them.

    A mine whose class is open is drawn as such, whatever it may be in.
    """
    shapes = _shapes(decision.assessed)
    labels = [str(label) for label in decision.order[::-1]]
    codes, titles = _by_year(decision) if by == "year" else _by_class(decision)
    marks = _marks(decision, by)
    features = [
        *(_feature(label, LEFT_OUT, "", shape) for label, shape in shapes.apart.items()),
        *(_feature(label, codes[label], "", shapes.ground[label]) for label in labels),
        *(_feature(label, codes[label], marks[label], shapes.points[label]) for label in labels),
    ]
    present = {*codes.values(), *([LEFT_OUT] if shapes.apart else [])}
    return MinesShown(
        ground=app_geojson.collection(features),
        codes=tuple((code, title.said(language)) for code, title in titles.items() if code in present),
    )


def _by_class(decision: Decision) -> tuple[dict[str, str], dict[str, Text]]:
    safety = decision.assessed.safety
    ends = zip(safety.index, safety["most_urgent"], safety["least_urgent"], strict=True)
    codes = {str(label): f"P{most}" if most == least else OPEN_CLASS for label, most, least in ends}
    return codes, {name: _TITLES[name] for name in ("P1", "P2", "P3", OPEN_CLASS, LEFT_OUT)}


def codes_of_years(decision: Decision, years: Iterable[int]) -> list[str]:
    """Return how years of the programme are drawn."""
    code_of = dict(zip(_years(decision), _year_codes(decision), strict=True))
    return [code_of[year] for year in years]


def _by_year(decision: Decision) -> tuple[dict[str, str], dict[str, Text]]:
    year = rank_programme.year_of(decision.plan, decision.order).dropna().astype(int)
    code_of = dict(zip(_years(decision), _year_codes(decision), strict=True))
    codes: dict[str, str] = dict.fromkeys(map(str, decision.order), NOT_PLANNED)
    codes.update({str(label): code_of[value] for label, value in year.items()})
    titles: dict[str, Text] = {}
    for value, code in code_of.items():
        before = titles.get(code)
        first = before.zh.partition("–")[0] if before else ""
        titles[code] = (
            Text(f"{first}–{value}", f"{first}–{value}") if before else Text(str(value), str(value))
        )
    return codes, {**titles, NOT_PLANNED: _TITLES[NOT_PLANNED], LEFT_OUT: _TITLES[LEFT_OUT]}


def _years(decision: Decision) -> tuple[int, ...]:
    year = rank_programme.year_of(decision.plan, decision.order).dropna().astype(int)
    return tuple(sorted({*year, *(when for when, _ in decision.choices.budgets)}))


def _year_codes(decision: Decision) -> tuple[str, ...]:
    last = len(YEAR_CODES) - 1
    return tuple(YEAR_CODES[min(number, last)] for number in range(len(_years(decision))))


def _marks(decision: Decision, by: Colouring) -> dict[str, str]:
    """Return what stands in each mine's circle: its rank, or the last two digits of its year."""
    if by == "year":
        year = rank_programme.year_of(decision.plan, decision.order)
        return {str(label): "" if pd.isna(value) else f"{value % 100:02d}" for label, value in year.items()}
    rank = decision.main["rank"]
    return {str(label): str(value) if value <= NUMBERED else "" for label, value in rank.items()}


@dataclass(frozen=True, eq=False, slots=True)
class _Shapes:
    """Geometries as GeoJSON by patch number: what does not change when mines are ranked anew."""

    ground: Mapping[str, str]
    points: Mapping[str, str]
    apart: Mapping[str, str]


@lru_cache(maxsize=MOST_SHAPES)
def _shapes(assessed: Assessed) -> _Shapes:
    apart = assessed.left_out[~assessed.left_out.geometry.isna() & ~assessed.left_out.geometry.is_empty]
    ground = assessed.mines.geometry.to_numpy()
    labels = assessed.mines.index
    return _Shapes(
        ground=_said(labels, ground),
        points=_said(labels, shapely.point_on_surface(ground)),
        apart=_said(apart.index, apart.geometry.to_numpy()),
    )


def _said(labels: pd.Index, geometries: GeometryArray) -> dict[str, str]:
    return dict(zip(map(str, labels), app_geojson.shapes(geometries), strict=True))


def _feature(label: str, code: str, mark: str, shape: str) -> str:
    return app_geojson.feature({"id": label, "code": code, "mark": mark}, shape)


def extent(decision: Decision, label: str) -> Extent | None:
    """Return where a mine lies, with the ground around it: west, south, east, north in degrees; None: nowhere."""
    for frame in (decision.assessed.mines, decision.assessed.left_out):
        if label in frame.index:
            return _around(frame.geometry[label])
    return None


def _around(geometry: shapely.Geometry | None) -> Extent | None:
    if geometry is None or geometry.is_empty:
        return None
    margin = SHOWN_AROUND_M * DEGREES_PER_METRE
    west, south, east, north = geometry.bounds
    return (west - margin, south - margin, east + margin, north + margin)
