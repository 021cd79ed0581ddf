"""From where a mine is seen: lines of sight from roads, rivers and settlements over the DEM (三区两线)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from gis import projection, rasters
from gis.equal_area import GeometryArray
from gis.errors import Text
from gis.raster import FloatArray, Raster, RasterSource
from gis.terrain import cell_size, viewshed
from gis.terrain.viewshed import View
from restoration.criterion import Measure
from restoration.evidence import PLANE, Evidence
from restoration.measured import Measured, nothing

MOST_MINES = 20_000
MOST_PAIRS = 2_000_000
TARGETS_PER_MINE = 9
NOT_SEEN = Text(
    "高程没有覆盖视线，或图斑不在图层声明的完整覆盖范围内",
    "the DEM does not cover the lines of sight, or the mine lies outside the layer's coverage",
)
TOO_MANY = Text(
    f"图斑超过{MOST_MINES}个，未做可视分析，请分批进行",
    f"more than {MOST_MINES} mines: no lines of sight were drawn; assess them in parts",
)

IntegerArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class _Counts:
    """Observers of each mine: asked, answering (seeing it or not), certainly and possibly seeing it."""

    asked: IntegerArray
    answered: IntegerArray
    surely: IntegerArray
    maybe: IntegerArray
    best: IntegerArray


def visible_share(evidence: Evidence, measure: Measure) -> Measured:
    """Return the share of the observers within the radius that see any part of each mine.

    Observers stand every ``spacing_m`` along lines and outlines, and on points; a mine is looked at in up to nine
    cells spread over it. Heights of the target are lowered and raised by the DEM's error where it is stated. Where
    the layer is not complete within the radius, observers are unknown in proportion to the ground; so are those
    whose line of sight leaves the DEM.
    """
    count = len(evidence.mines)
    if count > MOST_MINES:
        return nothing(count, TOO_MANY)
    dem = evidence.rasters[measure.raster]
    view = View(
        radius_m=measure.parameters["radius_m"],
        observer_height_m=measure.parameters["observer_height_m"],
        target_height_m=measure.parameters["target_height_m"],
    )
    observers = _observers(evidence, measure)
    counts = _count(evidence, dem.raster, observers, view, dem.error or 0.0)
    counts.best[counts.asked == 0] = 0
    asked = np.maximum(counts.asked, 1)
    unlisted = _unlisted_share(evidence, measure.layer, view.radius_m)
    assessable = counts.best >= 0
    answered = np.where(counts.asked == 0, 1.0, counts.answered / asked)
    value = np.where((unlisted < 1) & assessable, counts.best / np.maximum(counts.answered, 1), np.nan)
    least = np.where(counts.best >= 0, counts.surely / asked, 0.0) * (1 - unlisted)
    most = np.where(counts.best >= 0, counts.maybe / asked, 1.0) * (1 - unlisted) + unlisted
    return Measured(value, least, most, np.where(assessable, (1 - unlisted) * answered, 0.0), NOT_SEEN)


def _observers(evidence: Evidence, measure: Measure) -> FloatArray:
    """Return where observers stand, in metres (EPSG:4547)."""
    features = evidence.features(measure.layer, measure.sub_classes).geometry.to_numpy()
    plane = projection.transform(features, projection.CGCS2000, PLANE)
    spacing_m = measure.parameters["spacing_m"]
    found = [shapely.get_coordinates(plane[shapely.get_dimensions(plane) == 0])]
    lines = plane[shapely.get_dimensions(plane) == 1]
    outlines = shapely.boundary(plane[shapely.get_dimensions(plane) == 2])
    for line in shapely.get_parts(np.concatenate([lines, outlines])):
        # in the middle of equal pieces: the ends of two lines that meet are not counted twice
        pieces = max(1, round(line.length / spacing_m))
        at = (np.arange(pieces) + 0.5) / pieces
        found.append(shapely.get_coordinates(shapely.line_interpolate_point(line, at, normalized=True)))
    return np.concatenate(found)


def _unlisted_share(evidence: Evidence, layer: str, radius_m: float) -> FloatArray:
    """Return the share of the ground within the radius in which the layer is not complete; 1 outside it."""
    coverage = evidence.coverage_plane(layer)
    count = len(evidence.mines)
    if coverage is None or evidence.layers[layer].unusable_rows:
        return np.ones(count)
    shapely.prepare(coverage)
    inside = shapely.covers(coverage, evidence.plane)
    around = shapely.buffer(shapely.centroid(evidence.plane), radius_m)
    share = np.zeros(count)
    open_ended = inside & ~shapely.covers(coverage, around)
    covered = shapely.area(shapely.intersection(around[open_ended], coverage))
    share[open_ended] = np.clip(1 - covered / shapely.area(around[open_ended]), 0.0, 1.0)
    share[~inside] = 1.0
    return share


def _count(
    evidence: Evidence, raster: RasterSource, observers: FloatArray, view: View, error_m: float
) -> _Counts:
    count = len(evidence.mines)
    zero = np.zeros(count, dtype=np.int64)
    counts = _Counts(zero.copy(), zero.copy(), zero.copy(), zero.copy(), zero - 1)
    if not len(observers):
        return replace(counts, best=zero.copy())
    tree = cKDTree(observers)
    centres = shapely.get_coordinates(shapely.centroid(evidence.plane))
    reach_m = view.radius_m + shapely.minimum_bounding_radius(evidence.plane)
    around = tree.query_ball_point(centres, reach_m, return_sorted=True)
    counts.asked[:] = [len(found) for found in around]
    shapes = rasters.in_system_of(raster, evidence.mines.geometry)
    places = shapely.get_coordinates(
        projection.transform(shapely.points(observers), PLANE, rasters.horizontal(raster.crs))
    )
    margin_cells = cell_size.cells_across(raster, view.radius_m) + 2
    for mines, rows, columns in rasters.tiles(shapes, raster, margin_cells):
        evidence.tell(f"viewshed {int(mines[0]) + 1}/{count}")
        window = rasters.read_window(raster, rows, columns)
        cells = rasters.rows_and_columns(window, places)
        _look(window, mines, shapes, around, cells, view, error_m, counts)
    return counts


def _look(
    window: Raster,
    mines: npt.NDArray[np.intp],
    shapes: GeometryArray,
    around: npt.NDArray[np.object_],
    cells: IntegerArray,
    view: View,
    error_m: float,
    counts: _Counts,
) -> None:
    """Draw the lines of sight of some mines, as many at once as fit."""
    batch: list[tuple[int, IntegerArray, IntegerArray]] = []
    pairs = 0
    for mine in mines:
        seers = np.asarray(around[mine], dtype=np.int64)
        targets = targets_of(shapes[mine], window)
        batch.append((int(mine), seers, targets))
        pairs += len(seers) * len(targets)
        if pairs > MOST_PAIRS:
            _draw(window, batch, cells, view, error_m, counts)
            batch, pairs = [], 0
    _draw(window, batch, cells, view, error_m, counts)


def targets_of(shape: shapely.Geometry, window: Raster) -> IntegerArray:
    """Return up to nine cells spread over a polygon, shape (n, 2), evenly taken in the order of reading."""
    cells = rasters.cells_in(shape, window)
    kept = np.unique(np.linspace(0, len(cells) - 1, TARGETS_PER_MINE).round().astype(np.int64))
    return cells[kept]


def _draw(
    window: Raster,
    batch: list[tuple[int, IntegerArray, IntegerArray]],
    cells: IntegerArray,
    view: View,
    error_m: float,
    counts: _Counts,
) -> None:
    if not batch:
        return
    observer = np.concatenate([np.repeat(seers, len(targets)) for _, seers, targets in batch])
    target = np.concatenate([np.tile(targets, (len(seers), 1)) for _, seers, targets in batch])
    # one group per mine and observer: the cells of the mine it looks at
    sizes = np.concatenate([np.full(len(seers), len(targets)) for _, seers, targets in batch])
    owner = np.repeat(np.arange(len(batch)), [len(seers) for _, seers, _ in batch])
    places = np.array([mine for mine, _, _ in batch])
    if not len(sizes):
        counts.asked[places] = counts.best[places] = 0
        return
    starts = np.cumsum(sizes) - sizes
    found = []
    for change_m in (-error_m, 0.0, error_m) if error_m > 0 else (0.0,):
        raised = replace(view, target_height_m=view.target_height_m + change_m)
        seen = viewshed.lines_of_sight(window, cells[observer], target, raised)
        found.append(
            tuple(
                np.logical_or.reduceat(seen == state, starts)
                for state in (viewshed.VISIBLE, viewshed.NOT_ASSESSED, viewshed.HIDDEN)
            )
        )
    lowest, (sees, unknown, hidden), highest = found[0], found[len(found) // 2], found[-1]

    def per_mine(observers: npt.NDArray[np.bool_]) -> IntegerArray:
        return np.bincount(owner[observers], minlength=len(batch)).astype(np.int64)

    counts.asked[places] = per_mine(sees | unknown | hidden)
    counts.surely[places] = per_mine(lowest[0])
    counts.maybe[places] = per_mine(highest[0] | highest[1])
    counts.answered[places] = per_mine(sees | (hidden & ~unknown))
    nothing_known = (counts.asked[places] > 0) & (counts.answered[places] == 0)
    counts.best[places] = np.where(nothing_known, -1, per_mine(sees))
