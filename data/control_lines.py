"""Illustrative urban development boundary, nature reserves, red line and permanent basic farmland."""

from __future__ import annotations

import geopandas
import numpy as np
import shapely

from data.arrays import Floats, Geometries, polygon_parts
from data.attributes import frame, named
from data.coverage import covering
from data.field_grid import field_parcels
from data.land import Land
from data.landform_polygons import Generalisation, above, level_of_share, within, without
from data.relief import noise
from data.water_layers import river_half_width_m

SEED = 2025
# never more than the published share of priority control units of the county, which contain it
RED_LINE_SHARES = {"城区": 0.008, "矿区": 0.008, "郊区": 0.028, "平定县": 0.33, "盂县": 0.25}
FARMLAND_SHARE = 0.15
RESERVE_COUNT = 5
RESERVE_RADIUS_M = 5_200.0
RESERVE_SPACING_M = 17_000.0
# a strip between the lines, so that no sliver comes of rounding
GAP_M = 10.0
TOWN_RADIUS_M = {"Yangquan": 6_500.0, "Guanshan": 4_200.0, "Xiushui": 4_200.0, "Yinying": 3_200.0}
VILLAGE_RADIUS_M = 2_500.0
PARK_COUNT = 5
PARK_RADIUS_M = 1_800.0
PARK_SPACING_M = 7_000.0
TOWN_EASE = 0.42
URBAN_CODES = {"城镇集中建设区": "410", "城镇弹性发展区": "420", "特别用途区": "430"}


def urban_development_boundary(land: Land) -> geopandas.GeoDataFrame:
    """Draw the boundary around the real settlements, on gentle low ground."""
    kinds, parts = [], []
    for kind, ground in zip(URBAN_CODES, covering(_town_zones(land)), strict=True):
        pieces = polygon_parts(ground)
        pieces = pieces[shapely.area(pieces) >= 80_000.0]
        parts.append(pieces[np.argsort(-shapely.area(pieces), kind="stable")])
        kinds += [kind] * len(pieces)
    polygons = np.concatenate(parts)
    return frame(
        polygons,
        land.city,
        {
            "GHFQDM": [URBAN_CODES[kind] for kind in kinds],
            "GHFQMC": kinds,
            "MC": named("城镇开发边界", len(polygons)),
        },
    )


def nature_reserve(land: Land) -> geopandas.GeoDataFrame:
    """Draw reserves around the highest ground, each with a core inside a general control zone."""
    height = land.smoothed(land.relief.elevation_m, 1_500.0)
    wild = height - _mean_by_county(land, height) + 250.0 * noise(land.relief.grid, 12_000.0, SEED + 2)
    wild[~land.inside | (land.settlement_distance_m < 9_000.0) | (land.coal_distance_m < 6_000.0)] = -np.inf
    peaks = land.relief.grid.peaks(wild, RESERVE_COUNT, RESERVE_SPACING_M)
    zones = [_reserve(land, peak, height, SEED + 10 + number) for number, peak in enumerate(peaks)]
    titles = [f"示意自然保护地{letter}" for letter in "甲乙丙丁戊"[:RESERVE_COUNT]]
    kinds = ["自然公园" if number % 2 else "自然保护区" for number in range(RESERVE_COUNT)]
    return frame(
        np.array([core for core, _ in zones] + [rim for _, rim in zones], dtype=object),
        land.city,
        {
            "保护地名称": titles * 2,
            "管控分区": ["核心保护区"] * RESERVE_COUNT + ["一般控制区"] * RESERVE_COUNT,
            "保护地类型": kinds * 2,
        },
    )


