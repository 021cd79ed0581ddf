"""What stands in a project's way: every layer, every rule, every parcel, and what is not known.

Three answers, not two. A layer that is not loaded, ground outside a layer's coverage, a feature
whose sub-class the file does not tell and a feature that could not be placed are *not assessed*,
never *clear*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gis import overlap, proximity
from gis.equal_area import CountArray, GeometryArray
from layers.layer import Layer
from layers.site import Site
from layers.spec import LayerSpec
from zoning import decide, statement
from zoning.decide import Decision, decide_place
from zoning.places import Extent, Places, nowhere
from zoning.rule import Rule, Scope, Verdict
from zoning.rulebook import RuleBook
from zoning.statement import CLEAR, HIT, NEAR, NOT_ASSESSED, Statement

SLIVER_M2 = 1.0
"""Hits below this are shown as touching boundaries (边界相邻). A setting, not a law: public code uses
1 m² (S), no official tolerance is known."""
NEARBY_M = 100.0
"""How far around a clear parcel a layer is looked for: "nothing, but something within N m"."""
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
    nearby_m
        How far around a clear parcel a layer is looked for.
    """

    project_class: str
    answers: Mapping[str, str]
    day: date
    sliver_m2: float = SLIVER_M2
    nearby_m: float = NEARBY_M


