"""Illustrative geological hazards, mining rights, contaminated plots, steep slopes, soil erosion."""

from __future__ import annotations

import geopandas
import numpy as np
import shapely
import shapely.affinity

from data.arrays import Floats, Geometries, points, polygon_parts
from data.attributes import ILLUSTRATIVE, frame, named
from data.coverage import covering
from data.land import Land
from data.landform_polygons import Generalisation, above, level_of_share, within
from data.relief import noise, smooth

SEED = 2112
PRONE_SHARE = 0.16
EROSION_SHARE = 0.30
STEEP_DEG = 25.0
DANGER_ZONES = 40
PLOTS = 12
PLOT_KINDS = ("列入名录", "列入名录且目标未达到", "疑似污染地块", "农药化工重度污染地块")
# only these counties are taken as surveyed: elsewhere the layer has nothing to say
SURVEYED_COUNTIES = ("城区", "矿区", "郊区", "平定县")


def mining_right(land: Land) -> geopandas.GeoDataFrame:
    """Draw a right of the published size around every real coal mine; smaller ones keep the ground."""
    size_m2 = _mine_size_m2(land)
    order = np.argsort(size_m2, kind="stable")
    random = np.random.default_rng(SEED)
    rights = np.array(
        [_right(land.coal_mines.geometry.iloc[mine], float(size_m2[mine]), random) for mine in order]
    )
    kept = covering(shapely.intersection(rights, land.city.outline))
    large = shapely.area(kept) > 50_000.0
    mines = land.coal_mines.iloc[order[large]]
    return frame(
        kept[large],
        land.city,
        {
            "矿山名称": [f"{ILLUSTRATIVE}采矿权（GEM {number}）" for number in mines["GEM Mine ID"]],
            "许可证号": [f"{ILLUSTRATIVE}C{number:04d}" for number in range(1, int(large.sum()) + 1)],
            "矿业权人": [f"{ILLUSTRATIVE}矿业权人"] * int(large.sum()),
            "开采主矿种": ["煤"] * int(large.sum()),
            "有效期止": ["20351231"] * int(large.sum()),
        },
    )


