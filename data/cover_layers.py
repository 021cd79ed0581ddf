"""Illustrative woodland, general farmland, farmland areas, heritage lines, invasive-species focus."""

from __future__ import annotations

import geopandas
import numpy as np
import shapely

from data.arrays import Geometries, points, polygon_parts
from data.attributes import ILLUSTRATIVE, frame, named
from data.control_lines import GAP_M, arable, farmland_fields, wildness
from data.coverage import covering
from data.field_grid import field_parcels
from data.land import Land
from data.landform_polygons import (
    Generalisation,
    above,
    cleaned,
    level_of_share,
    within,
    without,
)
from data.relief import noise
from data.water_layers import river_half_width_m

SEED = 8
FARMLAND_SHARE = 0.225
WOODLAND_SHARE = 0.44
HERITAGE_SITES = 6
HERITAGE_SPACING_M = 8_000.0


def general_farmland(
    land: Land, taken: Geometries, permanent: geopandas.GeoDataFrame
) -> geopandas.GeoDataFrame:
    """Cut the next best ground after the permanent basic farmland into fields of the same grid.

    Parameters
    ----------
    taken
        Ground with another use.
    permanent
        The permanent basic farmland.
    """
    ground = arable(land, FARMLAND_SHARE)
    rivers = shapely.buffer(land.valleys, river_half_width_m(land.valley_upstream_m2) + 15.0, quad_segs=2)
    fields = permanent.geometry.to_numpy()
    kept = without(ground, np.concatenate([taken, rivers, fields]), GAP_M, 60_000.0)
    # no ribbons a few metres wide along the other fields
    broad = shapely.buffer(shapely.buffer(kept, -12.0), 11.9)
    parcels = field_parcels(polygon_parts(broad), SEED)
    columns = farmland_fields(land, parcels)
    return frame(parcels, land.city, columns, area_column="TBMJ")


def farmland_concentrated_area(land: Land, permanent: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw the areas in which permanent basic farmland lies close together, with what lies between."""
    fields = shapely.union_all(shapely.buffer(permanent.geometry.to_numpy(), 160.0, quad_segs=2))
    joined = shapely.buffer(shapely.buffer(fields, -360.0, quad_segs=2), 200.0, quad_segs=2)
    drawn = cleaned(np.array([joined]), Generalisation(1.5e6, 300_000.0, 15.0))
    drawn = within(drawn, land.city.outline, 1e6)
    return frame(drawn, land.city, {"MC": named("永久基本农田集中区域", len(drawn))})


def forest_land(land: Land, taken: Geometries, red_line: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw woodland on wild ground; within the red line it is public-welfare forest."""
    grid = land.relief.grid
    field = wildness(land) + 0.5 * noise(grid, 3_000.0, SEED + 1)
    level = level_of_share(field, land.inside, WOODLAND_SHARE)
    drawn = above(field, grid, level, Generalisation(300_000.0, 120_000.0, 20.0))
    drawn = without(within(drawn, land.city.outline, 200_000.0), taken, GAP_M, 150_000.0)
    inner = shapely.intersection(shapely.union_all(drawn), shapely.union_all(red_line.geometry.to_numpy()))
    kept = covering(np.concatenate([[inner], drawn]))
    public, other = polygon_parts(kept[:1]), polygon_parts(kept[1:])
    public, other = public[shapely.area(public) > 30_000.0], other[shapely.area(other) > 30_000.0]
    kinds = ["公益林"] * len(public) + ["公益林、Ⅰ级保护林地以外"] * len(other)
    polygons = np.concatenate([public, other])
    return frame(polygons, land.city, {"MC": named("林地", len(polygons)), "森林类别": kinds})


def heritage_line(land: Land) -> geopandas.GeoDataFrame:
    """Draw four protected sites with their control belts and two old villages with core and scope."""
    outlines, kinds, titles = [], [], []
    for number, centre in enumerate(_heritage_places(land)):
        village = number >= HERITAGE_SITES - 2
        inner_m, outer_m = (170.0, 520.0) if village else (45.0 + 12.0 * number, 150.0 + 20.0 * number)
        core = shapely.box(
            centre.x - inner_m, centre.y - 0.7 * inner_m, centre.x + inner_m, centre.y + 0.7 * inner_m
        )
        belt = shapely.buffer(core, outer_m - inner_m, join_style="bevel")
        outlines += covering(np.array([core, belt])).tolist()
        kinds += (
            ["名镇名村核心保护范围", "名镇名村保护范围"] if village else ["文物保护范围", "文物建设控制地带"]
        )
        titles += [f"{ILLUSTRATIVE}{'古村' if village else '文物点'}{number + 1}"] * 2
    return frame(np.array(outlines), land.city, {"MC": titles, "保护线类型": kinds})


def invasive_species_focus(land: Land, spring: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw the focus area of the plan that has a place: the spring area (the four mountains have none)."""
    inside = shapely.intersection(spring.geometry.to_numpy(), land.city.outline)
    return frame(inside, land.city, {"MC": ["示意外来入侵物种重点防控区（娘子关泉域）"]})


def _heritage_places(land: Land) -> Geometries:
    """Choose gentle low places two to nine kilometres from a settlement, well apart."""
    grid, relief = land.relief.grid, land.relief
    wish = -land.smoothed(relief.slope_deg, 200.0) / 5.0 + noise(grid, 4_000.0, SEED + 2)
    away_m = land.settlement_distance_m
    wish[~land.inside | (away_m < 2_000.0) | (away_m > 9_000.0)] = -np.inf
    places = grid.peaks(wish, HERITAGE_SITES, HERITAGE_SPACING_M)
    return points(np.round(np.array(places)))
