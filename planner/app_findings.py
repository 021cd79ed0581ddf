"""What a check found, as the app's map and list show it: the words are those of every export."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.equal_area import GeometryArray
from gis.errors import Language
from planner import app_geojson, tables, verdict_symbols, wording
from planner.result import Result
from zoning.rule import Verdict
from zoning.statement import CLEAR, HIT, NEAR, NOT_ASSESSED

Extent = tuple[float, float, float, float]

MOST_LISTED = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, in words.

    Parameters
    ----------
    id
        Of the finding on map and list.
    code
        How it is drawn: a verdict's code, ``near`` (within the tolerance of the lines) or ``none``
        (not assessed).
    verdict
        Code of the verdict.
    rule
        Id of the rule that speaks; empty where none does.
    extent_deg
        West, south, east, north; None where it has no place.
    facts
        Pairs of a column of :data:`planner.tables.FIELDS` and its words, empty ones left out.
    """

    id: str
    state: str
    code: str
    verdict: str
    verdict_title: str
    place: str
    rule: str
    parcel: str
    area: str
    share: str
    illustrative: bool
    extent_deg: Extent | None
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """Findings, worst first, and the GeoJSON of their ground.

    Parameters
    ----------
    findings
        The first ``MOST_LISTED`` of them.
    unlisted
        How many more there are; they are on the map and in every export.
    ground
        GeoJSON; each feature has the ``id`` of its finding and its ``code``, the worst last.
    codes
        The codes that occur on the map.
    sites
        GeoJSON of the parcels.
    clear_layers
        Titles of the layers that are clear in every parcel.
    """

    findings: tuple[Finding, ...]
    unlisted: int
    ground: bytes
    codes: tuple[str, ...]
    sites: bytes
    extent_deg: Extent
    clear_layers: tuple[str, ...]


_FACTS = (
    "basis",
    "certainty",
    "procedure",
    "authority",
    "reason",
    "questions",
    "standing",
    "note",
    "rule_id",
    "source",
    "source_as_of",
)


def of_result(result: Result, language: Language) -> Shown:
    """Return what the app shows of a result.

    A layer that is not assessed for one reason is one finding, whatever the number of parcels. Clear
    rows have no place on the map: their layers are named.
    """
    table = tables.findings(result, language)
    raw = result.findings()
    table = table.assign(
        state_code=raw["state"].to_numpy(),
        standing_code=raw["standing"].to_numpy(),
        finding=_identifiers(raw),
    )
    table["code"] = [
        verdict_symbols.code_of(*row)
        for row in table[["state_code", "standing_code", "verdict"]].itertuples(index=False)
    ]
    said = _worst_first(table[table["state_code"] != CLEAR])
    silent = said["state_code"].eq(NOT_ASSESSED)
    several = len(table[["site", "row"]].drop_duplicates()) > 1
    hits, silences = said[~silent], said[silent]
    listed = [_finding(row, several, language) for row in hits[:MOST_LISTED].to_dict("records")]
    total_m2 = float(table.drop_duplicates(["site", "row"])["subject_m2"].sum())
    listed += [_silence(group, total_m2, language) for _, group in silences.groupby("finding", sort=False)]
    on_map = said[~said.geometry.is_empty].iloc[::-1]
    parcels = np.concatenate([site.site.parcels.geometry.to_numpy() for site in result.sites])
    west, south, east, north = (float(value) for value in shapely.total_bounds(parcels))
    return Shown(
        findings=tuple(listed),
        unlisted=max(0, len(hits) - MOST_LISTED),
        ground=_geojson(on_map.geometry.to_numpy(), on_map["finding"], on_map["code"]),
        codes=tuple(on_map["code"].unique()),
        sites=_geojson(parcels, [""] * len(parcels), [""] * len(parcels)),
        extent_deg=(west, south, east, north),
        clear_layers=_clear_layers(result, language),
    )


