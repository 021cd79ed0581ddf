"""Slope and vegetation of each mine, from rasters."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from gis import rasters
from gis.errors import Text
from gis.raster import FloatArray, Raster
from gis.terrain import slope
from restoration import vegetation_cover
from restoration.criterion import Measure
from restoration.evidence import Evidence
from restoration.measured import Measured, of_seen_part, percentile_of_seen_part

STEEPEST_DEGREE = 90.0
SEEN_PERCENTILES = MappingProxyType({"min": 0.0, "p50": 0.5, "p80": 0.8, "p95": 0.95, "max": 1.0})
"""Beside the 90th: what bounds it where a part of the ground was not seen."""
NOT_COVERED = Text(
    "栅格没有覆盖图斑，或该处无数据", "the raster does not cover the mine, or has no data there"
)


def slopes(evidence: Evidence, measure: Measure) -> Measured:
    """Return the mean slope under each mine (degrees), or the share below a threshold."""
    threshold = measure.parameters.get("threshold_degree")
    if threshold is None:
        table = _slopes(evidence, measure, ("mean",))
        return _seen(
            table["mean"].to_numpy(), table["covered_share"].to_numpy(), measure, 0.0, STEEPEST_DEGREE
        )
    table = _slopes(evidence, measure, (), below=(threshold,))
    share = table[f"share_below_{threshold:g}"].to_numpy()
    return _seen(share, table["covered_share"].to_numpy(), measure, 0.0, 1.0)


def slope_p90(evidence: Evidence, measure: Measure) -> Measured:
    """Return the 90th percentile of the slope under each mine, in degrees."""
    return slope_p90_within(evidence, measure, np.ones(len(evidence.mines)))


def slope_p90_within(evidence: Evidence, measure: Measure, times: FloatArray) -> Measured:
    """Return the 90th percentile of the slope somewhere within ground that is so many times as large."""
    table = _slopes(evidence, measure, ("p90", *SEEN_PERCENTILES))
    return percentile_of_seen_part(
        table["p90"].to_numpy(),
        table["covered_share"].to_numpy(),
        {level: table[name].to_numpy() for name, level in SEEN_PERCENTILES.items()},
        times,
        level=0.9,
        floor=0.0,
        ceiling=STEEPEST_DEGREE,
        error=measure.parameters.get("error", 0.0),
        why=NOT_COVERED,
    )


def _slopes(
    evidence: Evidence, measure: Measure, statistics: Sequence[str], below: Sequence[float] = ()
) -> pd.DataFrame:
    return rasters.zonal(
        evidence.mines.geometry,
        evidence.rasters[measure.raster].raster,
        statistics,
        below=below,
        derive=slope.degrees,
        margin_cells=slope.MARGIN_CELLS,
    )


def cover(evidence: Evidence, measure: Measure) -> Measured:
    """Return the mean vegetation cover of each mine, from 0 to 1."""
    value, share = _cover(evidence, measure.raster, measure.raster)
    return _seen(value, share, measure, 0.0, 1.0)


def cover_change(evidence: Evidence, measure: Measure) -> Measured:
    """Return the later less the earlier mean cover of each mine, from -1 to 1.

    Both dates take the end members of the earlier one, so that a greening of the whole region stays visible.
    """
    earlier, earlier_share = _cover(evidence, measure.raster, measure.raster)
    later, later_share = _cover(evidence, measure.later_raster, measure.raster)
    return _seen(later - earlier, np.minimum(earlier_share, later_share), measure, -1.0, 1.0)


def bare_share(evidence: Evidence, measure: Measure) -> Measured:
    """Return the share of each mine's cells whose vegetation cover is below a threshold."""
    threshold = measure.parameters["threshold_fvc"]
    ends = evidence.end_members(measure.raster)
    table = rasters.zonal(
        evidence.mines.geometry,
        evidence.rasters[measure.raster].raster,
        (),
        below=(threshold,),
        derive=lambda window: vegetation_cover.fvc(rasters.raster_values(window), ends),
    )
    share = table["covered_share"].to_numpy()
    return _seen(table[f"share_below_{threshold:g}"].to_numpy(), share, measure, 0.0, 1.0)


def _cover(evidence: Evidence, raster: str, ends_of: str) -> tuple[FloatArray, FloatArray]:
    ends = evidence.end_members(ends_of)

    def derive(window: Raster) -> FloatArray:
        return vegetation_cover.fvc(rasters.raster_values(window), ends)

    table = rasters.zonal(evidence.mines.geometry, evidence.rasters[raster].raster, ("mean",), derive=derive)
    return table["mean"].to_numpy(), table["covered_share"].to_numpy()


def _seen(
    value: FloatArray, covered_share: FloatArray, measure: Measure, floor: float, ceiling: float
) -> Measured:
    return of_seen_part(
        value,
        covered_share,
        floor=floor,
        ceiling=ceiling,
        error=measure.parameters.get("error", 0.0),
        why=NOT_COVERED,
    )