def find(
    site: Site,
    specs: Iterable[LayerSpec],
    layers: Mapping[str, Layer],
    book: RuleBook,
    question: Question,
    tell: Callable[[str], None] = lambda _: None,
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
    tell
        Called with the id of each layer as it is asked; what it raises ends the search.

    Returns
    -------
    GeoDataFrame
        EPSG:4490; at least one row for each parcel and layer, ordered by parcel, layer, severity
        and rule. ``state`` is ``hit`` (a rule speaks), ``near`` (none here, but the line is not
        known well enough to say so), ``not_assessed`` or ``clear``. ``conflict_m2`` is the ground
        the rule speaks of (features that overlap count once), ``not_assessed_m2`` the ground where
        the layer can't answer, ``clear_m2`` the rest: in every row the three add up to
        ``subject_m2`` to the square centimetre. ``conflict_least_m2`` and ``conflict_most_m2`` are
        what the overlap would be with the line at the two ends of its accuracy, ``standing`` says
        how sure the hit is (:mod:`zoning.tolerance`), ``width_m`` its mean width, ``nearest_m`` the
        distance to the nearest feature of a clear parcel (NaN: none within ``nearby_m``) and
        ``nearest_error_m`` how far that may be off by its computation, the lines taken as drawn.
        ``geometry`` is the ground of the row's own statement.

    Raises
    ------
    gis.area.PiecesError
        When pieces don't add up to their parcel: never seen, and never to be reported away.

    Examples
    --------
    A plot of 3 m × 2 m, of which a rule prohibits the 1 m × 2 m that are permanent basic farmland: 2 m² of
    conflict, 6 - 2 = 4 m² clear. The other layer was not loaded: 6 m² are not assessed, none is clear of it.

    >>> from pathlib import Path
    >>> import shapely
    >>> from gis import equal_area
    >>> from gis.errors import Text
    >>> from layers import spec
    >>> from layers.layer import Source
    >>> def box(*ends):
    ...     return equal_area.geometries_from_plane(np.array([shapely.box(*ends)]))
    >>> plot = gpd.GeoDataFrame({"doubtful": [False]}, geometry=box(0, 0, 3, 2), crs=4490)
    >>> farmland = gpd.GeoDataFrame({"sub_class": ["all"]}, geometry=box(2, 0, 4, 2), crs=4490)
    >>> source = Source("farmland", "", None, Text("", ""), Text("", ""), False, None)
    >>> known = spec.find("permanent_basic_farmland")
    >>> layer = Layer(known, farmland, gpd.GeoSeries(box(-9, -9, 9, 9), crs=4490), source, ())
    >>> site = Site("plot", Path(), "", "", "", plot, None, 0.0, (), ())
    >>> scope, no, day = Scope(known.id, "all", "within", ""), Text("", ""), date(2026, 1, 1)
    >>> rule = Rule("R-1", scope, ("PV",), (), {}, Verdict.PROHIBITED, (), day, None, "", no, no, no, "V")
    >>> book = RuleBook({"R-1": rule}, {}, (), "")
    >>> specs = [known, spec.find("ecological_red_line")]
    >>> rows = find(site, specs, {known.id: layer}, book, Question("PV", {}, day))
    >>> rows[["layer", "state", "conflict_m2", "not_assessed_m2", "clear_m2"]].values.tolist()
    [['ecological_red_line', 'not_assessed', 0.0, 6.0, 0.0],
     ['permanent_basic_farmland', 'hit', 2.0, 0.0, 4.0]]
    >>> overall(rows).tolist()
    ['P']
    """
    places = {name: Places(site.ground, layer, _accuracy_m(site, layer)) for name, layer in layers.items()}
    statements = [_doubtful(site)]
    for spec in specs:
        tell(spec.id)
        rules = book.in_force(question.day, spec.id)
        if spec.id in places:
            statements += _of_layer(site, places[spec.id], places, rules, question)
        else:
            everywhere = np.arange(len(site.ground))
            worst = _at_worst(spec, rules, question.project_class)
            statements.append(
                statement.silence(
                    spec.id, NOT_ASSESSED, "layer_missing", everywhere, site.ground.plane, worst
                )
            )
    return statement.findings(site, statements, question.sliver_m2)


def _accuracy_m(site: Site, layer: Layer) -> float:
    """Return how well the layer's lines lie to the site's: all errors, added in squares."""
    errors = (site.accuracy_m, layer.source.positional_accuracy_m or 0.0, layer.crs_accuracy_m)
    return float(np.linalg.norm(errors))


def _of_layer(
    site: Site, places: Places, others: Mapping[str, Places], rules: tuple[Rule, ...], question: Question
) -> list[Statement]:
    bases = [Scope(places.layer.id, name, "within", "") for name in places.sub_classes]
    if any(rule.scope.relation == "outside" for rule in rules):
        bases.append(Scope(places.layer.id, "outside", "outside", ""))
    silent = overlap.union(list(places.silences.values()))
    said: list[Statement] = []
    for base in bases:
        decided = decide_place(rules, base, question.project_class, question.answers)
        for scope, decisions in decided.items():
            extent = places.extent_of(scope, others)
            for decision in decisions:
                said += _hits(places, scope, decision, extent, silent)
    said += _silences(places, rules, question)
    said.append(_near_unknown(places))
    spoken_of = np.zeros(len(site.ground), dtype=bool)
    for item in said:
        spoken_of[item.positions] = True
    return [*said, _clear(site, places.layer, np.flatnonzero(~spoken_of), question.nearby_m)]


def _silences(places: Places, rules: tuple[Rule, ...], question: Question) -> list[Statement]:
    """Return where a layer does not answer, with the worst and the mildest that it could say."""
    worst = _at_worst(places.layer.spec, rules, question.project_class)
    said = []
    for reason, ground in places.silences.items():
        speaks = overlap.has_ground(ground)
        least = Verdict.UNDECIDABLE
        if reason == "sub_class_unknown" and speaks.any():
            least = _at_least(places.layer.spec, rules, question)
        sure = places.surely_unknown() if least is not Verdict.UNDECIDABLE else np.zeros_like(speaks)
        for chosen, floor in ((speaks & sure, least), (speaks & ~sure, Verdict.UNDECIDABLE)):
            positions = np.flatnonzero(chosen)
            said.append(
                statement.silence(
                    places.layer.id, NOT_ASSESSED, reason, positions, ground[positions], worst, floor
                )
            )
    return said


def _near_unknown(places: Places) -> Statement:
    """Return where a feature of unknown sub-class may lie, if the lines are off by their accuracy."""
    reach = places.near_unknown()
    near = overlap.has_ground(reach) & ~overlap.has_ground(places.under_unknown)
    positions = np.flatnonzero(near)
    empty = nowhere(len(positions))
    found = statement.silence(places.layer.id, NEAR, "within_accuracy", positions, empty)
    return replace(found, extent=Extent(empty, empty, empty, reach[positions]), accuracy_m=places.accuracy_m)


def _at_worst(layer: LayerSpec, rules: tuple[Rule, ...], project_class: str) -> Verdict:
    """Return the worst that a layer could say about a class, whatever the place and the answers.

    A sub-class about which no rule speaks is *undecidable*.
    """
    names = [entry.id for entry in layer.sub_classes]
    if any(rule.scope.relation == "outside" for rule in rules):
        names.append("outside")
    speaking = [rule for rule in rules if rule.names(project_class) or rule.sweeps(project_class)]
    return Verdict.worst(
        [Verdict.worst([rule.verdict for rule in speaking if rule.scope.sub_class == name]) for name in names]
    )


def _at_least(layer: LayerSpec, rules: tuple[Rule, ...], question: Question) -> Verdict:
    """Return the mildest that a layer can say about a feature whose sub-class is not told.

    Not milder than *undecidable*: what is milder decides nothing while the sub-class is not known.
    """
    outcomes = []
    for entry in layer.sub_classes:
        scope = Scope(layer.id, entry.id, "within", "")
        members = [rule for rule in rules if rule.scope == scope]
        outcomes.append(decide.mildest(members, question.project_class, question.answers))
    mildest = min(outcomes, key=lambda verdict: verdict.severity)
    return Verdict.worst([mildest, Verdict.UNDECIDABLE])


def _hits(
    places: Places, scope: Scope, decision: Decision, extent: Extent, silent: GeometryArray
) -> list[Statement]:
    """Return where a decision hits, and where it would if the line lay within its accuracy."""
    hit = overlap.has_ground(extent.ground)
    near = ~hit & overlap.has_ground(extent.most)
    undecided = decision.verdict is Verdict.UNDECIDABLE
    reason = _why_undecided(decision) if undecided else ""
    asked = Decision(decision.rule, Verdict.UNDECIDABLE, (), decision.verdict, Verdict.NO_CONTROL)
    said = []
    if hit.any():
        said.append(_statement(places, scope, HIT, reason, decision, extent, silent, hit))
    if near.any():
        said.append(_statement(places, scope, NEAR, "within_accuracy", asked, extent, silent, near))
    return said


def _statement(
    places: Places,
    scope: Scope,
    state: str,
    reason: str,
    decision: Decision,
    extent: Extent,
    silent: GeometryArray,
    where: npt.NDArray[np.bool_],
) -> Statement:
    positions = np.flatnonzero(where)
    chosen = Extent(*[part[positions] for part in (extent.ground, extent.least, extent.half, extent.most)])
    return Statement(
        layer=places.layer.id,
        state=state,
        reason=reason,
        sub_class=scope.sub_class,
        relation=scope.relation,
        decision=decision,
        positions=positions,
        extent=chosen,
        not_assessed=overlap.difference(silent[positions], chosen.ground),
        feature_count=places.feature_counts(scope)[positions],
        nearest_m=np.full(len(positions), np.nan),
        nearest_error_m=np.full(len(positions), np.nan),
        accuracy_m=places.accuracy_m,
    )


def _why_undecided(decision: Decision) -> str:
    if decision.rule is None:
        return "no_rule"
    return "flag_missing" if decision.missing_flags else "rule_undecided"


def _clear(site: Site, layer: Layer, positions: CountArray, nearby_m: float) -> Statement:
    found = statement.silence(layer.id, CLEAR, "", positions, nowhere(len(positions)))
    parcels = site.ground.take(positions)
    near = proximity.nearest_ground(parcels, layer.ground, within_m=nearby_m)
    places = parcels.index.get_indexer(near.index)
    found.nearest_m[places] = near["distance_m"]
    found.nearest_error_m[places] = near["error_m"]
    return found


def _doubtful(site: Site) -> Statement:
    """Return the row of each parcel whose shape is not known: measured, but never found clear."""
    positions = np.flatnonzero(site.parcels["doubtful"].to_numpy(dtype=bool))
    return statement.silence(
        FOOTPRINT, NOT_ASSESSED, "shape_doubtful", positions, site.ground.plane[positions]
    )


def overall(findings: pd.DataFrame) -> pd.Series[str]:
    """Return each parcel's overall verdict: the worst of what its rows count as.

    A hit that lies within the tolerance of the lines does not decide, it asks: it counts as
    *undecidable* at the most. What is undecidable for want of an answer or of a feature's
    sub-class counts as the mildest verdict it can come to, where that is worse than *undecidable*:
    nobody reads anything milder than what can be. A layer that is not assessed counts as
    *undecidable*, except one whose rules could only guide or encourage the class.

    Parameters
    ----------
    findings
        Rows of :func:`find`.

    Returns
    -------
    Series
        Verdict code, on the parcels' labels.

    Examples
    --------
    Prohibited outweighs a condition, and so does what is not known:

    >>> overall(pd.DataFrame({"parcel": [0, 0, 1, 1], "counts_as": ["P", "C", "C", "?"]})).to_dict()
    {0: 'P', 1: '?'}
    """
    severity = findings["counts_as"].map(lambda code: Verdict.from_code(code).severity)
    worst = severity.groupby(findings["parcel"]).max()
    codes = {verdict.severity: verdict.code for verdict in Verdict}
    return pd.Series([codes[value] for value in worst], index=worst.index, name="verdict")