def ecological_red_line(
    land: Land, towns: geopandas.GeoDataFrame, reserves: geopandas.GeoDataFrame
) -> geopandas.GeoDataFrame:
    """Draw the red line on high, steep and ridge land; cores of the reserves are its core zones."""
    grid = land.relief.grid
    field = wildness(land)
    drawn = above(field - _red_line_level(land, field), grid, 0.0, Generalisation(500_000.0, 150_000.0, 22.0))
    core = reserves.loc[reserves["管控分区"] == "核心保护区"].geometry.to_numpy()
    wild = shapely.union_all(np.concatenate([drawn, reserves.geometry.to_numpy()]))
    inside = polygon_parts(shapely.intersection(wild, land.city.outline))
    other = without(inside, towns.geometry.to_numpy(), GAP_M, 300_000.0)
    kept = covering(np.concatenate([core, other]))
    kinds, parts = [], []
    for number, ground in enumerate(kept):
        pieces = polygon_parts(ground)
        pieces = pieces[shapely.area(pieces) >= 100_000.0]
        parts.append(pieces)
        kinds += ["自然保护地核心保护区" if number < len(core) else "核心保护区以外"] * len(pieces)
    polygons = np.concatenate(parts)
    return frame(polygons, land.city, {"HXMC": named("生态保护红线", len(polygons)), "HXLX": kinds})


def permanent_basic_farmland(
    land: Land, towns: geopandas.GeoDataFrame, red_line: geopandas.GeoDataFrame
) -> geopandas.GeoDataFrame:
    """Cut valley floors and gentle slopes into fields; the inner ones are exact rectangles."""
    ground = arable(land, FARMLAND_SHARE)
    rivers = shapely.buffer(land.valleys, river_half_width_m(land.valley_upstream_m2) + 15.0, quad_segs=2)
    taken = np.concatenate([towns.geometry.to_numpy(), red_line.geometry.to_numpy(), rivers])
    parcels = field_parcels(without(ground, taken, GAP_M, 60_000.0), SEED + 3)
    fields = farmland_fields(land, parcels)
    columns = {"YJJBNTTBBH": fields["TBBH"], **fields}
    return frame(parcels, land.city, columns, area_column="YJJBNTTBMJ")


def arable(land: Land, share: float) -> Geometries:
    """Return the most arable ground: low above the valley floor, gentle, with gaps."""
    grid, relief = land.relief.grid, land.relief
    field = (
        -land.smoothed(relief.slope_deg, 200.0) / 6.0
        - land.smoothed(np.minimum(relief.height_above_valley_m, 400.0), 200.0) / 130.0
        - land.smoothed(relief.elevation_m, 2_000.0) / 1_600.0
        + 0.35 * noise(grid, 5_000.0, SEED + 4)
    )
    level = level_of_share(field, land.inside, share)
    drawn = above(field, grid, level, Generalisation(400_000.0, 100_000.0, 15.0))
    return within(drawn, land.city.outline, 100_000.0)


def farmland_fields(land: Land, parcels: Geometries) -> dict[str, list[str]]:
    """Return the farmland fields of parcels: land class and slope class follow the relief."""
    grid = land.relief.grid
    inside = shapely.point_on_surface(parcels)
    slope = grid.sample(land.relief.slope_deg, inside)
    watered = grid.sample(land.relief.height_above_valley_m, inside) < 12.0
    slope_class = np.searchsorted([2.0, 6.0, 15.0, 25.0], slope) + 1
    numbers = [f"{number:05d}" for number in range(1, len(parcels) + 1)]
    return {
        "TBBH": [f"示意{number}" for number in numbers],
        "DLBM": np.where(watered, "0102", "0103").tolist(),
        "DLMC": np.where(watered, "水浇地", "旱地").tolist(),
        "QSXZ": ["30"] * len(parcels),
        "QSDWMC": ["示意村集体"] * len(parcels),
        "ZLDWMC": ["示意村"] * len(parcels),
        "GDPDJB": [str(value) for value in slope_class],
        "SJNF": ["2026"] * len(parcels),
    }


