"""Illustrative Niangziguan spring area and its key protection area."""

from __future__ import annotations

import geopandas
import numpy as np
import shapely
import shapely.ops

from data.arrays import Floats, Geometries, largest_polygon, polygon_parts
from data.attributes import frame
from data.drainage import carry_up, main_stem
from data.land import Land
from data.landform_polygons import Generalisation, above, level_of_amount
from data.planes import projected_area_m2, to_projected
from data.relief import noise, smooth, valley_points

SEED = 2430
# 2,430 km² of the spring area lie in Yangquan (published by its water authority; no outline is)
AREA_IN_CITY_M2 = 2_430e6
AREA_TOLERANCE_M2 = 20_000.0
# 娘子关镇 within 1 km; the spring group lies along some 7 km of valley, from west to east
NIANGZIGUAN_DEG = (113.87, 37.965)
SPRING_REACH_M = 7_000.0
LEAKAGE_REACH_M = 6_000.0


def spring_area(land: Land) -> geopandas.GeoDataFrame:
    """Draw the area that drains towards the springs, widened or narrowed to the published area."""
    grid = land.relief.grid
    field = _towards_springs(land)
    coarse = Generalisation(20e6, 20e6, 40.0)

    def largest(level: float) -> Geometries:
        return above(field, grid, level, coarse)[:1]

    def area_in_city_m2(level: float) -> float:
        inside = shapely.intersection(largest(level), land.city.outline)
        return float(projected_area_m2(polygon_parts(inside)).sum())

    bounds = (float(field.min()), float(field.max()))
    level = level_of_amount(area_in_city_m2, AREA_IN_CITY_M2, bounds, AREA_TOLERANCE_M2)
    return frame(largest(level), land.city, {"泉域名称": ["示意娘子关泉域"]})


def spring_key_area(land: Land, area: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw the valley of the spring group and two leakage reaches further up."""
    springs, reaches = _spring_valleys(land)
    discharge = shapely.buffer(springs, 750.0)
    polygons = [_softened(shapely.intersection(discharge, land.city.outline))]
    for reach in reaches:
        corridor = shapely.difference(shapely.buffer(reach, 450.0), shapely.buffer(polygons[0], 100.0))
        polygons.append(_softened(corridor))
    inside = shapely.intersection(np.array(polygons), area.geometry.iloc[0])
    titles = ["示意娘子关泉群出露带", "示意渗漏段一", "示意渗漏段二"][: len(inside)]
    return frame(inside, land.city, {"泉域名称": titles})


def leakage_reach(land: Land, area: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw the beds of the two leakage reaches; where real ones lie nobody here knows."""
    inside = shapely.intersection(_spring_valleys(land)[1], area.geometry.iloc[0])
    kept = inside[~shapely.is_empty(inside)]
    titles = ["示意渗漏段一", "示意渗漏段二"][: len(kept)]
    return frame(kept, land.city, {"河段名称": titles}, area_column=None)


def _softened(polygon: shapely.Geometry) -> shapely.Geometry:
    largest = largest_polygon(polygon)
    return shapely.simplify(shapely.buffer(shapely.buffer(largest, 80.0), -80.0), 8.0)


def _towards_springs(land: Land) -> Floats:
    grid, drainage = land.relief.grid, land.relief.drainage
    mark = np.zeros(drainage.downstream.size, dtype=np.int64)
    mark[_outlet(land)] = 1
    basin = carry_up(drainage, mark).reshape(grid.shape).astype(np.float64)
    away_m = grid.away_m(*_niangziguan())
    field = (
        smooth(basin, 2_500.0, grid.step_m) - 0.5 * away_m / 100_000.0 + 0.05 * noise(grid, 12_000.0, SEED)
    )
    return smooth(field, 600.0, grid.step_m)


def _niangziguan() -> tuple[float, float]:
    point = to_projected(np.array([shapely.Point(NIANGZIGUAN_DEG)]))[0]
    return point.x, point.y


def _outlet(land: Land) -> int:
    """Return the drainage cell with the largest upstream ground near the springs."""
    grid = land.relief.grid
    x, y = _niangziguan()
    # the valley leaves the city to the east of the town
    near = np.where(grid.away_m(x + 3_500.0, y) < 3_000.0, land.relief.upstream_m2, -1.0)
    return int(np.argmax(near))


def _spring_valleys(land: Land) -> tuple[shapely.Geometry, Geometries]:
    relief, step_m = land.relief, land.relief.grid.step_m
    upstream = relief.upstream_m2.ravel() / step_m**2
    stem = main_stem(relief.drainage, upstream, _outlet(land), 30e6 / step_m**2)
    line = shapely.LineString(shapely.get_coordinates(valley_points(relief, stem)))
    line = max(shapely.get_parts(shapely.intersection(line, land.city.outline)), key=shapely.length)
    springs = shapely.ops.substring(line, 0.0, SPRING_REACH_M)
    return springs, np.array(
        [
            shapely.ops.substring(line, start, start + LEAKAGE_REACH_M)
            for start in (SPRING_REACH_M + 9_000.0, SPRING_REACH_M + 24_000.0)
            if start + LEAKAGE_REACH_M < line.length
        ]
    )
