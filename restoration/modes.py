"""How to restore: the four modes of TD/T 1070.1-2022, with the evidence for each.

Screening by thresholds that are **proposals, not a standard** (``modes.toml``; the four modes themselves: drafting
note of TD/T 1070.1-2022, S). What is not known leaves more than one mode possible; it never decides.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import InputError, Text
from gis.toml import Table
from restoration import direction, mine_codes
from restoration import limit as limits_of
from restoration.limit import Limit
from restoration.mode_evidence import Evidence
from restoration.score_table import Ends

NATURAL, ASSISTED, RECONSTRUCTION, CONVERSION = "1", "2", "3", "4"
TITLES = MappingProxyType({code: mine_codes.MODES.titles[code] for code in "1234"})
CODES = MappingProxyType(
    {name: code for code, title in TITLES.items() for name in (code, title.zh, title.en)}
)
"""Mode by whatever it may be called: its code, or its name in either language."""
PROPOSAL = Text("建议阈值，可修改，非标准规定", "proposed threshold, to be edited; no standard says so")
END_USES = MappingProxyType(
    {
        "cultivated": Text("耕地", "cultivated land"),
        "forest": Text("林地、果园", "forest or orchard"),
        "grass": Text("草地", "grassland"),
        "pond": Text("坑塘水面", "pond"),
        "building": Text("建设用地", "buildings"),
        "other": Text("其他", "other"),
    }
)
"""End uses as the siting check asks for them (flag ``end_use``)."""
_CONVERTED = ("cultivated", "building", "pond", "other")
FACTS = (
    "slope_mean_degree",
    "slope_p90_degree",
    "fvc_mean",
    "fvc_change",
    "face_height_m",
    "subsidence_m2",
    "settlement_distance_m",
    "road_distance_m",
    "urban_boundary_distance_m",
    "area_m2",
)

Truth = npt.NDArray[np.float64]
"""1 true, 0 false, NaN not known."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number of the screening."""

    id: str
    value: float
    title: Text


@dataclass(frozen=True, slots=True)
class _Condition:
    mode: str
    fact: str
    threshold: str
    at_least: bool
    strict: bool = False
    to: Text | None = None

    def limit(self, limits: Mapping[str, Threshold]) -> Limit:
        """Return it with its threshold."""
        side: Literal["at_least", "at_most"] = "at_least" if self.at_least else "at_most"
        return Limit(self.fact, side, limits[self.threshold].value, self.strict)


_CONDITIONS = (
    _Condition(NATURAL, "slope_mean_degree", "natural_slope_most_degree", at_least=False, strict=True),
    _Condition(NATURAL, "fvc_mean", "natural_fvc_least", at_least=True),
    _Condition(NATURAL, "fvc_change", "natural_fvc_rise_least", at_least=True),
    _Condition(RECONSTRUCTION, "fvc_mean", "reconstruction_fvc_below", at_least=False, strict=True),
    _Condition(RECONSTRUCTION, "slope_mean_degree", "reconstruction_slope_least_degree", at_least=True),
    _Condition(RECONSTRUCTION, "face_height_m", "reconstruction_face_least_m", at_least=True),
    _Condition(CONVERSION, "area_m2", "conversion_area_least_m2", at_least=True),
    _Condition(CONVERSION, "slope_p90_degree", "conversion_slope_p90_most_degree", at_least=False),
    _Condition(
        CONVERSION,
        "settlement_distance_m",
        "conversion_access_most_m",
        at_least=False,
        to=Text("（居民点）", ", settlement"),
    ),
    _Condition(
        CONVERSION,
        "road_distance_m",
        "conversion_access_most_m",
        at_least=False,
        to=Text("（道路）", ", road"),
    ),
    _Condition(
        CONVERSION,
        "urban_boundary_distance_m",
        "conversion_access_most_m",
        at_least=False,
        to=Text("（城镇开发边界）", ", urban development boundary"),
    ),
)


@cache
def shipped() -> Mapping[str, Threshold]:
    """Return the proposed thresholds, by id."""
    text = (resources.files("restoration") / "modes.toml").read_text(encoding="utf-8")
    return read(text, "modes.toml")


def read(text: str, where: str) -> Mapping[str, Threshold]:
    """Parse a file of thresholds.

    Raises
    ------
    DefinitionError
        On a missing, misspelt or unknown key.
    """
    table = Table(tomllib.loads(text), where)
    found = {}
    for entry in table.tables("threshold"):
        value = entry.need("value")
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise entry.fail("'value' is not a number")
        threshold = Threshold(entry.text_key("id"), float(value), entry.text("title"))
        entry.close()
        found[threshold.id] = threshold
    table.close()
    if set(found) != {condition.threshold for condition in _CONDITIONS}:
        raise table.fail("the thresholds are not those the screening asks for")
    return MappingProxyType(found)


