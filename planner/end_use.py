"""What the law says of each end use of a restored patch: asked of ``zoning``, handed to ``restoration``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gis import recognition
from layers import spec
from layers.layer import Layer
from layers.site import Site
from planner import wording
from restoration.modes import END_USES
from zoning import conflicts, rulebook
from zoning.rule import Rule, Verdict
from zoning.statement import HIT, NEAR, NOT_ASSESSED

RESTORATION_CLASS = "REST"
FLAG = "end_use"


@dataclass(frozen=True, eq=False, slots=True)
class EndUses:
    """The law's answer for each patch and end use.

    Parameters
    ----------
    verdicts
        Patches × end uses: ``P`` prohibited, ``?`` not assessed or not known well enough, ``N`` nothing prohibits it.
        Only rules that depend on the end use are asked: the rest is for the siting check.
    conflicts
        The prohibitions and the open places: ``patch_id``, ``end_use``, ``verdict``, ``layer``, ``rule_id``,
        ``basis_zh``, ``basis_en``, ``conflict_m2``.
    layers
        Control layers that were asked.
    """

    verdicts: pd.DataFrame
    conflicts: pd.DataFrame
    layers: tuple[str, ...]


def ask(mines: gpd.GeoDataFrame, layers: Mapping[str, Layer], day: date) -> EndUses:
    """Ask the rules for every end use on every patch.

    Parameters
    ----------
    mines
        Polygons in EPSG:4490, indexed by patch.
    layers
        Control layers that are loaded.
    day
        The day whose law is asked for.
    """
    book = rulebook.shipped()
    specs = [
        entry
        for entry in spec.catalogue().values()
        if entry.role == "control" and any(_may_forbid(rule) for rule in book.in_force(day, entry.id))
    ]
    asked = {entry.id: layers[entry.id] for entry in specs if entry.id in layers}
    site = _site(mines)
    verdicts = pd.DataFrame("N", index=mines.index, columns=list(END_USES))
    found = []
    for use in END_USES:
        question = conflicts.Question(RESTORATION_CLASS, {FLAG: use}, day)
        told = _told(conflicts.find(site, specs, asked, book, question), book)
        patches = mines.index[told["parcel"].to_numpy(dtype=int)]
        for code in ("?", "P"):
            verdicts.loc[patches[told["answer"] == code].unique(), use] = code
        found.append(
            pd.DataFrame(
                {
                    "patch_id": patches,
                    "end_use": use,
                    "verdict": told["answer"].to_numpy(),
                    "layer": told["layer"].to_numpy(),
                    "rule_id": told["rule_id"].to_numpy(),
                    "basis_zh": [_basis(book, name, day, "zh") for name in told["rule_id"]],
                    "basis_en": [_basis(book, name, day, "en") for name in told["rule_id"]],
                    "conflict_m2": told["conflict_m2"].to_numpy(),
                }
            )
        )
    return EndUses(verdicts, pd.concat(found, ignore_index=True), tuple(entry.id for entry in specs))


def _may_forbid(rule: Rule) -> bool:
    """Return whether a rule forbids restoration for the sake of its end use, or may."""
    severe = rule.verdict in (Verdict.PROHIBITED, Verdict.UNDECIDABLE)
    return severe and rule.names(RESTORATION_CLASS) and FLAG in rule.conditions


def _told(rows: gpd.GeoDataFrame, book: rulebook.RuleBook) -> pd.DataFrame:
    """Return the rows that forbid the end use (``answer`` P) or leave it open (?)."""
    own = rows["rule_id"].map(lambda name: name in book.rules and FLAG in book.rules[name].conditions)
    hit = rows["state"] == HIT
    banned = hit & (rows["verdict"] == Verdict.PROHIBITED.code)
    # A hit that waits for the answer to another question leaves the end use as it is.
    unsettled = (hit & own & (rows["verdict"] == Verdict.UNDECIDABLE.code)) | rows["state"].isin(
        [NEAR, NOT_ASSESSED]
    )
    speaks = (banned | unsettled) & (rows["layer"] != conflicts.FOOTPRINT)
    answer = pd.Series(np.where(banned, "P", "?"), index=rows.index)
    told: pd.DataFrame = pd.DataFrame(rows.drop(columns="geometry")).assign(answer=answer)[speaks]
    return told


def _basis(book: rulebook.RuleBook, rule_id: str, day: date, language: str) -> str:
    rule = book.rules.get(rule_id)
    return "" if rule is None else wording.basis(rule, day, "zh" if language == "zh" else "en")


def _site(mines: gpd.GeoDataFrame) -> Site:
    """Return the patches as a footprint for the siting check's rules."""
    count = len(mines)
    parcels = gpd.GeoDataFrame(
        {
            "parcel_name": mines.index.map(str).to_numpy(dtype=object),
            "row": mines["row"].to_numpy(),
            "stated_m2": np.full(count, np.nan),
            "planar_m2": np.full(count, np.nan),
            "doubtful": np.zeros(count, bool),
        },
        geometry=mines.geometry.to_numpy(),
        crs=4490,
    )
    return Site(
        name="mines",
        path=Path("mines"),
        sha256="",
        kind="mines",
        encoding="",
        parcels=parcels,
        recognition=recognition.from_declaration("EPSG:4490"),
        accuracy_m=0.0,
        lost_rows=(),
        issues=(),
    )
