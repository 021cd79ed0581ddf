"""The flow of an evaluation: what became of restored patches between two dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gis import raster_cells
from gis.errors import InputError, Text
from gis.raster import FloatArray, RasterSource
from layers import load_raster, raster_layer
from layers.issue import Issue, from_notes
from planner import __version__, effect_records, rank_inputs
from planner.clock import now
from planner.priorities import Priorities
from restoration import effect, land_cover, reference_rings, success, vegetation_cover
from restoration.effect import Cells, Settings
from restoration.land_cover import Legend

_CODES_NAMED = 20


@dataclass(frozen=True, slots=True)
class EffectQuestion:
    """What is evaluated. Frozen and hashable, no frames in it.

    Parameters
    ----------
    mines
        Which patches (workspace, file, declared system).
    before, after
        Rasters of the two dates; None: the workspace's NDVI.
    legend
        What the codes of two land covers mean; None: the rasters are NDVI.
    gap_m, width_m
        Of the reference ring.
    settings
        How recovery is judged.
    records
        Table of the works' records, for the indicators.
    index_weights
        Term of the success index and its weight; empty: equal ones.
    """

    mines: Priorities
    before: Path | None = None
    after: Path | None = None
    legend: Legend | None = None
    gap_m: float = reference_rings.GAP_M
    width_m: float = reference_rings.WIDTH_M
    settings: Settings = field(default_factory=Settings)
    records: Path | None = None
    index_weights: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class EffectResult:
    """What came of it.

    Parameters
    ----------
    patches
        Restored patches with the columns of :func:`restoration.effect.evaluate`, and with records those of
        :func:`restoration.success.index`.
    indicators
        :func:`restoration.indicators.of_records`; None without records.
    index_weights
        Of the terms of the success index; empty without records.
    not_evaluated
        Restored patches that could not be evaluated, and why: ``without_ground`` or ``outside``.
    illustrative
        Whether anything that took part is made up for demonstration (示意).
    """

    question: EffectQuestion
    patches: gpd.GeoDataFrame
    indicators: pd.DataFrame | None
    index_weights: tuple[tuple[str, float], ...]
    not_evaluated: tuple[tuple[str, str], ...]
    issues: tuple[Issue, ...]
    illustrative: bool
    names: tuple[str, str]
    software: str
    made_at: datetime

    @property
    def failed(self) -> gpd.GeoDataFrame:
        """The restored patches that did not recover, the worst first."""
        return gpd.GeoDataFrame(effect.not_recovered(self.patches), crs=self.patches.crs)


def evaluate(question: EffectQuestion, tell: Callable[[str], None] = lambda _: None) -> EffectResult:
    """Evaluate the restored patches.

    Raises
    ------
    InputError
        When a file can't be read, the two rasters are not on one grid, or no patch was restored.
    """
    question.settings.checked()
    if question.legend is not None:
        question.legend.checked()
    inputs = rank_inputs.opened(question.mines, tell)
    before, after, made_up, issues = _dates(question, inputs.rasters)
    raster_cells.require_one_grid(before, after)
    patches = inputs.patches
    restored = patches[(patches["treatment_state"] == "B") & ~_is_pseudo(patches)]
    grounded = restored[(restored["area_m2"] > 0) & ~restored["outside"].astype(bool)]
    if grounded.empty:
        raise _nothing_restored(len(restored))
    tell("reference rings")
    rings = reference_rings.around(
        grounded.geometry, patches.geometry, gap_m=question.gap_m, width_m=question.width_m
    )
    tell("cells")
    cover = _cover_of(question, before)
    own = raster_cells.under(grounded.geometry, [before, after])
    around = raster_cells.under(rings, [before, after])
    _require_dates([*own, *around], question.legend)
    pairs = {
        label: (_cells(inner, cover), _cells(outer, cover))
        for label, inner, outer in zip(grounded.index, own, around, strict=True)
    }
    found = effect.evaluate(pairs, question.settings)
    recorded: pd.DataFrame | None = None
    weights, told = pd.Series(dtype=float), tuple[Issue, ...]()
    if question.records is not None:
        recorded, told = effect_records.opened(question.records, patches.index, grounded.index)
        found, weights = _with_success(found, recorded, dict(question.index_weights))
    columns = ["county", "mineral", "area_m2", "closing_year"]
    table = gpd.GeoDataFrame(
        pd.DataFrame(grounded[columns]).join(found), geometry=grounded.geometry.to_numpy(), crs=4490
    )
    return EffectResult(
        question=question,
        patches=table,
        indicators=recorded,
        index_weights=tuple((str(name), float(weight)) for name, weight in weights.items()),
        not_evaluated=_not_evaluated(restored, grounded),
        issues=(
            *inputs.issues,
            *issues,
            *told,
            *_of_codes([*own, *around], (before.name, after.name), question.legend),
        ),
        illustrative=inputs.illustrative or made_up,
        names=(before.name, after.name),
        software=__version__,
        made_at=now(),
    )


def _nothing_restored(without_ground: int) -> InputError:
    if not without_ground:
        return InputError(
            "nothing_restored",
            Text("没有已治理的图斑可评估。", "There is no treated patch to evaluate."),
            Text("请核对恢复治理情况（hfzlqk=B）。", "Check the state of treatment (hfzlqk B)."),
        )
    return InputError(
        "restored_without_ground",
        Text(
            f"{without_ground}个已治理的图斑都没有可用的范围，或在阳泉市外。",
            f"None of the {without_ground} treated patches has usable ground in Yangquan.",
        ),
        Text(
            "请提供图斑边界或面积，或用 --assume-area 给出点位的假定面积。",
            "Give boundaries or areas, or an area to assume for points with --assume-area.",
        ),
    )


def _not_evaluated(restored: gpd.GeoDataFrame, grounded: gpd.GeoDataFrame) -> tuple[tuple[str, str], ...]:
    rest = restored.loc[restored.index.difference(grounded.index, sort=False)]
    reasons = np.where(rest["outside"].astype(bool), "outside", "without_ground")
    return tuple((str(label), str(reason)) for label, reason in zip(rest.index, reasons, strict=True))


def _with_success(
    found: pd.DataFrame, recorded: pd.DataFrame, stated: Mapping[str, float]
) -> tuple[pd.DataFrame, pd.Series]:
    """Add the success index; the cover of a patch that could not be judged is not known."""
    cover = found["cover_index"].where(found["verdict"] != "not_assessed").astype(float)
    named = recorded.set_axis(recorded.index.map(str))
    terms = success.terms(cover.set_axis(cover.index.map(str)), named)
    weights = success.weights_of(terms, stated)
    return found.join(success.index(terms, weights).set_axis(found.index)), weights


def _is_pseudo(patches: pd.DataFrame) -> pd.Series:
    return (patches["small_class"] == "37") | patches["damage"].str.contains("8", regex=False)


def _dates(
    question: EffectQuestion, listed: Mapping[str, raster_layer.RasterLayer]
) -> tuple[RasterSource, RasterSource, bool, list[Issue]]:
    found: list[RasterSource] = []
    issues: list[Issue] = []
    made_up = False
    if question.legend is not None and (question.before is None or question.after is None):
        raise _land_covers_wanted()
    for kind, path in (
        (raster_layer.NDVI_BEFORE, question.before),
        (raster_layer.NDVI_AFTER, question.after),
    ):
        if path is not None and question.legend is not None:
            found.append(load_raster.land_cover(path))
            continue
        layer = listed.get(kind) if path is None else load_raster.load(kind, path)
        if layer is None:
            raise InputError(
                "no_raster",
                Text(
                    f"没有给出栅格，工作区也没有“{kind}”。",
                    f"No raster was given, and the workspace has no '{kind}'.",
                ),
                Text(
                    "用 --before 和 --after 指定两期NDVI。", "Name the two dates with --before and --after."
                ),
            )
        made_up = made_up or layer.illustrative
        if path is not None:
            issues += layer.issues
        found.append(layer.raster)
    return found[0], found[1], made_up, issues


def _land_covers_wanted() -> InputError:
    return InputError(
        "land_covers_wanted",
        Text(
            "--vegetated 针对两期土地覆盖，没有给全两期栅格。",
            "--vegetated speaks of two land covers, and not both were named.",
        ),
        Text("请用 --before 和 --after 指定两期。", "Name both with --before and --after."),
    )


def _of_codes(
    cells: Sequence[raster_cells.CellsUnder], names: tuple[str, str], legend: Legend | None
) -> list[Issue]:
    """Tell which codes of the two land covers nobody explained."""
    if legend is None:
        return []
    share = np.concatenate([part.share for part in cells])
    codes = np.concatenate([part.values for part in cells], axis=1)  # noqa: PD011
    return [
        issue
        for name, row in zip(names, codes, strict=True)
        for issue in from_notes(name, land_cover.notes(row, share, legend))
    ]


def _require_dates(cells: Sequence[raster_cells.CellsUnder], legend: Legend | None) -> None:
    """Refuse two dates that are one, and land cover codes that no cell has: both would read "not recovered"."""
    values = np.concatenate([part.values for part in cells], axis=1)  # noqa: PD011
    known = values[:, ~np.isnan(values).any(axis=0)]
    if known.size and np.array_equal(known[0], known[1]):
        raise InputError(
            "same_dates",
            Text(
                "两期栅格在全部图斑及其参照环内逐像元相同。",
                "The rasters of the two dates are the same in every cell of the patches and their rings.",
            ),
            Text(
                "请核对 --before 和 --after 是否给了同一期影像。", "Check that --before and --after differ."
            ),
        )
    if legend is not None and known.size and not np.isin(known, legend.vegetated).any():
        found = "、".join(f"{code:g}" for code in np.unique(known)[:_CODES_NAMED])
        raise InputError(
            "codes_not_found",
            Text(
                f"图斑及其参照环内没有一个像元是所给的有植被代码；那里的代码有：{found}。",
                f"No cell of the patches and their rings has one of the codes given; there are: {found}.",
            ),
            Text("请核对 --vegetated 的代码。", "Check the codes of --vegetated."),
        )


def _cover_of(question: EffectQuestion, before: RasterSource) -> Callable[[FloatArray], FloatArray]:
    """Return what turns cells into vegetation cover; both dates take the end members of the earlier one."""
    legend = question.legend
    if legend is not None:
        return lambda values: land_cover.vegetated(values, legend)
    ends = vegetation_cover.end_members(before)
    return lambda values: vegetation_cover.fvc(values, ends)


def _cells(cells: raster_cells.CellsUnder, cover: Callable[[FloatArray], FloatArray]) -> Cells:
    values = cover(cells.values)
    return Cells(values[0], values[1], cells.share, cells.cell_m2)