def edited(changes: Mapping[str, float]) -> Mapping[str, Threshold]:
    """Return the proposed thresholds with some of them changed.

    Raises
    ------
    InputError
        For an id that is none, or a value that is not finite.

    Examples
    --------
    >>> edited({"natural_fvc_least": 0.5})["natural_fvc_least"].value
    0.5
    """
    table = dict(shipped())
    for name, value in changes.items():
        if name not in table or not np.isfinite(value):
            raise InputError(
                "mode_threshold",
                Text(
                    f"没有阈值“{name}”，或其值不是数。",
                    f"There is no threshold {name!r}, or its value is no number.",
                ),
                Text(f"可改：{'、'.join(table)}。", f"One may edit {', '.join(table)}."),
            )
        table[name] = Threshold(name, float(value), table[name].title)
    return MappingProxyType(table)


def suggest(
    mines: pd.DataFrame,
    facts: pd.DataFrame,
    safety: pd.DataFrame,
    verdicts: pd.DataFrame,
    *,
    thresholds: Mapping[str, Threshold] | None = None,
    ends: Ends | None = None,
) -> pd.DataFrame:
    """Suggest a mode for each mine.

    - reconstruction when **any** holds: cover or slope or face beyond its threshold, a collapse pit, a hazard (P1, P2);
    - natural recovery when **all** hold: gentle enough, cover high enough or rising, no hazard, no reconstruction;
    - assisted regeneration when neither does;
    - conversion instead, when the plan names a use for it, the ground is large, flat and near enough to a settlement,
      a road or the urban development boundary (any will do, whether or not the others are known), and no law
      prohibits that use.

    Parameters
    ----------
    mines
        ``direction``, ``planned_mode`` (``nxffs``).
    facts
        Columns of :data:`FACTS`, those that are known; NaN = not assessed.
    safety
        ``most_urgent``, ``least_urgent`` of :func:`restoration.hazard.classify`.
    verdicts
        Columns: :data:`END_USES`; the law's verdict of each end use on that ground (``P`` prohibited, ``?`` not
        known); it comes from outside, this room knows no law. A missing column is not known.

    Returns
    -------
    DataFrame
        On the mines' index: ``mode`` (code, ``""`` when several are possible), ``possible`` (codes run together),
        ``ecological_mode`` (the one beside conversion), ``conversion`` (``yes``, ``no``, ``unknown``),
        ``planned_mode``, ``agrees`` (``yes``, ``no``, ``""``), ``planned_uses`` (tuple), ``unread_uses`` (tuple: words
        of the direction that name no end use, which leave conversion open), ``prohibited_uses`` (tuple, of the
        planned ones), ``unknown_uses`` (tuple), ``open_uses`` (tuple: uses that nothing prohibits),
        ``evidence`` (tuple of :class:`Evidence`).

    Examples
    --------
    >>> mines = pd.DataFrame({"direction": ["草地"], "planned_mode": ["1"]}, index=["M1"])
    >>> facts = pd.DataFrame({"slope_mean_degree": [12.0], "fvc_mean": [0.5], "face_height_m": [0.0],
    ...                       "subsidence_m2": [0.0]}, index=["M1"])
    >>> safety = pd.DataFrame({"most_urgent": [3], "least_urgent": [3]}, index=["M1"])
    >>> suggest(mines, facts, safety, pd.DataFrame(index=["M1"])).loc["M1", ["mode", "agrees"]].tolist()
    ['1', 'yes']
    """
    limits = shipped() if thresholds is None else thresholds
    known = facts.reindex(index=mines.index, columns=list(FACTS)).astype(float)
    bounds = limits_of.ends_of(known, ends)
    said = {condition: _met(condition.limit(limits), bounds) for condition in _CONDITIONS}
    danger = _danger(safety.reindex(mines.index))
    pit = _met(Limit("subsidence_m2", "at_least", 1.0), bounds)
    natural_slope, natural_cover, natural_rise = (_of(said, NATURAL)[place] for place in range(3))
    severe = _any([*_of(said, RECONSTRUCTION), pit, danger])
    mild = _all([natural_slope, _any([natural_cover, natural_rise]), 1 - danger])
    uses = [direction.uses(words) for words in mines["direction"]]
    law = verdicts.reindex(index=mines.index, columns=list(END_USES)).astype(object)
    law = law.where(law.notna(), "?")
    banned = law.to_numpy(dtype=object) == "P"
    unknown = law.to_numpy(dtype=object) == "?"
    assigned = _assigned(mines, uses)
    large, flat, *near = _of(said, CONVERSION)
    convert = _all([large, flat, _any(near), assigned, _allowed(uses, banned, unknown)])
    possible = [_possible(*row) for row in zip(severe, mild, strict=True)]
    ecological = [codes if len(codes) == 1 else "" for codes in possible]
    chosen = np.select([convert == 1, np.isnan(convert)], [CONVERSION, ""], ecological)
    every = [codes + CONVERSION * bool(convert[row] != 0) for row, codes in enumerate(possible)]
    every = [CONVERSION if convert[row] == 1 else codes for row, codes in enumerate(every)]
    planned = mines["planned_mode"].where(mines["planned_mode"].isin(list(TITLES)), "")
    agrees = [
        "" if not plan or not mode else "yes" if plan == mode else "no"
        for plan, mode in zip(planned, chosen, strict=True)
    ]
    names = list(END_USES)
    return pd.DataFrame(
        {
            "mode": chosen,
            "possible": every,
            "ecological_mode": ecological,
            "conversion": np.select([convert == 1, convert == 0], ["yes", "no"], "unknown"),
            "planned_mode": planned,
            "agrees": agrees,
            "planned_uses": uses,
            "unread_uses": [direction.unread(words) for words in mines["direction"]],
            "prohibited_uses": [_named(names, uses[row], banned[row]) for row in range(len(uses))],
            "unknown_uses": [_named(names, uses[row], unknown[row]) for row in range(len(uses))],
            "open_uses": [_named(names, names, ~(banned[row] | unknown[row])) for row in range(len(uses))],
            "evidence": _evidence(known, bounds, said, limits),
        },
        index=mines.index,
    )


