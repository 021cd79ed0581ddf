r"""Fractional vegetation cover (植被覆盖度) from NDVI.

.. math:: FVC = \frac{NDVI - NDVI_{soil}}{NDVI_{veg} - NDVI_{soil}}, \quad 0 \le FVC \le 1

with the 5th and the 95th percentile of all cells of the raster as end members (common practice, U). They belong to
the raster, not to the mines: a further mine changes nobody's cover.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis import rasters
from gis.errors import InputError, Text
from gis.raster import FloatArray, RasterSource

SOIL_PERCENTILE, VEGETATION_PERCENTILE = 5.0, 95.0
BINS = 20_000


@dataclass(frozen=True, slots=True)
class EndMembers:
    """NDVI of bare soil and of full vegetation."""

    soil: float
    vegetation: float


def end_members(ndvi: RasterSource) -> EndMembers:
    """Return the end members of a raster, to 0.0001.

    Raises
    ------
    InputError
        ``ndvi_flat``: the two are equal; there is nothing to compare with.
    """
    edges = np.linspace(-1.0, 1.0, BINS + 1)
    counts = np.zeros(BINS, dtype=np.int64)
    for strip in rasters.strips(ndvi):
        counts += np.histogram(strip[~np.isnan(strip)], bins=edges)[0]
    reached = np.cumsum(counts)
    wanted = np.array([SOIL_PERCENTILE, VEGETATION_PERCENTILE]) / 100 * reached[-1]
    middles = (edges[:-1] + edges[1:]) / 2
    soil, vegetation = middles[np.searchsorted(reached, wanted)]
    if reached[-1] == 0 or vegetation <= soil:
        raise InputError(
            "ndvi_flat",
            Text(
                f"NDVI“{ndvi.name}”几乎处处相等，无法确定裸土和植被端元。",
                f"The NDVI '{ndvi.name}' is nearly the same everywhere: no end members of soil and vegetation.",
            ),
            Text("请换用覆盖整个区域的影像。", "Use an image over a whole region."),
        )
    return EndMembers(float(soil), float(vegetation))


def fvc(ndvi: FloatArray, ends: EndMembers) -> FloatArray:
    """Return the cover of each cell, NaN where there are no data.

    Examples
    --------
    >>> fvc(np.array([0.1, 0.3, 0.9]), EndMembers(0.2, 0.6)).round(6).tolist()
    [0.0, 0.25, 1.0]
    """
    cover: FloatArray = np.clip((ndvi - ends.soil) / (ends.vegetation - ends.soil), 0.0, 1.0)
    return cover
