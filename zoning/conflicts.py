"""What stands in a project's way: every layer, every rule, every parcel, and what is not known.

Three answers, not two. A layer that is not loaded, ground outside a layer's coverage, a feature
whose sub-class the file does not tell and a feature that could not be placed are *not assessed*,
never *clear*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis import area, equal_area, overlap
from gis.equal_area import CountArray, GeometryArray
from layers.layer import Layer
from layers.site import Site
from layers.spec import LayerSpec
from zoning.decide import Decision, decide_place
from zoning.places import Places, nowhere
from zoning.rule import Rule, Scope, Verdict
from zoning.rulebook import RuleBook

SLIVER_M2 = 1.0
"""Hits below this are shown as touching boundaries (边界相邻). A setting, not a law: public code uses
1 m² (S), no official tolerance is known."""

HIT, CLEAR, NOT_ASSESSED = "hit", "clear", "not_assessed"
FOOTPRINT = "footprint"
"""Stands in the ``layer`` column of rows that speak of the parcel's own boundary."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the law.

    Parameters
    ----------
    project_class
        Id of the class.
    answers
        Answers to its flags.
    day
        The day whose law is asked for.
    sliver_m2
        Hits below this area don't decide, they ask.
    """

    project_class: str
    answers: Mapping[str, str]
    day: date
    sliver_m2: float = SLIVER_M2


def find(
    site: Site,
    specs: Iterable[LayerSpec],
    layers: Mapping[str, Layer],
    book: RuleBook,
    question: Question,
) -> gpd.GeoDataFrame:
    """Find everything the control layers say about a site.

    Parameters
    ----------
    site
        The parcels.
    specs
        Every control layer that ought to be asked, loaded or not.
    layers
        The layers that are loaded, by id.
    book
        The rules.
    question
        Project class, answers and day.

    Returns
    -------
    GeoDataFrame
        EPSG:4490; at least one row for each parcel and layer, ordered by parcel, layer, severity
        and rule. ``state`` is ``hit`` (a rule speaks), ``not_assessed`` or ``clear``;
        ``conflict_m2`` is the ground the rule speaks of (features that overlap count once),
        ``not_assessed_m2`` the ground where the layer can't answer, ``clear_m2`` the rest: in
        every row the three add up to ``subject_m2`` to the square centimetre. ``geometry`` is the
        ground of the row's own statement.

    Raises
    ------
    gis.area.PiecesError
        When pieces don't add up to their parcel: never seen, and never to be reported away.
    """
    places = {name: Places(site.ground, layer) for name, layer in layers.items()}
    groups = [_doubtful(site)]
    for spec in specs:
        if spec.id in places:
            rules = book.in_force(question.day, spec.id)
            groups += _of_layer(places[spec.id], places, rules, question)
        else:
            groups.append(_silence(spec.id, "layer_missing", site.ground, site.ground.plane))
    return _frame(site, groups, question)


@dataclass(frozen=True, eq=False, slots=True)
class _Rows:
    """Rows that one statement makes in several parcels, in the plane."""

    layer: str
    state: str
    reason: str
    sub_class: str
    relation: str
    decision: Decision
    positions: CountArray
    conflict: GeometryArray
    not_assessed: GeometryArray
    feature_count: CountArray


_NOTHING = Decision(None, Verdict.NO_CONTROL)
_UNKNOWN = Decision(None, Verdict.UNDECIDABLE)


def _of_layer(
    places: Places, others: Mapping[str, Places], rules: tuple[Rule, ...], question: Question
) -> list[_Rows]:
    silent = overlap.union(list(places.silences.values()))
    bases = [Scope(places.layer.id, name, "within", "") for name in places.sub_classes]
    if any(rule.scope.relation == "outside" for rule in rules):
        bases.append(Scope(places.layer.id, "outside", "outside", ""))
    rows = []
    for base in bases:
        decided = decide_place(rules, base, question.project_class, question.answers)
        for scope, decisions in decided.items():
            ground = places.ground_of(scope, others)
            rows += [_hit(places, scope, decision, ground, silent) for decision in decisions]
    spoken_of = np.zeros(len(places.parcels), dtype=bool)
    for reason, ground in places.silences.items():
        rows.append(_silence(places.layer.id, reason, places.parcels, ground))
    for group in rows:
        spoken_of[group.positions] = True
    return [*rows, _clear(places, np.flatnonzero(~spoken_of))]


def _hit(
    places: Places, scope: Scope, decision: Decision, ground: GeometryArray, silent: GeometryArray
) -> _Rows:
    positions = np.flatnonzero(overlap.has_ground(ground))
    return _Rows(
        layer=places.layer.id,
        state=HIT,
        reason=_why_undecided(decision) if decision.verdict is Verdict.UNDECIDABLE else "",
        sub_class=scope.sub_class,
        relation=scope.relation,
        decision=decision,
        positions=positions,
        conflict=ground[positions],
        not_assessed=overlap.difference(silent[positions], ground[positions]),
        feature_count=places.feature_counts(scope)[positions],
    )


def _why_undecided(decision: Decision) -> str:
    if decision.rule is None:
        return "no_rule"
    return "flag_missing" if decision.missing_flags else "rule_undecided"


def _silence(layer: str, reason: str, parcels: overlap.Ground, ground: GeometryArray) -> _Rows:
    positions = np.flatnonzero(overlap.has_ground(ground))
    return _Rows(
        layer=layer,
        state=NOT_ASSESSED,
        reason=reason,
        sub_class="",
        relation="",
        decision=_UNKNOWN,
        positions=positions,
        conflict=nowhere(parcels)[positions],
        not_assessed=ground[positions],
        feature_count=np.zeros(len(positions), dtype=np.intp),
    )


def _clear(places: Places, positions: CountArray) -> _Rows:
    empty = nowhere(places.parcels)[positions]
    return _Rows(
        layer=places.layer.id,
        state=CLEAR,
        reason="",
        sub_class="",
        relation="",
        decision=_NOTHING,
        positions=positions,
        conflict=empty,
        not_assessed=empty,
        feature_count=np.zeros(len(positions), dtype=np.intp),
    )


def _doubtful(site: Site) -> _Rows:
    """Return the row of each parcel whose boundary crosses itself: measured, but never found clear."""
    doubtful = site.parcels["doubtful"].to_numpy(dtype=bool)
    ground = np.where(doubtful, site.ground.plane, nowhere(site.ground))
    return _silence(FOOTPRINT, "shape_doubtful", site.ground, ground)


def _frame(site: Site, groups: list[_Rows], question: Question) -> gpd.GeoDataFrame:
    frames = [_group_frame(site, group) for group in groups if len(group.positions)]
    findings = pd.concat(frames, ignore_index=True)
    measured = np.column_stack([findings.pop("conflict"), findings.pop("not_assessed")])
    areas = shapely.area(measured)
    subject_m2 = findings["subject_m2"].to_numpy()
    rest = np.maximum(subject_m2 - areas.sum(axis=1), 0.0)
    pieces, whole = area.round_to_whole(np.column_stack([areas, rest]), subject_m2)
    findings["subject_m2"] = whole
    findings[["conflict_m2", "not_assessed_m2", "clear_m2"]] = pieces
    findings["share"] = pieces[:, 0] / whole
    hit = (findings["state"] == HIT).to_numpy()
    findings["sliver"] = hit & (areas[:, 0] < question.sliver_m2)
    shown = np.where(hit, measured[:, 0], measured[:, 1])
    findings = gpd.GeoDataFrame(findings, geometry=equal_area.geometries_from_plane(shown), crs=4490)
    return _ordered(findings)


def _group_frame(site: Site, group: _Rows) -> pd.DataFrame:
    decision, rule = group.decision, group.decision.rule
    return pd.DataFrame(
        {
            "parcel": site.parcels.index[group.positions],
            "layer": group.layer,
            "state": group.state,
            "reason": group.reason,
            "sub_class": group.sub_class,
            "relation": group.relation,
            "rule_id": rule.id if rule else "",
            "verdict": decision.verdict.code,
            "missing_flags": "、".join(decision.missing_flags),
            "if_yes": decision.if_yes.code if decision.if_yes else "",
            "if_no": decision.if_no.code if decision.if_no else "",
            "feature_count": group.feature_count,
            "subject_m2": site.ground.area_m2[group.positions],
            "conflict": group.conflict,
            "not_assessed": group.not_assessed,
        }
    )


def _ordered(findings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    severity = findings["verdict"].map(lambda code: -Verdict.from_code(code).severity)
    keys = findings.assign(severity=severity, silence=findings["state"] != HIT)
    order = keys.sort_values(
        ["parcel", "layer", "severity", "silence", "rule_id", "sub_class", "reason"], kind="stable"
    ).index
    return findings.loc[order].reset_index(drop=True)


def overall(findings: pd.DataFrame) -> pd.Series[str]:
    """Return each parcel's overall verdict: the worst of its rows.

    A sliver does not decide, it asks: it counts as *undecidable* at the most.

    Parameters
    ----------
    findings
        Rows of :func:`find`.

    Returns
    -------
    Series
        Verdict code, on the parcels' labels.
    """
    severity = findings["verdict"].map(lambda code: Verdict.from_code(code).severity)
    ceiling = np.where(findings["sliver"], Verdict.UNDECIDABLE.severity, Verdict.PROHIBITED.severity)
    worst = severity.clip(upper=pd.Series(ceiling, index=severity.index)).groupby(findings["parcel"]).max()
    codes = {verdict.severity: verdict.code for verdict in Verdict}
    return pd.Series([codes[value] for value in worst], index=worst.index, name="verdict")