def _of(said: Mapping[_Condition, Truth], mode: str) -> list[Truth]:
    return [truth for condition, truth in said.items() if condition.mode == mode]


def _met(limit: Limit, bounds: Ends) -> Truth:
    sure, maybe = limits_of.met(limit, bounds)
    return np.select([sure, ~maybe], [1.0, 0.0], np.nan)


def _danger(safety: pd.DataFrame) -> Truth:
    sure = safety["least_urgent"].to_numpy(dtype=float) <= 2
    none = safety["most_urgent"].to_numpy(dtype=float) >= 3
    return np.select([sure, none], [1.0, 0.0], np.nan)


def _any(parts: Sequence[Truth]) -> Truth:
    table = np.vstack(parts)
    return np.select([(table == 1).any(axis=0), (table == 0).all(axis=0)], [1.0, 0.0], np.nan)


def _all(parts: Sequence[Truth]) -> Truth:
    return 1 - _any([1 - part for part in parts])


def _assigned(mines: pd.DataFrame, uses: Sequence[tuple[str, ...]]) -> Truth:
    """Return whether the plan names a use other than ground cover."""
    converted = np.array([any(use in _CONVERTED for use in named) for named in uses], dtype=bool)
    planned = mines["planned_mode"].to_numpy(dtype=object)
    silent = (planned == "") & ~converted & np.array([not named for named in uses], dtype=bool)
    return np.select([(planned == CONVERSION) | (converted & (planned == "")), silent], [1.0, np.nan], 0.0)


def _allowed(
    uses: Sequence[tuple[str, ...]], banned: npt.NDArray[np.bool_], unknown: npt.NDArray[np.bool_]
) -> Truth:
    """Return whether at least one planned use is not prohibited."""
    result = np.full(len(uses), np.nan)
    names = list(END_USES)
    for row, named in enumerate(uses):
        places = [names.index(use) for use in named]
        if any(not banned[row, place] and not unknown[row, place] for place in places):
            result[row] = 1.0
        elif places and all(banned[row, place] for place in places):
            result[row] = 0.0
    return result


def _possible(severe: float, mild: float) -> str:
    if severe == 1:
        return RECONSTRUCTION
    milder = {1.0: NATURAL, 0.0: ASSISTED}.get(mild, NATURAL + ASSISTED)
    return milder if severe == 0 else milder + RECONSTRUCTION


def _named(names: Sequence[str], wanted: Sequence[str], marked: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(use for use, mark in zip(names, marked, strict=True) if mark and use in wanted)


def _title(condition: _Condition, limits: Mapping[str, Threshold]) -> Text:
    title = limits[condition.threshold].title
    to = condition.to
    return title if to is None else Text(title.zh + to.zh, title.en + to.en)


def _evidence(
    known: pd.DataFrame, bounds: Ends, said: Mapping[_Condition, Truth], limits: Mapping[str, Threshold]
) -> list[tuple[Evidence, ...]]:
    columns = [
        [
            Evidence(
                condition.mode,
                condition.threshold,
                _title(condition, limits),
                float(value),
                limits[condition.threshold].value,
                None if np.isnan(answer) else bool(answer),
                float(least),
                float(most),
            )
            for value, least, most, answer in zip(
                *(table[condition.fact].to_numpy() for table in (known, *bounds)), truth, strict=True
            )
        ]
        for condition, truth in said.items()
    ]
    return list(zip(*columns, strict=True)) if columns and len(known) else [()] * len(known)
