"""What a mine's boundary is worth: its true ground lies between an inner and an outer one.

Of a mine whose boundary may lie up to t metres from the one drawn, the ground surely reaches over the polygon shrunk
by t (of a circle that stands for a point: the point), and surely not beyond the polygon grown by t. Where it lies
between them nobody knows, only its area, where that is stated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from restoration.criterion import Measure
from restoration.evidence import Evidence
from restoration.measured import Measured
from restoration.score_table import FloatArray

Measurer = Callable[[Evidence, Measure], Measured]
Rows = npt.NDArray[np.bool_]

NESTED = ("distance", "flow_distance", "visible_share")
"""More ground is never further away, nor seen by fewer: the inner and the outer ground give the ends."""
RANGES = {
    "area_share": (0.0, 1.0),
    "slope_mean": (0.0, 90.0),
    "slope_p90": (0.0, 90.0),
    "slope_share_below": (0.0, 1.0),
    "fvc_mean": (0.0, 1.0),
    "fvc_change": (-1.0, 1.0),
    "bare_share": (0.0, 1.0),
}
"""Statistics over the ground, and between what they lie."""
POINT_M = 0.5
NEGLIGIBLE = 1e-9


def widened(measured: Measured, evidence: Evidence, measure: Measure, measurer: Measurer) -> Measured:
    """Return a measurement whose ends hold for wherever the boundaries lie.

    Parameters
    ----------
    measured
        Of the mines as they are drawn.
    measurer
        What measured it.
    """
    rows = evidence.tolerance_m > 0
    if not rows.any():
        return measured
    if measure.statistic in NESTED:
        found = [
            measurer(evidence.of_ground(rows, ground(evidence, rows)), measure) for ground in (_inner, _outer)
        ]
        least = np.minimum(found[0].least, found[1].least)
        most = np.maximum(found[0].most, found[1].most)
    else:
        outer = evidence.of_ground(rows, _outer(evidence, rows))
        least, most = _within(measurer, outer, measure, _times_as_large(evidence, rows))
    ends = measured.least.copy(), measured.most.copy()
    ends[0][rows] = np.minimum(ends[0][rows], least)
    ends[1][rows] = np.maximum(ends[1][rows], most)
    return replace(measured, least=ends[0], most=ends[1])


def _inner(evidence: Evidence, rows: Rows) -> npt.NDArray[np.object_]:
    """Return the ground that is surely the mine's; its middle where that is a point."""
    plane = evidence.plane[rows]
    shrunk = shapely.buffer(plane, -evidence.tolerance_m[rows])
    middle = shapely.buffer(shapely.point_on_surface(plane), POINT_M, quad_segs=1)
    surely: npt.NDArray[np.object_] = np.where(shapely.area(shrunk) > shapely.area(middle), shrunk, middle)
    return surely


def _outer(evidence: Evidence, rows: Rows) -> npt.NDArray[np.object_]:
    grown: npt.NDArray[np.object_] = shapely.buffer(evidence.plane[rows], evidence.tolerance_m[rows])
    return grown


def _times_as_large(evidence: Evidence, rows: Rows) -> FloatArray:
    """Return how much larger the outer ground is than the mine; infinite where nobody states its area."""
    area_m2 = np.where(evidence.area_unknown[rows], 0.0, shapely.area(evidence.plane[rows]))
    grown_m2 = shapely.area(_outer(evidence, rows))
    times: FloatArray = np.divide(grown_m2, area_m2, out=np.full(len(area_m2), np.inf), where=area_m2 > 0)
    return times


def _within(
    measurer: Measurer, outer: Evidence, measure: Measure, times: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the ends of a mean, a share or a percentile of a part of the outer ground.

    Of n times as much ground with the mean m, between floor and ceiling, no n-th part has a mean above
    floor + n (m - floor), nor below ceiling - n (ceiling - m).
    """
    floor, ceiling = RANGES[measure.statistic]
    if measure.statistic == "slope_p90":
        from restoration import assess_rasters  # noqa: PLC0415 - only where rasters are read

        found = assess_rasters.slope_p90_within(outer, measure, times)
        return found.least, found.most
    whole = measurer(outer, measure)
    return (
        np.maximum(floor, ceiling - _multiplied(ceiling - whole.least, times)),
        np.minimum(ceiling, floor + _multiplied(whole.most - floor, times)),
    )


def _multiplied(amount: FloatArray, times: FloatArray) -> FloatArray:
    result: FloatArray = np.multiply(amount, times, out=np.zeros(len(amount)), where=amount > NEGLIGIBLE)
    return result
