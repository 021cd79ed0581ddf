"""How urgent each mine is by each criterion, with what is not known kept visible.

A criterion that can't be measured (no such layer, raster or column, or none that reaches the mine) is *not
assessed*: its score may be anything from 0 to 1, and an issue says so. It is never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import CrsMixUpError, InputError, Text
from gis.projection import CGCS2000
from layers.issue import Issue
from layers.layer import Layer
from layers.raster_layer import RasterLayer
from restoration import assess_boundaries, assessment_issues, scoring
from restoration.criterion import Criterion, Measure, Statistic
from restoration.evidence import Evidence
from restoration.measured import COMPLETE, Measured, nothing
from restoration.score_table import FloatArray

NO_COLUMN = Text("图斑表没有这一列", "the table of mines has no such column")
NO_VALUE = Text("图斑表中为空或不是数值", "empty, or not a number, in the table of mines")
NO_AREA = Text("只有点位，没有填写面积", "known as points that state no area")
NOT_LISTED = Text(
    "图斑表中为空，或代码不在指标的取值表里", "empty, or a code that the criterion does not list"
)


PARTS = ("values", "least", "most", "low", "high", "scores", "covered_share")
"""The frames of an assessment."""


@dataclass(frozen=True, eq=False, slots=True)
class Assessment:
    """What was measured, and the scores that follow.

    Every frame has the mines in rows and the criteria's ids in columns, in the order given.

    Parameters
    ----------
    values
        As measured, in each criterion's unit; NaN = not assessed.
    least, most
        The ends of what the value may be, in the same unit; infinite where nothing bounds it.
    low, high
        The ends of what the score may be: a missing value may be anything from 0 to 1; an incomplete layer,
        a boundary's accuracy and a raster's error widen it.
    scores
        Best estimate in [0, 1], 1 = most urgent; the middle of what it may be where only a part of the ground was
        seen; NaN = not assessed.
    covered_share
        Share of each mine's ground that the measure could see (data there, inside the coverage).
    issues
        What was wrong, or left out.
    """

    values: pd.DataFrame
    least: pd.DataFrame
    most: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    scores: pd.DataFrame
    covered_share: pd.DataFrame
    issues: tuple[Issue, ...]

    @property
    def known_share(self) -> pd.DataFrame:
        """How much of each score is known: all of one that can't be otherwise, else the share of the ground seen."""
        share = self.covered_share.where(self.low < self.high, 1.0)
        return share.where(self.scores.notna(), 0.0)


def assess(
    mines: gpd.GeoDataFrame,
    *,
    layers: Mapping[str, Layer],
    rasters: Mapping[str, RasterLayer],
    criteria: Sequence[Criterion],
    tell: Callable[[str], None] = lambda _: None,
) -> Assessment:
    """Measure every criterion for every mine and turn the values into scores.

    Parameters
    ----------
    mines
        Valid polygons in EPSG:4490 on a unique index, with the columns that criteria read.
    layers, rasters
        By kind; what is missing is not assessed.
    criteria
        Ids are unique.
    tell
        Called with a word on what is being measured.

    Raises
    ------
    CrsMixUpError
        When the mines are in another system.
    InputError
        ``criteria_duplicate``; ``ndvi_flat``; ``file_unreadable`` when a raster is damaged.

    Examples
    --------
    Cost is a column of the user's. 50,000 to 500,000 yuan per hectare are the limits; B's cost is not known:

    >>> import shapely
    >>> from restoration.criterion_files import find
    >>> field = shapely.box(113.5, 38.0, 113.501, 38.001)
    >>> mines = gpd.GeoDataFrame({"cost_cny_per_ha": [275_000, np.nan]}, index=["A", "B"],
    ...                          geometry=[field, field], crs=4490)
    >>> found = assess(mines, layers={}, rasters={}, criteria=[find("cost_cny_per_ha")])
    >>> found.scores["cost_cny_per_ha"].tolist(), found.low["cost_cny_per_ha"].tolist()
    ([0.5, nan], [0.5, 0.0])
    """
    if mines.crs is None or not mines.crs.equals(CGCS2000, ignore_axis_order=True):
        raise CrsMixUpError(f"mines need EPSG:4490, got {mines.crs}")
    if not mines.index.is_unique:
        raise ValueError("an assessment needs a unique index")
    _check_ids(criteria)
    evidence = Evidence(mines, layers, rasters, tell)
    columns: dict[str, dict[str, np.ndarray]] = {}
    issues: list[Issue] = []
    for criterion in criteria:
        tell(criterion.id)
        measured = _measure(evidence, criterion)
        columns[criterion.id] = _parts(criterion, measured, mines)
        issues += assessment_issues.of_criterion(criterion, measured, columns[criterion.id], mines.index)
    frames = {
        part: pd.DataFrame({name: parts[part] for name, parts in columns.items()}, index=mines.index)
        for part in PARTS
    }
    issues += assessment_issues.of_rasters(criteria, rasters, len(mines))
    return Assessment(**frames, issues=tuple(issues))


