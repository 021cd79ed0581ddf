"""Slope and vegetation of each mine, from rasters."""

from __future__ import annotations

import numpy as np

from gis import rasters
from gis.errors import Text
from gis.raster import FloatArray, Raster
from gis.terrain import slope
from restoration import vegetation_cover
from restoration.criterion import Measure
from restoration.evidence import Evidence
from restoration.measured import Measured, of_seen_part

STEEPEST_DEGREE = 90.0
NOT_COVERED = Text(
    "栅格没有覆盖图斑，或该处无数据", "the raster does not cover the mine, or has no data there"
)


def slopes(evidence: Evidence, measure: Measure) -> Measured:
    """Return mean, 90th percentile (degrees) or share below a threshold of the slope under each mine."""
    raster = evidence.rasters[measure.raster].raster
    threshold = measure.parameters.get("threshold_degree")
    column, ceiling = {
        "slope_mean": ("mean", STEEPEST_DEGREE),
        "slope_p90": ("p90", STEEPEST_DEGREE),
    }.get(measure.statistic, (f"share_below_{threshold:g}" if threshold is not None else "", 1.0))
    table = rasters.zonal(
        evidence.mines.geometry,
        raster,
        (column,) if threshold is None else (),
        below=() if threshold is None else (threshold,),
        derive=slope.degrees,
        margin_cells=slope.MARGIN_CELLS,
    )
    return _seen(table[column].to_numpy(), table["covered_share"].to_numpy(), measure, 0.0, ceiling)


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