def _worst_first(said: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sort hits by severity and area, and after them what is not assessed."""
    keys = said.assign(
        silent=said["state_code"].eq(NOT_ASSESSED),
        near=said["state_code"].eq(NEAR),
        severity=[Verdict.from_code(code).severity for code in said["verdict"]],
    )
    wanted = ["silent", "severity", "near", "conflict_m2"]
    return said.loc[keys.sort_values(wanted, ascending=[True, False, True, False], kind="stable").index]


def _identifiers(raw: pd.DataFrame) -> list[str]:
    """Return a name for each row that stays the same when other rows come or go."""
    silent = raw["state"].eq(NOT_ASSESSED)
    place = raw[["layer", "state", "reason"]].agg("|".join, axis=1)
    own = raw[["site", "parcel", "sub_class", "rule_id"]].astype(str).agg("|".join, axis=1).where(~silent, "")
    name = place + "|" + own
    again = name.groupby(name).cumcount().astype(str).where(~silent, "")
    return [f"F{hashlib.sha256(text.encode()).hexdigest()[:10]}" for text in name + "|" + again]


def _finding(row: dict[Hashable, Any], several: bool, language: Language) -> Finding:
    near = row["state_code"] == NEAR
    area_m2 = float(row["conflict_most_m2"] if near else row["conflict_m2"])
    area = _area(area_m2, language)
    if near:
        area = f"最多 {area}" if language == "zh" else f"up to {area}"
    parcel = str(row["parcel_name"]) if several else ""
    return _in_words(
        row, parcel, area, area_m2 / float(row["subject_m2"]), _bounds([row["geometry"]]), language
    )


def _silence(rows: gpd.GeoDataFrame, total_m2: float, language: Language) -> Finding:
    area_m2 = float(rows["not_assessed_m2"].sum())
    first = rows.iloc[0].to_dict()
    extent = _bounds(rows.geometry.to_numpy())
    return _in_words(first, "", _area(area_m2, language), area_m2 / total_m2, extent, language)


def _in_words(
    row: dict[Hashable, Any], parcel: str, area: str, share: float, extent: Extent | None, language: Language
) -> Finding:
    separator = "·" if language == "zh" else ", "
    return Finding(
        id=str(row["finding"]),
        state=str(row["state_code"]),
        code=str(row["code"]),
        verdict=str(row["verdict"]),
        verdict_title=str(row["verdict_title"]),
        place=separator.join(filter(None, [row["layer_title"], row["sub_class_title"]])),
        rule=str(row["rule_id"] or ""),
        parcel=parcel,
        area=area,
        share=wording.percent(share),
        illustrative=bool(row["illustrative"]),
        extent_deg=extent,
        facts=tuple((name, str(row[name])) for name in _FACTS if row[name]),
    )


def _bounds(geometries: Sequence[shapely.Geometry] | GeometryArray) -> Extent | None:
    west, south, east, north = (float(value) for value in shapely.total_bounds(geometries))
    return None if np.isnan(west) else (west, south, east, north)


def _area(area_m2: float, language: Language) -> str:
    hectares, mu = wording.hectares(area_m2), wording.mu(area_m2)
    return f"{hectares} 公顷（{mu} 亩）" if language == "zh" else f"{hectares} ha ({mu} mu)"


def _clear_layers(result: Result, language: Language) -> tuple[str, ...]:
    """Return the titles of layers that are clear in every site."""
    names = set.intersection(*(set(site.clear_layers) for site in result.sites))
    return tuple(sorted(wording.layer_title(name, language) for name in names))


def _geojson(geometries: GeometryArray, identifiers: Iterable[str], codes: Iterable[str]) -> bytes:
    drawn = zip(identifiers, codes, app_geojson.shapes(geometries), strict=True)
    return app_geojson.collection(
        app_geojson.feature({"id": identifier, "code": code}, shape) for identifier, code, shape in drawn
    )


def is_hit(finding: Finding) -> bool:
    """Whether a rule speaks, or may speak, of the ground; the others are not assessed."""
    return finding.state in (HIT, NEAR)


def is_unrestricted(finding: Finding) -> bool:
    """Whether the rule that speaks of the ground asks for nothing there."""
    return is_hit(finding) and finding.verdict == Verdict.NO_CONTROL.code


def is_restricting(finding: Finding) -> bool:
    """Whether the rule that speaks of the ground asks for something, or it is not known what."""
    return is_hit(finding) and not is_unrestricted(finding)
