"""How far water runs from a mine to what it may harm: a river, a leakage reach, a key area, a water source."""

from __future__ import annotations

import numpy as np
import shapely

from gis import projection, rasters
from gis.equal_area import GeometryArray
from gis.errors import Text
from gis.raster import FloatArray, Raster, RasterSource
from gis.terrain import cell_size, flow
from restoration.criterion import Measure
from restoration.evidence import PLANE, Evidence, Routed
from restoration.measured import COMPLETE, Measured, nothing

MOST_CELLS = 60_000_000
LEFT = Text(
    "水流在到达目标之前离开了高程数据或图层的完整覆盖范围",
    "the water leaves the DEM, or the ground in which the layer is complete, before it meets a target",
)
TOO_LARGE = Text(
    f"图斑范围内的高程超过{MOST_CELLS // 1_000_000}百万像元，未做汇流分析，请分区进行",
    f"the DEM around the mines has more than {MOST_CELLS // 1_000_000} million cells: assess them in parts",
)
BESIDE = Text("高程不覆盖图斑", "the DEM does not cover the mines")


def distance(evidence: Evidence, measure: Measure) -> Measured:
    """Return how far water runs from each mine to the first target, in metres; the shortest way of its cells.

    A target counts within ``snap_m`` of its line or outline: lines drawn from maps do not lie on the valley floor
    of the DEM. Where the water leaves the data or the layer's coverage first, the distance is open: at least as
    far as that, at most as far as a target that the layer lists beyond.
    """
    count = len(evidence.mines)
    raster = evidence.rasters[measure.raster].raster
    shapes = rasters.in_system_of(raster, evidence.mines.geometry)
    extent = shapely.total_bounds(shapes)
    margin = cell_size.cells_across(raster, measure.parameters["margin_m"])
    rows, columns = rasters.window_over(raster, extent.tolist(), margin)
    cells = (rows.stop - rows.start) * (columns.stop - columns.start)
    if cells <= 0:
        return nothing(count, BESIDE)
    if cells > MOST_CELLS:
        return nothing(count, TOO_LARGE)
    routed = _routed(evidence, measure.raster, raster, rows, columns)
    targets = _targets(evidence, measure, routed.window)
    known = _known(evidence, measure.layer, routed.window)
    to_target = flow.distance_m(routed.flow, targets)
    to_unknown = flow.until_unknown_m(routed.flow, known)
    return _of_mines(shapes, routed.window, to_target, to_unknown)


def _routed(evidence: Evidence, kind: str, raster: RasterSource, rows: slice, columns: slice) -> Routed:
    key = (kind, rows.start, rows.stop, columns.start, columns.stop)
    if key not in evidence.routed:
        evidence.tell("flow")
        window = rasters.read_window(raster, rows, columns)
        evidence.routed[key] = Routed(window, flow.route(window))
    return evidence.routed[key]


def _targets(evidence: Evidence, measure: Measure, window: Raster) -> rasters.BoolArray:
    features = evidence.features(measure.layer, measure.sub_classes).geometry.to_numpy()
    plane = projection.transform(features, projection.CGCS2000, PLANE)
    wide = shapely.buffer(plane, measure.parameters["snap_m"])
    return rasters.burn(_in_window(wide, window), window, least_share=0.0)


def _known(evidence: Evidence, layer: str, window: Raster) -> rasters.BoolArray:
    coverage = evidence.coverage_plane(layer)
    if coverage is None or evidence.layers[layer].unusable_rows:
        return np.zeros(window.shape, dtype=bool)
    return rasters.burn(_in_window(np.array([coverage], dtype=object), window), window)


def _in_window(plane: GeometryArray, window: Raster) -> GeometryArray:
    moved = projection.transform(plane, PLANE, window.crs)
    rows, columns = window.shape
    west, north = window.transform.c, window.transform.f
    frame = shapely.box(west, north + rows * window.transform.e, west + columns * window.transform.a, north)
    near: GeometryArray = moved[shapely.intersects(moved, frame)]
    return near


def _of_mines(
    shapes: GeometryArray,
    window: Raster,
    to_target: FloatArray,
    to_unknown: FloatArray,
) -> Measured:
    count = len(shapes)
    value, least, most = np.full(count, np.nan), np.zeros(count), np.full(count, np.inf)
    covered = np.zeros(count)
    rows, columns = window.shape
    for mine, shape in enumerate(shapes):
        cells = rasters.cells_in(shape, window)
        within = (cells >= 0).all(axis=1) & (cells[:, 0] < rows) & (cells[:, 1] < columns)
        at = cells[within]
        target, unknown = to_target[at[:, 0], at[:, 1]], to_unknown[at[:, 0], at[:, 1]]
        has_data = ~np.isnan(target)
        covered[mine] = has_data.sum() / len(cells)
        if not has_data.any():
            continue
        nearest = float(target[has_data].min())
        seen = float(np.minimum(target, unknown)[has_data].min())
        # a cell beside the data may lie on the target itself
        least[mine] = seen if covered[mine] >= COMPLETE else 0.0
        most[mine] = nearest
        if nearest <= seen:
            value[mine] = nearest
    return Measured(value, least, most, covered, LEFT)