def geological_hazard(land: Land, rights: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw danger zones, prone ground, goaf under the rights and subsided ground above it."""
    surveyed = surveyed_ground(land)
    worked = shapely.buffer(rights.geometry.to_numpy(), -250.0)
    goaf = polygon_parts(_eroded(land, worked, 0.0, SEED + 2))
    subsided = polygon_parts(_eroded(land, shapely.buffer(goaf, -80.0), 0.9, SEED + 3))
    ground = {
        "地质灾害易发区": _prone(land),
        "采空区": goaf[shapely.area(goaf) > 100_000.0],
        "采煤沉陷区": subsided[shapely.area(subsided) > 40_000.0],
        "地质灾害危险区": _danger_zones(land, surveyed),
    }
    parts = {kind: within(polygons, surveyed, 5_000.0) for kind, polygons in ground.items()}
    kinds = [kind for kind, polygons in parts.items() for _ in polygons]
    polygons = np.concatenate(list(parts.values()))
    return frame(polygons, land.city, {"MC": named("地灾图斑", len(kinds)), "灾害类型": kinds})


def surveyed_ground(land: Land) -> shapely.Geometry:
    """Return the ground where the absence of a hazard means that there is none."""
    return shapely.union_all(
        [
            county
            for county, name in zip(land.city.counties, land.city.names, strict=True)
            if name in SURVEYED_COUNTIES
        ]
    )


def contaminated_plot(land: Land, towns: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw a dozen former works inside the towns, in each of the states the law tells apart."""
    random = np.random.default_rng(SEED + 4)
    built = towns.loc[towns["GHFQMC"] == "城镇集中建设区"].geometry.to_numpy()
    ground = shapely.buffer(shapely.union_all(built), -150.0)
    west, south, east, north = shapely.bounds(ground)
    plots: list[shapely.Polygon] = []
    while len(plots) < PLOTS:
        x, y = random.uniform(west, east), random.uniform(south, north)
        width_m, depth_m = random.uniform(90.0, 260.0), random.uniform(90.0, 260.0)
        plot = shapely.affinity.rotate(shapely.box(x, y, x + width_m, y + depth_m), random.uniform(0, 90))
        if ground.contains(plot) and shapely.distance(np.array(plots), plot).min(initial=np.inf) > 1_000.0:
            plots.append(plot)
    kinds = [PLOT_KINDS[number % len(PLOT_KINDS)] for number in range(PLOTS)]
    return frame(np.array(plots), land.city, {"地块名称": named("污染地块", PLOTS), "地块状态": kinds})


def steep_slope(land: Land) -> geopandas.GeoDataFrame:
    """Draw ground steeper than 25° in the illustrative relief."""
    grid = land.relief.fine_grid
    slope = smooth(land.relief.fine_slope_deg, 45.0, grid.step_m)
    drawn = above(slope, grid, STEEP_DEG, Generalisation(20_000.0, 10_000.0, 12.0))
    drawn = within(drawn, land.city.outline, 20_000.0)
    return frame(drawn, land.city, {"MC": named("陡坡地", len(drawn))})


def soil_erosion_area(land: Land) -> geopandas.GeoDataFrame:
    """Draw prevention areas on middling slopes below the wooded heights."""
    grid, relief = land.relief.grid, land.relief
    field = (
        land.smoothed(relief.slope_deg, 600.0) / 5.0
        - land.smoothed(relief.elevation_m, 3_000.0) / 600.0
        + 0.8 * noise(grid, 7_000.0, SEED + 5)
    )
    level = level_of_share(field, land.inside, EROSION_SHARE)
    drawn = above(field, grid, level, Generalisation(4e6, 3e6, 40.0))
    drawn = within(drawn, land.city.outline, 2e6)
    return frame(drawn, land.city, {"MC": named("水土流失重点防治区", len(drawn))})


def _mine_size_m2(land: Land) -> Floats:
    size_km2 = land.coal_mines["Mine Size (Km2)"].astype(float)
    filled: Floats = size_km2.fillna(size_km2.median()).to_numpy() * 1e6
    return filled


def _right(centre: shapely.Point, area_m2: float, random: np.random.Generator) -> shapely.Polygon:
    """Draw a right as the register does: few corners, on whole metres."""
    long = random.uniform(1.0, 1.8)
    half_width, half_depth = np.sqrt(area_m2 * long) / 2, np.sqrt(area_m2 / long) / 2
    notch_x, notch_y = random.uniform(0.2, 0.5) * half_width, random.uniform(0.2, 0.5) * half_depth
    half_depth += notch_x * notch_y / (4 * half_width)
    corners = np.array(
        [
            (-half_width, half_depth),
            (half_width - notch_x, half_depth),
            (half_width - notch_x, half_depth - notch_y),
            (half_width, half_depth - notch_y),
            (half_width, -half_depth),
            (-half_width, -half_depth),
        ]
    )
    return shapely.Polygon(np.round(corners + np.array([centre.x, centre.y])))


def _eroded(land: Land, polygons: Geometries, level: float, seed: int) -> Geometries:
    """Keep the parts of polygons where noise is above a level: ground is never worked evenly."""
    grid = land.relief.grid
    field = land.smoothed(noise(grid, 2_500.0, seed), 150.0)
    mosaic = above(field, grid, level, Generalisation(60_000.0, 60_000.0, 12.0))
    polygons = polygon_parts(polygons)
    number, patch = shapely.STRtree(mosaic).query(polygons, predicate="intersects")
    kept: Geometries = shapely.intersection(polygons[number], mosaic[patch])
    return kept


def _prone(land: Land) -> Geometries:
    grid, relief = land.relief.grid, land.relief
    field = (
        land.smoothed(relief.slope_deg, 500.0) / 5.0
        + 1.5 * np.exp(-land.coal_distance_m / 4_000.0)
        + 0.4 * noise(grid, 6_000.0, SEED + 6)
    )
    level = level_of_share(field, land.inside, PRONE_SHARE)
    return above(field, grid, level, Generalisation(1e6, 600_000.0, 25.0))


def _danger_zones(land: Land, surveyed: shapely.Geometry) -> Geometries:
    """Choose steep places near valley lines and draw an oval at each."""
    random = np.random.default_rng(SEED + 1)
    count = 40 * DANGER_ZONES
    places = shapely.line_interpolate_point(
        random.choice(land.valleys, size=count), random.random(count), normalized=True
    )
    centres = points(shapely.get_coordinates(places) + random.normal(0.0, 250.0, (count, 2)))
    centres = centres[shapely.contains(surveyed, centres)]
    steep = land.relief.fine_grid.sample(land.relief.fine_slope_deg, centres)
    chosen = centres[np.argsort(-steep, kind="stable")[:DANGER_ZONES]]
    ovals = [
        shapely.affinity.rotate(
            shapely.affinity.scale(
                shapely.buffer(point, 1.0), random.uniform(40, 110), random.uniform(60, 220)
            ),
            random.uniform(0, 180),
        )
        for point in chosen
    ]
    return polygon_parts(shapely.union_all(np.array(ovals)))
