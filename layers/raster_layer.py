"""A raster layer: what its cells mean, and what was found wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from gis.raster import RasterSource
from layers.issue import Issue

DEM = "dem_mine_scale"
NDVI_BEFORE = "ndvi_before"
NDVI_AFTER = "ndvi_after"
KINDS = (DEM, NDVI_BEFORE, NDVI_AFTER)


@dataclass(frozen=True, eq=False, slots=True)
class RasterLayer:
    """A raster that went through the door (:mod:`layers.load_raster`).

    Parameters
    ----------
    kind
        ``dem_mine_scale`` (heights in metres), ``ndvi_before`` or ``ndvi_after`` (from -1 to 1).
    raster
        The cells, in the unit of the kind, NaN where there are no data.
    error
        What a cell's value is worth (mean square error, in the unit of the kind); None when nobody said.
    illustrative
        Made up for demonstration (示意).
    issues
        What was found wrong.
    """

    kind: str
    raster: RasterSource
    error: float | None = None
    illustrative: bool = False
    issues: tuple[Issue, ...] = ()
