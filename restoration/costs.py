"""What restoring a patch costs: the user's own numbers, or a published average that is called an assumption."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import InputError, Text
from gis.toml import CERTAINTIES, Certainty, Table
from restoration import modes
from restoration.score_table import FloatArray

M2_PER_HECTARE = 10_000.0


@dataclass(frozen=True, slots=True)
class Published:
    """The average cost of a whole programme, as published."""

    id: str
    yuan_per_ha: float
    title: Text
    detail: Text
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """Yuan per hectare by mode, and where they come from.

    ``assumed``: the published average they were taken from; None when they are the user's own.
    """

    by_mode: Mapping[str, float]
    assumed: Published | None = None


@cache
def published() -> Mapping[str, Published]:
    """Return the published averages, by id."""
    text = (resources.files("restoration") / "costs.toml").read_text(encoding="utf-8")
    table = Table(tomllib.loads(text), "costs.toml")
    found = {}
    for entry in table.tables("published"):
        item = Published(
            entry.text_key("id"),
            float(entry.need("yuan_per_ha")),
            entry.text("title"),
            entry.text("detail"),
            cast("Certainty", entry.one_of("certainty", CERTAINTIES)),
        )
        entry.close()
        found[item.id] = item
    table.close()
    return MappingProxyType(found)


def stated(by_mode: Mapping[str, float]) -> UnitCosts:
    """Take unit costs as stated.

    Parameters
    ----------
    by_mode
        Mode (1 to 4, or its title) to yuan per hectare.

    Raises
    ------
    InputError
        For an unknown mode, or a cost that is not above 0.

    Examples
    --------
    >>> dict(stated({"3": 400_000, "自然恢复": 20_000}).by_mode)
    {'3': 400000.0, '1': 20000.0}
    """
    unknown = [name for name in by_mode if name not in modes.CODES]
    wrong = [name for name, cost in by_mode.items() if not (np.isfinite(cost) and cost > 0)]
    if unknown or wrong:
        name = (unknown or wrong)[0]
        raise InputError(
            "unit_cost",
            Text(
                f"单位费用“{name}”的方式不明，或金额不大于0。",
                f"Unit cost {name!r}: unknown mode, or not above 0.",
            ),
            Text(
                "写成 1=30000、3=400000（方式代码=元/公顷）：1自然恢复，2辅助再生，3生态重建，4转型利用。",
                "Write 3=400000 (mode=yuan per hectare): 1 natural, 2 assisted, 3 reconstruction, 4 conversion.",
            ),
        )
    return UnitCosts(MappingProxyType({modes.CODES[name]: float(cost) for name, cost in by_mode.items()}))


def assumed(identifier: str) -> UnitCosts:
    """Take a published programme average for every mode: an assumption.

    Raises
    ------
    InputError
        When there is none of that id; the known ones are listed.
    """
    table = published()
    if identifier not in table:
        known = "；".join(
            f"{item.id}（{item.title.zh}，{item.yuan_per_ha:,.0f} 元/公顷）" for item in table.values()
        )
        known_en = "; ".join(f"{item.id} ({item.yuan_per_ha:,.0f} yuan/ha)" for item in table.values())
        raise InputError(
            "assumed_costs",
            Text(f"没有已发布的平均费用“{identifier}”。", f"There is no published average {identifier!r}."),
            Text(f"可用：{known}。", f"Known: {known_en}."),
        )
    item = table[identifier]
    return UnitCosts(MappingProxyType(dict.fromkeys(modes.TITLES, item.yuan_per_ha)), item)


def of_patches(mines: pd.DataFrame, suggested: pd.DataFrame, unit_costs: UnitCosts | None) -> pd.DataFrame:
    """Return what restoring each patch costs.

    A cost in the patch's own record counts first. Else area times the unit cost of its mode: the suggested one when
    it is settled; else the planned one when it is possible; else the **most expensive** of those possible.

    Parameters
    ----------
    mines
        ``area_m2``, ``cost_yuan`` (of the record; NaN when it states none).
    suggested
        From :func:`restoration.modes.suggest`.
    unit_costs
        None: only the records count.

    Returns
    -------
    DataFrame
        ``cost_yuan``, ``cost_cny_per_ha`` (NaN = not known), ``least_cny_per_ha``, ``most_cny_per_ha`` (of the
        cheapest and the dearest possible mode; NaN where one of them has no price), ``cost_source`` (``record``,
        ``stated``, ``assumed``, ``none``), ``cost_mode`` (the mode reckoned with), ``cost_mode_settled``.

    Examples
    --------
    2 ha, reconstruction at 400 000 yuan/ha:

    >>> mines = pd.DataFrame({"area_m2": [20_000.0], "cost_yuan": [np.nan]}, index=["M1"])
    >>> suggested = pd.DataFrame({"mode": ["3"], "possible": ["3"], "planned_mode": ["2"]}, index=["M1"])
    >>> of_patches(mines, suggested, stated({"3": 400_000}))["cost_yuan"].tolist()
    [800000.0]

    Where reconstruction or assisted regeneration may be needed, it costs from the one to the other:

    >>> suggested = pd.DataFrame({"mode": [""], "possible": ["23"], "planned_mode": [""]}, index=["M1"])
    >>> found = of_patches(mines, suggested, stated({"2": 90_000, "3": 400_000}))
    >>> found[["cost_cny_per_ha", "least_cny_per_ha", "most_cny_per_ha"]].values.tolist()
    [[400000.0, 90000.0, 400000.0]]
    """
    table: Mapping[str, float] = {} if unit_costs is None else unit_costs.by_mode
    chosen = [
        _mode(mode, possible, planned, table)
        for mode, possible, planned in zip(
            suggested["mode"], suggested["possible"], suggested["planned_mode"], strict=True
        )
    ]
    area_ha = mines["area_m2"].to_numpy(dtype=float) / M2_PER_HECTARE
    unit = np.array([table.get(mode, np.nan) for mode in chosen], dtype=float)
    own = mines["cost_yuan"].to_numpy(dtype=float)
    cost = np.where(np.isnan(own), unit * area_ha, own)
    by_unit = "assumed" if unit_costs is not None and unit_costs.assumed else "stated"
    stated = np.isnan(own) | ~_area_unknown(mines)
    per_ha = np.divide(cost, area_ha, out=np.full(len(cost), np.nan), where=(area_ha > 0) & stated)
    per_ha = np.where(np.isnan(own), unit, per_ha)  # not multiplied and divided again: it equals its own ends
    least, most = _unit_ends(suggested, table)
    source = np.select([~np.isnan(own), ~np.isnan(unit)], ["record", by_unit], "none")
    return pd.DataFrame(
        {
            "cost_yuan": cost,
            "cost_cny_per_ha": per_ha,
            "least_cny_per_ha": np.where(np.isnan(own), least, per_ha),
            "most_cny_per_ha": np.where(np.isnan(own), most, per_ha),
            "cost_source": source,
            "cost_mode": chosen,
            "cost_mode_settled": (suggested["mode"] != "").to_numpy(),
        },
        index=mines.index,
    )


def _area_unknown(mines: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return where nobody states the area: a cost of the record is then one of no known number of hectares."""
    if "area_unknown" not in mines:
        return np.zeros(len(mines), dtype=bool)
    return mines["area_unknown"].to_numpy(dtype=bool)


def _unit_ends(suggested: pd.DataFrame, table: Mapping[str, float]) -> tuple[FloatArray, FloatArray]:
    """Return the cheapest and the dearest unit cost of the modes a patch may need; NaN where one has none."""
    prices = [
        [table.get(code, np.nan) for code in mode or possible] or [np.nan]
        for mode, possible in zip(suggested["mode"], suggested["possible"], strict=True)
    ]
    # np.min and np.max keep NaN: a mode without a price may cost anything
    return (
        np.array([np.min(row) for row in prices], dtype=float),
        np.array([np.max(row) for row in prices], dtype=float),
    )


def _mode(mode: str, possible: str, planned: str, table: Mapping[str, float]) -> str:
    if mode:
        return mode
    if planned and planned in possible:
        return planned
    # A mode without a cost can't be shown to be cheaper: then the cost stays unknown.
    missing = [code for code in possible if code not in table]
    return missing[0] if missing else max(possible, key=lambda code: table[code])