def _check_ids(criteria: Sequence[Criterion]) -> None:
    ids = [criterion.id for criterion in criteria]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise InputError(
            "criteria_duplicate",
            Text(f"指标“{twice[0]}”选了两次。", f"Criterion '{twice[0]}' is chosen twice."),
            Text("每个指标只选一次。", "Choose each criterion once."),
        )


def _measure(evidence: Evidence, criterion: Criterion) -> Measured:
    measure, count = criterion.measure, len(evidence.mines)
    if count == 0:
        return nothing(0, NO_VALUE)
    if measure.statistic == "value":
        return _column(evidence, criterion)
    for kind in filter(None, (measure.raster, measure.later_raster)):
        if kind not in evidence.rasters:
            return nothing(count, Text(f"工作区没有栅格“{kind}”", f"the workspace has no raster '{kind}'"))
    if measure.layer and measure.layer not in evidence.layers:
        return nothing(
            count, Text(f"工作区没有图层“{measure.layer}”", f"the workspace has no layer '{measure.layer}'")
        )
    measurer = _measurer(measure.statistic)
    return assess_boundaries.widened(measurer(evidence, measure), evidence, measure, measurer)


def _measurer(statistic: Statistic) -> Callable[[Evidence, Measure], Measured]:
    """Return what measures a statistic; lines of sight and flow are compiled, and only imported when asked for."""
    from restoration import assess_layers, assess_rasters  # noqa: PLC0415

    if statistic == "visible_share":
        from restoration import assess_views  # noqa: PLC0415

        return assess_views.visible_share
    if statistic == "flow_distance":
        from restoration import assess_flow  # noqa: PLC0415

        return assess_flow.distance
    return {
        "distance": assess_layers.distance,
        "area_share": assess_layers.area_share,
        "slope_mean": assess_rasters.slopes,
        "slope_p90": assess_rasters.slope_p90,
        "slope_share_below": assess_rasters.slopes,
        "fvc_mean": assess_rasters.cover,
        "fvc_change": assess_rasters.cover_change,
        "bare_share": assess_rasters.bare_share,
    }[statistic]


def _column(evidence: Evidence, criterion: Criterion) -> Measured:
    mines, name = evidence.mines, criterion.measure.column
    count = len(mines)
    if name not in mines:
        return nothing(count, NO_COLUMN)
    if criterion.normalisation == "classes":
        scores = scoring.class_scores(criterion, mines[name])
        return Measured(scores, scores, scores, (~np.isnan(scores)).astype(float), NOT_LISTED)
    value = pd.to_numeric(mines[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    unstated = _of_unstated_area(evidence, name)
    value = np.where(np.isfinite(value) & ~unstated, value, np.nan)
    error = criterion.measure.parameters.get("error", 0.0)
    missing = np.isnan(value)
    return Measured(
        value,
        np.where(missing, -np.inf, value - error),
        np.where(missing, np.inf, value + error),
        (~missing).astype(float),
        NO_AREA if unstated.any() else NO_VALUE,
    )


def _of_unstated_area(evidence: Evidence, column: str) -> npt.NDArray[np.bool_]:
    """Return where a column is the area of ground that nobody stated: of a point, or of a group with one."""
    unknown = pd.Series(evidence.area_unknown, index=evidence.mines.index)
    if column == "group_area_m2" and "group" in evidence.mines:
        unknown = unknown.groupby(evidence.mines["group"]).transform("any")
    elif column != "area_m2":
        unknown = unknown & False
    return unknown.to_numpy(dtype=bool)


def _parts(criterion: Criterion, measured: Measured, mines: gpd.GeoDataFrame) -> dict[str, np.ndarray]:
    """Return one column for each frame of the assessment."""
    share = measured.covered_share
    if criterion.normalisation == "classes":
        best = measured.value
        codes = (
            pd.to_numeric(mines[criterion.measure.column], errors="coerce").to_numpy(float)
            if criterion.measure.column in mines
            else np.full(len(mines), np.nan)
        )
        parts = (
            codes, np.nan_to_num(codes, nan=-np.inf), np.nan_to_num(codes, nan=np.inf),
            np.nan_to_num(best, nan=0.0), np.nan_to_num(best, nan=1.0), best, share,
        )  # fmt: skip
        return dict(zip(PARTS, parts, strict=True))
    between = scoring.limits(criterion, pd.Series(measured.value))
    ends = [scoring.score(criterion, end, between) for end in (measured.least, measured.most)]
    low, high = np.minimum(*ends) + 0.0, np.maximum(*ends) + 0.0  # -0.0 is written as 0.0
    best = scoring.score(criterion, measured.value, between)
    best = np.where(np.isnan(best) & (low == high), low, best)
    # where the ends meet, the value is known however it was
    settled = np.isfinite(measured.least) & (measured.least == measured.most)
    value = np.where(settled, measured.least, measured.value)
    low, high = np.fmin(low, best), np.fmax(high, best)
    partly = ~np.isnan(best) & _partly(share)
    score = np.where(partly, (low + high) / 2, best)
    return dict(zip(PARTS, (value, measured.least, measured.most, low, high, score, share), strict=True))


def _partly(covered_share: FloatArray) -> npt.NDArray[np.bool_]:
    """Return where a part of the ground was seen and a part not: the one does not stand for the other."""
    return covered_share < COMPLETE
