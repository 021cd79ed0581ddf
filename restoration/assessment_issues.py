"""What an assessment could not see, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import Text
from layers.issue import Issue
from layers.raster_layer import RasterLayer
from restoration.criterion import Criterion
from restoration.measured import COMPLETE, Measured
from restoration.score_table import FloatArray


def of_criterion(
    criterion: Criterion, measured: Measured, parts: Mapping[str, np.ndarray], index: pd.Index[int]
) -> list[Issue]:
    """Tell which mines a criterion could not be assessed for, or in part only."""
    low, high, best, covered_share = (parts[name] for name in ("low", "high", "scores", "covered_share"))
    partly = np.flatnonzero(~np.isnan(best) & (covered_share < COMPLETE) & (low < high))
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
    why = measured.why or Text("没有值", "no value")
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


def of_rasters(criteria: Sequence[Criterion], rasters: Mapping[str, RasterLayer], mines: int) -> list[Issue]:
    """Tell which rasters are taken as exact because nobody said what they are worth."""
    asked = {item.measure.raster for item in criteria if item.measure.statistic == "visible_share"}
    return [
        Issue(
            layer=kind,
            code="raster_error_not_stated",
            severity="info",
            count=mines,
            what=Text(
                f"栅格“{kind}”未说明误差，按0计。",
                f"The error of the raster '{kind}' is not stated: taken as 0.",
            ),
            done=Text(
                "可视得分因此可能显得过于确定；可在 workspace.toml 的该栅格条目中写 error（高程为米）。",
                "So scores of visibility may look too certain: state 'error' (metres for heights) at the raster's "
                "entry in workspace.toml.",
            ),
        )
        for kind in sorted(asked & set(rasters))
        if rasters[kind].error is None
    ]
