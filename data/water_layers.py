"""Illustrative river management ranges, drinking-water sources and wetlands along valley lines."""

from __future__ import annotations

import geopandas
import numpy as np
import shapely
import shapely.ops

from data.arrays import Floats, Integers, largest_polygon, polygon_parts
from data.attributes import ILLUSTRATIVE, frame, named
from data.coverage import covering
from data.drainage import carry_up
from data.land import Land
from data.landform_polygons import Generalisation, above

LEAST_RIVER_M2 = 40e6
SOURCES_BY_COUNTY = {"郊区": 1, "平定县": 2, "盂县": 2}
SOURCE_SPACING_M = 9_000.0
LEVELS = ("一级保护区", "二级保护区", "准保护区")
WETLAND_REACH_M = 900.0
WETLAND_SPACING_M = 11_000.0


def river_half_width_m(upstream_m2: Floats) -> Floats:
    """Return an illustrative half width of a river's management range from the ground it drains."""
    return np.clip(12.0 * (upstream_m2 / 1e6) ** 0.35, 25.0, 160.0)


def river_management_range(land: Land) -> geopandas.GeoDataFrame:
    """Draw a strip along every larger valley line."""
    large = land.valley_upstream_m2 >= LEAST_RIVER_M2
    strips = shapely.buffer(land.valleys[large], river_half_width_m(land.valley_upstream_m2[large]))
    strips = covering(shapely.intersection(strips, land.city.outline))
    strips = strips[shapely.area(strips) > 50_000.0]
    return frame(strips, land.city, {"河流名称": named("河谷管理范围", len(strips))})


def drinking_water_source(land: Land, towns: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw sources at the heads of mountain valleys: reach, valley and catchment, nested."""
    outlines, levels, titles = [], [], []
    for number, valley in enumerate(_source_valleys(land, towns), start=1):
        line = land.valleys[valley]
        reach = shapely.ops.substring(line, 0.55, 0.75, normalized=True)
        upper = shapely.ops.substring(line, 0.25, 0.85, normalized=True)
        nested = [
            shapely.buffer(reach, 90.0),
            shapely.buffer(upper, 420.0),
            _catchment(land, shapely.Point(shapely.get_coordinates(reach)[-1])),
        ]
        clipped = shapely.intersection(np.array(nested), land.city.outline)
        for level, ground in zip(LEVELS, covering(clipped), strict=True):
            outlines.append(shapely.union_all(polygon_parts(ground)))
            levels.append(level)
            titles.append(f"{ILLUSTRATIVE}水源地{number}")
    return frame(np.array(outlines), land.city, {"水源地名称": titles, "保护区级别": levels})


def wetland(land: Land) -> geopandas.GeoDataFrame:
    """Draw small wetlands on the floors of the largest valleys."""
    reaches = []
    for line, upstream_m2 in zip(land.valleys, land.valley_upstream_m2, strict=True):
        if upstream_m2 >= 3 * LEAST_RIVER_M2:
            starts = np.arange(0.4 * WETLAND_SPACING_M, line.length - WETLAND_REACH_M, WETLAND_SPACING_M)
            reaches += [shapely.ops.substring(line, start, start + WETLAND_REACH_M) for start in starts]
    ground = shapely.buffer(np.array(reaches), 55.0 + 25.0 * (np.arange(len(reaches)) % 3))
    ground = ground[shapely.within(ground, land.city.outline)]
    kinds = ["省级重要湿地" if number % 6 == 0 else "一般湿地" for number in range(len(ground))]
    return frame(ground, land.city, {"湿地名称": named("湿地", len(ground)), "湿地级别": kinds})


def _source_valleys(land: Land, towns: geopandas.GeoDataFrame) -> Integers:
    """Choose the highest valleys of each county that are whole, far from towns and from each other."""
    built = shapely.union_all(towns.geometry.to_numpy())
    county = land.city.county_of(land.valleys)
    height = land.relief.grid.sample(
        land.relief.elevation_m, shapely.line_interpolate_point(land.valleys, -1.0)
    )
    fit = (
        shapely.within(shapely.buffer(land.valleys, 300.0), land.city.outline)
        & (shapely.distance(land.valleys, built) > 3_000.0)
        & (shapely.length(land.valleys) > 2_500.0)
        & (land.valley_upstream_m2 < 4 * LEAST_RIVER_M2)
    )
    chosen: list[int] = []
    for name, wanted in SOURCES_BY_COUNTY.items():
        of_county = np.flatnonzero(fit & (county == land.city.names.index(name)))
        before = len(chosen)
        for valley in of_county[np.argsort(-height[of_county], kind="stable")]:
            apart = shapely.distance(land.valleys[valley], land.valleys[chosen])
            if len(chosen) - before < wanted and np.all(apart > SOURCE_SPACING_M):
                chosen.append(int(valley))
    return np.array(chosen, dtype=np.int64)


def _catchment(land: Land, outlet: shapely.Point) -> shapely.Geometry:
    grid, relief = land.relief.grid, land.relief
    column = int((outlet.x - grid.west_m) / grid.step_m)
    row = int((grid.north_m - outlet.y) / grid.step_m)
    window = (slice(row - 2, row + 3), slice(column - 2, column + 3))
    steepest = np.full(grid.shape, -1.0)
    steepest[window] = relief.upstream_m2[window]
    mark = np.zeros(grid.shape, dtype=np.int64).ravel()
    mark[int(np.argmax(steepest))] = 1
    basin = carry_up(relief.drainage, mark).reshape(grid.shape).astype(np.float64)
    coarse = Generalisation(500_000.0, 1e12, 40.0)
    return largest_polygon(above(land.smoothed(basin, 150.0), grid, 0.5, coarse))
