"""Distances to features and shares of ground under them, with what the layer does not vouch for kept open."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis import overlap, proximity
from gis.equal_area import GeometryArray
from gis.errors import Text
from layers.layer import Layer
from restoration.criterion import Measure
from restoration.evidence import Evidence
from restoration.measured import LIMIT_ERROR, Measured
from restoration.score_table import FloatArray

FAR_M = 500_000.0
PIECE_POINTS = 16
OUTSIDE = Text(
    "图斑不在图层声明的完整覆盖范围内，没有要素不等于不存在",
    "the mine lies outside the area in which the layer is complete: absence proves nothing there",
)


def distance(evidence: Evidence, measure: Measure) -> Measured:
    """Return the distance of each mine to the nearest feature, in metres (0 where they touch).

    Inside the layer's coverage the nearest listed feature is the nearest one, unless the edge of the coverage is
    nearer: an unlisted one may lie just behind it. Outside, a listed feature only says "not further than".
    """
    layer = evidence.layers[measure.layer]
    features = evidence.features(measure.layer, measure.sub_classes)
    found = _nearest_m(evidence.mines.geometry, features)
    inside, edge_m = _to_the_edge(evidence, measure.layer)
    tolerance_m = _tolerance_m(layer)
    nearest_unlisted = np.zeros_like(edge_m) if layer.unusable_rows else edge_m
    least = np.maximum(0.0, np.minimum(found - tolerance_m, nearest_unlisted))
    value = np.where(inside & np.isfinite(found), found, np.nan)
    return Measured(value, least, found + tolerance_m, inside.astype(np.float64), OUTSIDE)


def _nearest_m(mines: gpd.GeoSeries, features: gpd.GeoDataFrame) -> FloatArray:
    if features.empty:
        return np.full(len(mines), np.inf)
    pieces = gpd.GeoSeries(_in_pieces(features.geometry.to_numpy()), crs=features.crs)
    found = proximity.nearest(mines, pieces, within_m=FAR_M)["distance_m"]
    result: FloatArray = found.reindex(mines.index).fillna(np.inf).to_numpy(dtype=np.float64)
    return result


def _in_pieces(geometries: GeometryArray) -> GeometryArray:
    """Cut lines into pieces of a few points: the index then finds the near end of a long road at once."""
    is_line = shapely.get_dimensions(geometries) == 1
    xy, line = shapely.get_coordinates(shapely.get_parts(geometries[is_line]), return_index=True)
    if not len(xy):
        return geometries
    place = np.arange(len(xy)) - np.searchsorted(line, line)
    last = np.append(line[1:] != line[:-1], True)
    # every piece starts with the point the one before it ends with
    starts = np.flatnonzero((place % PIECE_POINTS == 0) & ~last)
    stops = np.minimum(starts + PIECE_POINTS, np.searchsorted(line, line[starts], side="right") - 1)
    lengths = stops - starts + 1
    number = np.repeat(np.arange(len(starts)), lengths)
    point = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths) + starts[number]
    pieces = shapely.linestrings(xy[point], indices=number)
    return np.concatenate([geometries[~is_line], pieces])


def _to_the_edge(evidence: Evidence, layer: str) -> tuple[np.ndarray, FloatArray]:
    """Return whether each mine lies in the coverage, and how far from its edge (0 outside)."""
    coverage = evidence.coverage_plane(layer)
    count = len(evidence.mines)
    if coverage is None:
        return np.zeros(count, dtype=bool), np.zeros(count)
    shapely.prepare(coverage)
    inside = shapely.covers(coverage, evidence.plane)
    edge = shapely.STRtree(_in_pieces(np.array([shapely.boundary(coverage)], dtype=object)))
    away = np.zeros(count)
    if inside.any():
        within = evidence.plane[inside]
        away[inside] = edge.query_nearest(within, return_distance=True, all_matches=False)[1]
    return inside, away


def area_share(evidence: Evidence, measure: Measure) -> Measured:
    """Return the share of each mine under features, from 0 to 1.

    Ground outside the coverage and under no feature is unknown, as is ground under features whose sub-class the
    file does not tell; the layer's positional accuracy moves its lines out and in by the limit error.
    """
    layer = evidence.layers[measure.layer]
    features = evidence.features(measure.layer, measure.sub_classes)
    area = evidence.ground.area_m2
    ground = overlap.Ground(features)
    share = _share(evidence.ground, ground, area)
    unknown = _unknown_share(evidence, layer, measure, area)
    tolerance_m = _tolerance_m(layer)
    least = most = share
    if tolerance_m > 0:
        near = _near(evidence, ground, tolerance_m)
        least = np.minimum(share, _share(evidence.ground, _moved(near, -tolerance_m), area))
        most = np.maximum(share, _share(evidence.ground, _moved(near, tolerance_m), area))
    known = 1.0 - unknown
    if layer.unusable_rows:
        most = np.ones_like(share)
    value = np.where(known > 0, share, np.nan)
    return Measured(value, least, np.minimum(1.0, most + unknown), known, OUTSIDE)


def _share(mines: overlap.Ground, other: overlap.Ground, area_m2: FloatArray) -> FloatArray:
    if not len(other):
        return np.zeros(len(mines))
    share: FloatArray = np.clip(overlap.covered_m2(mines, other).to_numpy() / area_m2, 0.0, 1.0)
    return share


def _unknown_share(evidence: Evidence, layer: Layer, measure: Measure, area_m2: FloatArray) -> FloatArray:
    inside = _share(evidence.ground, layer.coverage_ground, area_m2)
    # rounding of a coordinate must not open a mine that lies wholly inside
    inside = np.where(inside > 1 - 1e-9, 1.0, inside)
    under = _share(evidence.ground, layer.ground, area_m2)
    unknown: FloatArray = 1.0 - np.maximum(inside, under)
    if measure.sub_classes:
        untold = layer.features[layer.features["sub_class"].isna()]
        if len(untold):
            unknown = np.minimum(1.0, unknown + _share(evidence.ground, overlap.Ground(untold), area_m2))
    return unknown


def _tolerance_m(layer: Layer) -> float:
    return LIMIT_ERROR * (layer.source.positional_accuracy_m or 0.0)


def _near(evidence: Evidence, ground: overlap.Ground, tolerance_m: float) -> overlap.Ground:
    if not len(ground):
        return ground
    close = ground.tree.query(evidence.ground.plane, predicate="dwithin", distance=2 * tolerance_m)[1]
    kept = np.unique(close)
    return overlap.Ground.of_plane(ground.plane[kept], ground.index[kept])


def _moved(ground: overlap.Ground, by_m: float) -> overlap.Ground:
    """Grow or shrink polygons as one, so that a line between two neighbours does not open."""
    if not len(ground):
        return ground
    whole = shapely.buffer(shapely.union_all(ground.plane), by_m)
    parts = shapely.get_parts(whole)
    kept = parts[shapely.get_dimensions(parts) == 2]
    return overlap.Ground.of_plane(kept, gpd.pd.RangeIndex(len(kept)))
