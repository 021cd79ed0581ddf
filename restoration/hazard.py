"""Safety classes: what endangers people comes first, before any weighing.

The classes follow the sense of the abandoned mine land programme of the United States (SMCRA §403(a), see
domain notes §5.5): P1 extreme danger to health, safety or property; P2 adverse effects on health and safety;
P3 degraded land and water. **The thresholds are proposals of this software, not a standard**: they are data
(``hazard.toml``) and can be edited (:func:`edited`).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from types import MappingProxyType
from typing import cast, get_args

import numpy as np
import pandas as pd

from gis.errors import InputError, Text
from gis.toml import Table
from restoration import limit as limits
from restoration.limit import Limit, Side, Truth
from restoration.score_table import Ends

COLUMNS: Mapping[str, Text] = MappingProxyType(
    {
        "people_threatened": Text("威胁人数", "people threatened"),
        "face_height_m": Text("边坡高度", "height of the face"),
        "slope_p90_degree": Text("坡度（90%分位）", "slope (90th percentile)"),
        "settlement_distance_m": Text("到居民点的距离", "distance to settlements"),
        "road_distance_m": Text("到道路的距离", "distance to roads"),
        "open_shafts": Text("井口/硐口（损毁单元）", "shafts and adits (units of damage)"),
        "subsidence_m2": Text("塌陷（损毁单元）", "subsidence (units of damage)"),
        "mine_water_outflow": Text("老窑水", "mine water"),
    }
)
"""What the proposed rules ask for, in words."""

PROPOSAL = Text("建议阈值，可修改，非标准规定。", "Proposed threshold, to be edited; no standard says so.")


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger is there when **all** its limits are met."""

    code: str
    title: Text
    limits: tuple[Limit, ...]
    basis: Text = PROPOSAL


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """A mine is in P1 when **any** danger of ``first`` is there, else in P2 when any of ``second`` is."""

    first: tuple[Danger, ...]
    second: tuple[Danger, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns the rules ask for."""
        limits = [limit for danger in self.first + self.second for limit in danger.limits]
        return tuple(dict.fromkeys(limit.column for limit in limits))


def read(text: str, where: str) -> SafetyRules:
    """Parse a file of dangers and their limits.

    Raises
    ------
    DefinitionError
        On a missing, misspelt or unknown key, or a column nobody measures.

    Examples
    --------
    >>> text = '''
    ... [[danger]]
    ... id = "face"
    ... title = {zh = "高陡边坡", en = "high face"}
    ... class = 2
    ... limit = [{column = "face_height_m", side = "at_least", threshold = 10}]
    ... '''
    >>> rules = read(text, "own.toml")
    >>> classify(pd.DataFrame({"face_height_m": [12.0, 9.0]}), rules)["safety_class"].tolist()
    ['P2', 'P3']
    """
    table = Table(tomllib.loads(text), where)
    classes: dict[int, list[Danger]] = {1: [], 2: []}
    for entry in table.tables("danger"):
        number = entry.need("class")
        if number not in classes:
            raise entry.fail("'class' is not 1 or 2")
        asked = tuple(_limit(limit) for limit in entry.tables("limit"))
        classes[number].append(Danger(entry.text_key("id"), entry.text("title"), asked))
        entry.close()
        if not asked:
            raise entry.fail("a danger without limits")
    table.close()
    codes = [danger.code for dangers in classes.values() for danger in dangers]
    if len(set(codes)) < len(codes):
        raise table.fail("two dangers of one id")
    return SafetyRules(tuple(classes[1]), tuple(classes[2]))


def _limit(table: Table) -> Limit:
    column, threshold = table.one_of("column", tuple(COLUMNS)), table.need("threshold")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not math.isfinite(threshold):
        raise table.fail("'threshold' is not a number")
    side = cast("Side", table.one_of("side", get_args(Side)))
    table.close()
    return Limit(column, side, float(threshold))


PROPOSED = read((resources.files("restoration") / "hazard.toml").read_text(encoding="utf-8"), "hazard.toml")


def edited(changes: Mapping[str, float]) -> SafetyRules:
    """Return the proposed rules with some thresholds changed.

    Parameters
    ----------
    changes
        ``<danger>.<column>`` and the threshold, in the unit of the column.

    Raises
    ------
    InputError
        For a name that is none, or a value that is not finite or below 0.

    Examples
    --------
    >>> rules = edited({"face.face_height_m": 10})
    >>> [limit.threshold for danger in rules.second if danger.code == "face" for limit in danger.limits]
    [10.0, 35.0]
    """
    every = PROPOSED.first + PROPOSED.second
    names = [f"{danger.code}.{limit.column}" for danger in every for limit in danger.limits]
    for name, value in changes.items():
        if name not in names or not math.isfinite(value) or value < 0:
            raise InputError(
                "hazard_threshold",
                Text(
                    f"没有安全等级阈值“{name}”，或其值不是不小于 0 的数。",
                    f"There is no threshold of the safety classes {name!r}, or its value is no number from 0.",
                ),
                Text(f"可改：{'、'.join(names)}。", f"One may edit {', '.join(names)}."),
            )

    def changed(danger: Danger) -> Danger:
        limits = tuple(
            replace(limit, threshold=float(changes.get(f"{danger.code}.{limit.column}", limit.threshold)))
            for limit in danger.limits
        )
        return replace(danger, limits=limits)

    return SafetyRules(tuple(map(changed, PROPOSED.first)), tuple(map(changed, PROPOSED.second)))


def classify(
    hazards: pd.DataFrame, rules: SafetyRules = PROPOSED, *, ends: Ends | None = None
) -> pd.DataFrame:
    """Return the safety class of each mine, with what is not known kept visible.

    A limit is surely met where the worse end of what its fact may be meets it, and possibly where the better end
    does. A column that is missing, or a value that is, is *not assessed*: a danger is then neither there nor not
    there, unless another of its limits rules it out. Each mine is classified by its own row alone: what is filled
    in for one mine changes no other's class.

    Parameters
    ----------
    hazards
        Best values; NaN = not assessed.
    ends
        The least and the greatest they may be (:func:`restoration.mine_facts.ends`); None: what is known is certain.

    Returns
    -------
    DataFrame
        Same index: ``safety_class`` (``P1``, ``P2``, ``P3``; missing when not settled), ``most_urgent`` and
        ``least_urgent`` (1 to 3: the classes it may be in), ``dangers`` (codes that are there),
        ``not_assessed`` (columns that are not known, or not well enough, and leave the class open).

    Raises
    ------
    InputError
        ``hazards_duplicate`` when a mine occurs twice.
    ValueError
        When a column the rules ask for holds a word that is no number.

    Examples
    --------
    >>> rules = SafetyRules(first=(Danger("people", Text("人", "people"), (Limit("n", "at_least", 1),)),), second=())
    >>> classify(pd.DataFrame({"n": [2, 0, None]}), rules)[["safety_class", "most_urgent", "least_urgent"]]
      safety_class  most_urgent  least_urgent
    0           P1            1             1
    1           P3            3             3
    2         <NA>            1             3

    What is known within bounds may settle a class, or leave it open:

    >>> near = SafetyRules(first=(Danger("near", Text("近", "near"), (Limit("d", "at_most", 300),)),), second=())
    >>> bounds = pd.DataFrame({"d": [0.0, 280.0]}), pd.DataFrame({"d": [210.0, 320.0]})
    >>> classify(pd.DataFrame({"d": [np.nan, 300.0]}), near, ends=bounds)["safety_class"].tolist()
    ['P1', <NA>]
    """
    if not hazards.index.is_unique:
        raise InputError(
            "hazards_duplicate",
            Text("危险性表中图斑编号重复。", "A mine occurs twice among the hazards."),
            Text("每个图斑只留一行。", "Leave one row for each mine."),
        )
    known = limits.ends_of(_table(hazards, rules), ends)
    first_sure, first_maybe = _any(known, rules.first)
    second_sure, second_maybe = _any(known, rules.second)
    most = np.select([first_maybe, second_maybe], [1, 2], 3)
    least = np.select([first_sure, second_sure], [1, 2], 3)
    settled = pd.Series(np.where(most == least, most, 0), index=hazards.index)
    names = settled.map({1: "P1", 2: "P2", 3: "P3"}).astype("string")
    return pd.DataFrame(
        {
            "safety_class": names,
            "most_urgent": most,
            "least_urgent": least,
            "dangers": _dangers(known, rules),
            "not_assessed": _open(known, rules, most != least),
        },
        index=hazards.index,
    )


def never_assessed(
    hazards: pd.DataFrame, rules: SafetyRules = PROPOSED, *, ends: Ends | None = None
) -> tuple[Danger, ...]:
    """Return the dangers that ask for something that is known of no mine at all.

    They stay in the rules all the same: a mine's class rests on what is known of that mine, and must not change
    when the same column is filled in for another one.

    Parameters
    ----------
    hazards, ends
        As for :func:`classify`. A limit that a bound settles for some mine is known.

    Returns
    -------
    tuple of Danger
        Those that can't be ruled out for at least one mine because a column is empty everywhere.

    Examples
    --------
    >>> unknown = never_assessed(pd.DataFrame({"open_shafts": [1.0, 0.0], "settlement_distance_m": [50.0, 900.0]}))
    >>> sorted(danger.code for danger in unknown)[:3]
    ['face', 'face_near_road', 'face_near_settlement']
    """
    table = _table(hazards, rules)
    known = limits.ends_of(table, ends)
    empty = set(table.columns[table.isna().all()])

    def is_unknown(limit: Limit) -> bool:
        sure, maybe = limits.met(limit, known)
        return limit.column in empty and bool((maybe & ~sure).all())

    def is_open(danger: Danger) -> bool:
        sure, maybe = _met(known, danger)
        return any(map(is_unknown, danger.limits)) and bool((maybe & ~sure).any())

    return tuple(danger for danger in rules.first + rules.second if is_open(danger))


def _table(hazards: pd.DataFrame, rules: SafetyRules) -> pd.DataFrame:
    columns = hazards.reindex(columns=list(rules.columns))
    numbers: pd.DataFrame = columns.apply(pd.to_numeric, errors="raise").astype(float)
    return numbers


def _met(known: Ends, danger: Danger) -> tuple[Truth, Truth]:
    """Surely there, and possibly there."""
    sure = np.ones(len(known[0]), bool)
    maybe = np.ones(len(known[0]), bool)
    for limit in danger.limits:
        surely, possibly = limits.met(limit, known)
        sure &= surely
        maybe &= possibly
    return sure, maybe


def _any(known: Ends, dangers: Sequence[Danger]) -> tuple[Truth, Truth]:
    sure, maybe = np.zeros(len(known[0]), bool), np.zeros(len(known[0]), bool)
    for danger in dangers:
        there, possible = _met(known, danger)
        sure |= there
        maybe |= possible
    return sure, maybe


def _dangers(known: Ends, rules: SafetyRules) -> list[tuple[str, ...]]:
    every = rules.first + rules.second
    there = [_met(known, danger)[0] for danger in every]
    return [
        tuple(d.code for d, t in zip(every, there, strict=True) if t[row]) for row in range(len(known[0]))
    ]


def _open(known: Ends, rules: SafetyRules, unsettled: Truth) -> list[tuple[str, ...]]:
    wanted: list[dict[str, None]] = [{} for _ in range(len(known[0]))]
    for danger in rules.first + rules.second:
        sure, maybe = _met(known, danger)
        for limit in danger.limits:
            surely, possibly = limits.met(limit, known)
            for row in np.flatnonzero(maybe & ~sure & unsettled & possibly & ~surely):
                wanted[row][limit.column] = None
    return [tuple(columns) for columns in wanted]
