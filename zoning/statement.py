"""One statement of the law about several parcels, and the findings made of all statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis import area, equal_area
from gis.equal_area import CountArray, FloatArray, GeometryArray
from layers.site import Site
from zoning import tolerance
from zoning.decide import Decision
from zoning.places import Extent, nowhere
from zoning.rule import Verdict

HIT, NEAR, CLEAR, NOT_ASSESSED = "hit", "near", "clear", "not_assessed"


@dataclass(frozen=True, eq=False, slots=True)
class Statement:
    """What one decision, or one silence, says about several parcels; geometry in the plane.

    ``positions`` are the parcels'; every other array has one entry for each of them.
    """

    layer: str
    state: str
    reason: str
    sub_class: str
    relation: str
    decision: Decision
    positions: CountArray
    extent: Extent
    not_assessed: GeometryArray
    feature_count: CountArray
    nearest_m: FloatArray
    nearest_error_m: FloatArray
    accuracy_m: float
    at_worst: Verdict = Verdict.PROHIBITED
    at_least: Verdict = Verdict.UNDECIDABLE


def silence(
    layer: str,
    state: str,
    reason: str,
    positions: CountArray,
    not_assessed: GeometryArray,
    at_worst: Verdict = Verdict.PROHIBITED,
    at_least: Verdict = Verdict.UNDECIDABLE,
) -> Statement:
    """Return a statement that hits nothing: a layer's silence, or its being clear.

    ``at_worst`` is the worst that the layer could say if it could be asked, ``at_least`` the
    mildest, where that is worse than *undecidable*.
    """
    empty = nowhere(len(positions))
    verdict = Verdict.NO_CONTROL if state == CLEAR else Verdict.UNDECIDABLE
    return Statement(
        layer=layer,
        state=state,
        reason=reason,
        sub_class="",
        relation="",
        decision=Decision(None, verdict),
        positions=positions,
        extent=Extent(empty, empty, empty, empty),
        not_assessed=not_assessed,
        feature_count=np.zeros(len(positions), dtype=np.intp),
        nearest_m=np.full(len(positions), np.nan),
        nearest_error_m=np.full(len(positions), np.nan),
        accuracy_m=0.0,
        at_worst=at_worst,
        at_least=at_least,
    )


def findings(site: Site, statements: list[Statement], sliver_m2: float) -> gpd.GeoDataFrame:
    """Return the rows of all statements, measured; see :func:`zoning.conflicts.find`."""
    table = _stacked([_rows(site, item) for item in statements if len(item.positions)])
    conflict, not_assessed = table.pop("ground").to_numpy(), table.pop("not_assessed").to_numpy()
    areas = shapely.area(np.column_stack([conflict, not_assessed]))
    subject_m2 = table["subject_m2"].to_numpy()
    rest = np.maximum(subject_m2 - areas.sum(axis=1), 0.0)
    pieces, whole = area.round_to_whole(np.column_stack([areas, rest]), subject_m2)
    table["subject_m2"] = whole
    table[["conflict_m2", "not_assessed_m2", "clear_m2"]] = pieces
    table["share"] = pieces[:, 0] / whole
    reach = table.pop("most").to_numpy()
    least, most = shapely.area(table.pop("least")), shapely.area(reach)
    table["conflict_least_m2"] = np.minimum(np.round(least, 2), pieces[:, 0])
    table["conflict_most_m2"] = np.maximum(np.round(most, 2), pieces[:, 0])
    hit = (table["state"] == HIT).to_numpy()
    half = shapely.area(table.pop("half"))
    table["standing"] = np.where(hit, tolerance.standing(least, half), "")
    spoken_m2 = np.where(hit, areas[:, 0], areas[:, 1])
    # A parcel that is itself small is hit whole, not touched.
    slight = (spoken_m2 < sliver_m2) & (spoken_m2 < subject_m2 / 2)
    sliver = hit & slight
    table["sliver"] = sliver
    table.loc[sliver, "standing"] = tolerance.WITHIN_TOLERANCE
    table["width_m"] = np.where(hit, np.round(tolerance.mean_width_m(conflict), 3), 0.0)
    table["counts_as"] = _counts_as(table, table.pop("at_worst"), table.pop("at_least"), slight)
    near = (table["state"] == NEAR).to_numpy()
    shown = np.where(hit, conflict, np.where(near, reach, not_assessed))
    geometry = equal_area.geometries_from_plane(shown)
    return _ordered(gpd.GeoDataFrame(table, geometry=geometry, crs=4490))


def _stacked(statements: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the rows of all statements as one frame: one concatenation a column, not one a statement."""
    counts = [len(rows["parcel"]) for rows in statements]
    columns = {
        name: np.concatenate(
            [
                rows[name] if isinstance(rows[name], np.ndarray) else np.full(count, rows[name], dtype=object)
                for rows, count in zip(statements, counts, strict=True)
            ]
        )
        for name in statements[0]
    }
    return pd.DataFrame(columns).infer_objects()


