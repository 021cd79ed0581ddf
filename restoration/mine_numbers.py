"""Numbers of the patch table as people write them: with thousands separators, and with their unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from gis import corner_axes
from gis.equal_area import FloatArray
from restoration import mine_codes

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(.*)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,，\s]")
_AREA = {
    "m2": 1.0,
    "平方米": 1.0,
    "平米": 1.0,
    "公顷": 1e4,
    "ha": 1e4,
    "hm2": 1e4,
    "亩": 2000.0 / 3.0,
    "万m2": 1e4,
    "万平方米": 1e4,
    "km2": 1e6,
    "平方公里": 1e6,
    "平方千米": 1e6,
}
_LENGTH = {"米": 1.0, "m": 1.0}
_PEOPLE = {"人": 1.0}
_YUAN = {"元": 1.0, "万": 1e4, "万元": 1e4, "亿": 1e8, "亿元": 1e8}
UNITS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "area_m2": _AREA,
        "verified_area_m2": _AREA,
        "treated_area": _AREA,
        "face_height_m": _LENGTH,
        "people_threatened": _PEOPLE,
        "cost_yuan": _YUAN,
        "closing_year": {"年": 1.0},
    }
)
"""Units that a column of the catalogue may carry in its cells, and what one of them is in the column's own."""


@dataclass(frozen=True, eq=False, slots=True)
class Numbers:
    """One column as numbers.

    Parameters
    ----------
    numbers
        In the column's own unit; NaN where nothing is given, or it can't be read.
    unread
        Rows whose words are no number.
    converted
        Rows whose unit was another than the column's.
    """

    numbers: FloatArray
    unread: np.ndarray
    converted: np.ndarray


def read(column: pd.Series, units: Mapping[str, float] = MappingProxyType({})) -> Numbers:
    """Read the numbers of a column.

    Parameters
    ----------
    column
        As it stands in the file.
    units
        What a unit written into a cell is in the column's own (:data:`UNITS`).

    Examples
    --------
    1.5 ha are 15,000 m², 15 mu are 15 · 2000/3 = 10,000 m²; about 3 is not guessed at:

    >>> found = read(pd.Series(["1.5公顷", "15亩", "5,000㎡", "约3", None]), UNITS["area_m2"])
    >>> found.numbers.tolist(), found.unread.tolist(), found.converted.tolist()
    ([15000.0, 10000.0, 5000.0, nan, nan], [False, False, False, True, False], [True, True, False, False, False])
    """
    words = column.map(mine_codes.spelling).map(lambda word: _SEPARATORS.sub("", word))
    parts = {word: _parted(word, units) for word in set(words)}
    values = np.array([parts[word][0] for word in words], dtype=float)
    factors = np.array([parts[word][1] for word in words], dtype=float)
    return Numbers(values * factors, np.isnan(values) & (words != "").to_numpy(), factors != 1.0)


def _parted(word: str, units: Mapping[str, float]) -> tuple[float, float]:
    match = _NUMBER.fullmatch(word)
    unit = match.group(2).lower() if match else ""
    if match is None or (unit and unit not in units):
        return float("nan"), 1.0
    value = float(match.group(1))
    return (value if np.isfinite(value) else float("nan")), units.get(unit, 1.0)


def read_degrees(column: pd.Series) -> Numbers:
    """Read a column of coordinates: decimal, or degrees, minutes and seconds.

    Examples
    --------
    24 minutes are 0.4 degrees:

    >>> found = read_degrees(pd.Series(["113°24′00″", 113.4, "东边", None]))
    >>> found.numbers.tolist(), found.unread.tolist()
    ([113.4, 113.4, nan, nan], [False, False, True, False])
    """
    words = column.map(mine_codes.spelling)
    known = {word: corner_axes.coordinate(word) if word else None for word in set(words)}
    values = np.array([known[word] for word in words], dtype=float)
    return Numbers(values, np.isnan(values) & (words != "").to_numpy(), np.zeros(len(words), dtype=bool))