def _reserve(
    land: Land, peak: tuple[float, float], height_m: Floats, seed: int
) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Return core and general control zone around a peak."""
    grid = land.relief.grid
    away_m = grid.away_m(*peak)
    ridges_m = np.clip(land.smoothed(land.relief.position_m, 500.0), -80.0, 80.0)
    drop_m = height_m - height_m[away_m < grid.step_m].max()
    field = land.smoothed(1.0 - away_m / RESERVE_RADIUS_M + 0.0022 * drop_m + 0.002 * ridges_m, 300.0)
    field += 0.13 * noise(grid, 3_500.0, seed)
    field[away_m > 2.2 * RESERVE_RADIUS_M] = -1.0
    coarse = Generalisation(1_500_000.0, 1_000_000.0, 20.0)
    outer = within(above(field, grid, 0.12, coarse), land.city.outline, 1_500_000.0)[:1]
    inner = shapely.intersection(above(field, grid, 0.55, coarse)[:1], shapely.buffer(outer, -200.0))
    core, rim = covering(np.concatenate([inner, outer]))
    return core, rim


def _mean_by_county(land: Land, values: Floats) -> Floats:
    cells = land.county_number
    means = np.array([values[cells == number].mean() for number in range(len(land.city.names))])
    return means[cells]


def _town_zones(land: Land) -> Geometries:
    """Return concentrated, flexible and special-use ground; the later give way to the earlier."""
    grid, city = land.relief.grid, land.city.outline
    field = land.smoothed(_town_field(land), 150.0) + 0.12 * noise(grid, 2_000.0, SEED)
    fine = Generalisation(150_000.0, 60_000.0, 15.0)
    concentrated = shapely.union_all(within(above(field, grid, 0.0, fine), city, 100_000.0))
    fringe = shapely.union_all(within(above(field, grid, -0.16, fine), city, 100_000.0))
    patches = above(noise(grid, 3_000.0, SEED + 1), grid, 0.35, fine)
    slopes = above(land.smoothed(land.relief.slope_deg, 150.0), grid, 6.5, fine)
    flexible = shapely.intersection(shapely.union_all(patches), fringe)
    special = shapely.intersection(shapely.union_all(slopes), fringe)
    return np.array([concentrated, flexible, special], dtype=object)


def _town_field(land: Land) -> Floats:
    """Return a field that is positive where a town could be: near its centre, gentle, low."""
    grid, relief = land.relief.grid, land.relief
    hindrance = (
        land.smoothed(relief.slope_deg, 250.0) / 14.0
        + np.minimum(land.smoothed(relief.height_above_valley_m, 150.0), 250.0) / 150.0
    )
    centres = [
        (point.x, point.y, TOWN_RADIUS_M.get(name, VILLAGE_RADIUS_M))
        for point, name in zip(land.settlements.geometry, land.settlements["name"], strict=True)
    ]
    # illustrative industrial parks: gentle ground near coal mines, out of town
    wish = -hindrance - land.coal_distance_m / 6_000.0
    wish[~land.inside | (land.settlement_distance_m < 5_500.0)] = -np.inf
    centres += [(x, y, PARK_RADIUS_M) for x, y in grid.peaks(wish, PARK_COUNT, PARK_SPACING_M)]
    nearness = np.full(grid.shape, -np.inf)
    for x, y, radius_m in centres:
        nearness = np.maximum(nearness, 1.0 - grid.away_m(x, y) / radius_m)
    field: Floats = nearness - hindrance + TOWN_EASE
    return field


def _red_line_level(land: Land, field: Floats) -> Floats:
    """Return the level of each county, passing smoothly from one to the next."""
    levels = np.zeros(field.shape)
    cells = land.county_number
    for number, name in enumerate(land.city.names):
        levels[cells == number] = level_of_share(
            field, (cells == number) & land.inside, RED_LINE_SHARES[name]
        )
    return land.smoothed(levels, 1_000.0)


def wildness(land: Land) -> Floats:
    """Return how wild the ground is: high, steep, on ridges, away from towns and coal."""
    relief, grid = land.relief, land.relief.grid
    return (
        land.smoothed(relief.elevation_m, 1_200.0) / 420.0
        + land.smoothed(relief.position_m, 400.0) / 110.0
        + land.smoothed(relief.slope_deg, 400.0) / 7.0
        - 1.6 * np.exp(-land.settlement_distance_m / 5_000.0)
        - 1.1 * np.exp(-land.coal_distance_m / 3_000.0)
        + 0.30 * noise(grid, 5_000.0, SEED + 5)
    )