def _rows(site: Site, item: Statement) -> dict[str, Any]:
    decision, rule = item.decision, item.decision.rule
    return {
        "parcel": site.parcels.index.to_numpy()[item.positions],
        "layer": item.layer,
        "state": item.state,
        "reason": item.reason,
        "sub_class": item.sub_class,
        "relation": item.relation,
        "rule_id": rule.id if rule else "",
        "verdict": decision.verdict.code,
        "missing_flags": "、".join(decision.missing_flags),
        "if_yes": decision.if_yes.code if decision.if_yes else "",
        "if_no": decision.if_no.code if decision.if_no else "",
        "feature_count": item.feature_count,
        "nearest_m": item.nearest_m,
        "nearest_error_m": item.nearest_error_m,
        "accuracy_m": item.accuracy_m,
        "at_worst": item.at_worst.code,
        "at_least": (decision.at_least if item.state == HIT else item.at_least).code,
        "subject_m2": site.ground.area_m2[item.positions],
        "ground": item.extent.ground,
        "least": item.extent.least,
        "half": item.extent.half,
        "most": item.extent.most,
        "not_assessed": item.not_assessed,
    }


def _counts_as(
    table: pd.DataFrame,
    at_worst: pd.Series[str],
    at_least: pd.Series[str],
    slight: npt.NDArray[np.bool_],
) -> list[str]:
    """Return what each row weighs in the overall verdict.

    A hit within the tolerance of the lines asks, it does not decide. What is undecidable weighs the
    mildest it can come to, if that is worse. The silence of a layer that could at the worst guide
    or encourage does not make a site undecidable: it is told, and weighs what the layer could say.
    """
    weighed = []
    for row_verdict, state, standing, worst, least, is_slight in zip(
        table["verdict"], table["state"], table["standing"], at_worst, at_least, slight, strict=True
    ):
        verdict, limit = Verdict.from_code(row_verdict), Verdict.from_code(worst)
        if state == HIT and standing == tolerance.WITHIN_TOLERANCE:
            verdict = min(verdict, Verdict.UNDECIDABLE, key=lambda item: item.severity)
        elif verdict is Verdict.UNDECIDABLE and not is_slight:
            verdict = Verdict.worst([verdict, Verdict.from_code(least)])
        if state == NOT_ASSESSED and limit.severity <= Verdict.GUIDED.severity:
            verdict = limit
        weighed.append(verdict.code)
    return weighed


def _ordered(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    severity = table["verdict"].map(lambda code: -Verdict.from_code(code).severity)
    keys = table.assign(severity=severity, silence=table["state"] != HIT)
    order = keys.sort_values(
        ["parcel", "layer", "severity", "silence", "rule_id", "sub_class", "reason"], kind="stable"
    ).index
    return table.loc[order].reset_index(drop=True)
