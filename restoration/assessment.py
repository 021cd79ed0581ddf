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
from restoration import scoring
from restoration.criterion import Criterion, Measure, Statistic
from restoration.evidence import Evidence
from restoration.measured import COMPLETE, Measured, nothing
from restoration.score_table import FloatArray

NO_COLUMN = Text("图斑表没有这一列", "the table of mines has no such column")
NO_VALUE = Text("图斑表中为空或不是数值", "empty, or not a number, in the table of mines")
NOT_LISTED = Text(
    "图斑表中为空，或代码不在指标的取值表里", "empty, or a code that the criterion does not list"
)


@dataclass(frozen=True, eq=False, slots=True)
class Assessment:
    """What was measured, and the scores that follow.

    Every frame has the mines in rows and the criteria's ids in columns, in the order given.

    Parameters
    ----------
    values
        As measured, in each criterion's unit; NaN = not assessed.
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
    columns: dict[str, list[np.ndarray]] = {}
    issues: list[Issue] = []
    for criterion in criteria:
        tell(criterion.id)
        measured = _measure(evidence, criterion)
        columns[criterion.id] = [*_scored(criterion, measured, mines), measured.covered_share]
        issues += _told(criterion, measured, columns[criterion.id], mines.index)
    frames = [
        pd.DataFrame({name: parts[part] for name, parts in columns.items()}, index=mines.index)
        for part in range(5)
    ]
    return Assessment(frames[0], frames[1], frames[2], frames[3], frames[4], tuple(issues))


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
        return _column(evidence.mines, criterion)
    for kind in filter(None, (measure.raster, measure.later_raster)):
        if kind not in evidence.rasters:
            return nothing(count, Text(f"工作区没有栅格“{kind}”", f"the workspace has no raster '{kind}'"))
    if measure.layer and measure.layer not in evidence.layers:
        return nothing(
            count, Text(f"工作区没有图层“{measure.layer}”", f"the workspace has no layer '{measure.layer}'")
        )
    return _measurer(measure.statistic)(evidence, measure)


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
        "slope_p90": assess_rasters.slopes,
        "slope_share_below": assess_rasters.slopes,
        "fvc_mean": assess_rasters.cover,
        "fvc_change": assess_rasters.cover_change,
        "bare_share": assess_rasters.bare_share,
    }[statistic]


def _column(mines: gpd.GeoDataFrame, criterion: Criterion) -> Measured:
    name, count = criterion.measure.column, len(mines)
    if name not in mines:
        return nothing(count, NO_COLUMN)
    if criterion.normalisation == "classes":
        scores = scoring.class_scores(criterion, mines[name])
        return Measured(scores, scores, scores, (~np.isnan(scores)).astype(float), NOT_LISTED)
    value = pd.to_numeric(mines[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    value = np.where(np.isfinite(value), value, np.nan)
    error = criterion.measure.parameters.get("error", 0.0)
    missing = np.isnan(value)
    return Measured(
        value,
        np.where(missing, -np.inf, value - error),
        np.where(missing, np.inf, value + error),
        (~missing).astype(float),
        NO_VALUE,
    )


def _scored(criterion: Criterion, measured: Measured, mines: gpd.GeoDataFrame) -> list[np.ndarray]:
    """Return values, low, high and best scores."""
    if criterion.normalisation == "classes":
        best = measured.value
        codes = (
            pd.to_numeric(mines[criterion.measure.column], errors="coerce").to_numpy(float)
            if criterion.measure.column in mines
            else np.full(len(mines), np.nan)
        )
        return [codes, np.nan_to_num(best, nan=0.0), np.nan_to_num(best, nan=1.0), best]
    between = scoring.limits(criterion, pd.Series(measured.value))
    ends = [scoring.score(criterion, end, between) for end in (measured.least, measured.most)]
    low, high = np.minimum(*ends) + 0.0, np.maximum(*ends) + 0.0  # -0.0 is written as 0.0
    best = scoring.score(criterion, measured.value, between)
    settled = np.isnan(best) & (low == high)
    best = np.where(settled, low, best)
    # as urgent as can be: how far the bound that says so lies is worth knowing
    bound = measured.least if criterion.more_urgent == "larger" else measured.most
    value = np.where(settled & (best == 1.0) & np.isfinite(bound), bound, measured.value)
    low, high = np.fmin(low, best), np.fmax(high, best)
    partly = ~np.isnan(best) & _partly(measured.covered_share)
    return [value, low, high, np.where(partly, (low + high) / 2, best)]


def _partly(covered_share: FloatArray) -> npt.NDArray[np.bool_]:
    """Return where a part of the ground was seen and a part not: the one does not stand for the other."""
    return covered_share < COMPLETE


def _told(
    criterion: Criterion, measured: Measured, scores: list[np.ndarray], index: pd.Index[int]
) -> list[Issue]:
    _, low, high, best, covered_share = scores
    partly = np.flatnonzero(~np.isnan(best) & _partly(covered_share) & (low < high))
    return [
        *_told_missing(criterion, measured, best, index),
        *_told_partly(criterion, partly, covered_share, index),
    ]


def _subject(criterion: Criterion) -> str:
    return criterion.measure.raster or criterion.measure.layer or criterion.measure.column


def _told_partly(
    criterion: Criterion, partly: npt.NDArray[np.intp], covered_share: FloatArray, index: pd.Index[int]
) -> list[Issue]:
    if not len(partly):
        return []
    least = f"{covered_share[partly].min():.0%}"
    return [
        Issue(
            layer=_subject(criterion),
            code="criterion_partly_assessed",
            severity="warning",
            count=len(partly),
            what=Text(
                f"指标“{criterion.title.zh}”：{len(partly)}个图斑只评估了一部分（最少{least}）。",
                f"Criterion '{criterion.title.en}': {len(partly)} mines assessed in part only (at least {least}).",
            ),
            done=Text(
                "未知部分按最轻到最急计入得分区间，得分取区间中点，不作0分。",
                "What is not known counts from least to most urgent; the score is the middle, never 0.",
            ),
            rows=tuple(str(index[row]) for row in partly[:20]),
        )
    ]


def _told_missing(
    criterion: Criterion, measured: Measured, scores: np.ndarray, index: pd.Index[int]
) -> list[Issue]:
    missing = np.flatnonzero(np.isnan(scores))
    if not len(missing):
        return []
    why = measured.why or NO_VALUE
    every = len(missing) == len(scores)
    zh_count, en_count = ("全部", "no mine") if every else (f"{len(missing)}个", f"{len(missing)} mines not")
    return [
        Issue(
            layer=_subject(criterion),
            code="criterion_not_assessed",
            severity="error" if every else "warning",
            count=len(missing),
            what=Text(
                f"指标“{criterion.title.zh}”：{zh_count}图斑未评估（{why.zh}）。",
                f"Criterion '{criterion.title.en}': {en_count} assessed ({why.en}).",
            ),
            done=Text(
                "其得分按0到1之间的任意值处理，不作0分。",
                "Its score counts as anything from 0 to 1, never as 0.",
            ),
            rows=tuple(str(index[row]) for row in missing[:20]),
        )
    ]
