"""Illustrative ecological control units whose numbers and area shares per county are the published ones.

The outlines are not public. What is: how many priority, key and general units each county has, and
which share of it they cover. Each county is divided by two fields whose levels are found so that the
shares come out, and each class then into its number of units. The units are a coverage: no gap, no
overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas
import numpy as np
import shapely
from scipy.cluster.vq import kmeans2

from data import sources
from data.arrays import Floats, Geometries, Integers, polygon_parts
from data.attributes import ILLUSTRATIVE, frame
from data.control_lines import wildness
from data.coverage import GRID_M
from data.land import Land
from data.landform_polygons import Generalisation, above, level_of_amount
from data.relief import noise

SEED = 58
CLASSES = ("优先保护单元", "重点管控单元", "一般管控单元")
LONGEST_EDGE_M = 100.0
SHARE_TOLERANCE = 0.0001
LISTS = ("空间布局约束", "污染物排放管控", "环境风险防控", "资源利用效率")
PLACEHOLDER = "示意文本：正式准入清单未公开，请向生态环境局索取后替换"


@dataclass(frozen=True, slots=True)
class Published:
    """Units and area shares of the three classes in one county."""

    county: str
    units: tuple[int, int, int]
    shares: tuple[float, float, float]


def published() -> tuple[Published, ...]:
    """Return the published numbers, county by county."""
    return tuple(
        Published(
            row["county"],
            (int(row["priority_units"]), int(row["key_units"]), int(row["general_units"])),
            (
                float(row["priority_area_pct"]) / 100,
                float(row["key_area_pct"]) / 100,
                float(row["general_area_pct"]) / 100,
            ),
        )
        for row in sources.read_table("reference_text", "eco_env_control_units_2024.csv")
        if row["adcode"] != "140300"
    )


def eco_environment_control_unit(
    land: Land, protected: Geometries, towns: geopandas.GeoDataFrame
) -> geopandas.GeoDataFrame:
    """Divide the city into control units.

    Parameters
    ----------
    protected
        Ground that belongs into priority units: red line, reserves, water sources, key spring area.
    towns
        Ground that belongs into key units.
    """
    fields = _Fields(land, shapely.union_all(protected), towns)
    zones = [_zones(fields, county, row) for county, row in zip(land.city.counties, published(), strict=True)]
    faces = shapely.get_parts(shapely.polygonize([_linework(land, zones)]))
    county, kind, group = _membership(land, zones, faces)
    keys = np.column_stack([county, kind, group])
    unique, unit = np.unique(keys, axis=0, return_inverse=True)
    outlines = [shapely.coverage_union_all(faces[unit.ravel() == number]) for number in range(len(unique))]
    return _described(land, np.array(outlines), unique)


@dataclass(frozen=True, slots=True, eq=False)
class _Zones:
    """Priority and key ground of one county (the rest is general), and seeds of the units of each."""

    priority: shapely.Geometry
    key: shapely.Geometry
    seeds: tuple[Floats, Floats, Floats]


class _Fields:
    """The two fields that divide the counties, and what must lie in priority and in key units."""

    def __init__(self, land: Land, protected: shapely.Geometry, towns: geopandas.GeoDataFrame) -> None:
        self.land = land
        self.protected = protected
        self.built = shapely.union_all(towns.geometry.to_numpy())
        grid = land.relief.grid
        self.wild = land.smoothed(wildness(land), 250.0)
        urban_m = grid.distance_m(towns.geometry.to_numpy())
        self.busy = -urban_m / 4_000.0 - land.coal_distance_m / 5_000.0 + 0.25 * noise(grid, 6_000.0, SEED)


def _zones(fields: _Fields, county: shapely.Polygon, row: Published) -> _Zones:
    # shares of planar areas: within a county they differ from the ellipsoidal ones by less than 0.01 %
    area_m2 = shapely.area(county)
    protected = shapely.intersection(fields.protected, county)
    priority = _levelled(fields.land, fields.wild, county, row.shares[0] * area_m2, protected)
    rest = shapely.difference(county, priority)
    key: shapely.Geometry = rest
    if row.units[2]:
        built = shapely.union_all(polygon_parts(shapely.intersection(fields.built, rest)))
        key = _levelled(fields.land, fields.busy, rest, row.shares[1] * area_m2, built)
    general = shapely.difference(rest, key)
    seeds = [
        _seeds(fields.land, ground, number)
        for ground, number in zip((priority, key, general), row.units, strict=True)
    ]
    return _Zones(priority, key, (seeds[0], seeds[1], seeds[2]))


def _levelled(
    land: Land, field: Floats, outline: shapely.Geometry, target_m2: float, base: shapely.Geometry
) -> shapely.Geometry:
    """Return the part of an outline where a field is above the level that gives it its area."""
    least_m2 = max(target_m2 * 2e-4, 500.0)
    generalisation = Generalisation(least_m2, least_m2, 10.0)
    grid, part = land.relief.grid.window(shapely.bounds(outline))
    field = field[part]

    def drawn(level: float) -> shapely.Geometry:
        polygons = above(field, grid, level, generalisation)
        inside = polygon_parts(shapely.intersection(shapely.union_all(polygons), outline))
        return shapely.union(base, shapely.union_all(inside))

    level = level_of_amount(
        lambda level: shapely.area(drawn(level)),
        target_m2,
        (float(field.min()), float(field.max())),
        SHARE_TOLERANCE * shapely.area(outline),
    )
    return drawn(level)


def _seeds(land: Land, ground: shapely.Geometry, count: int) -> Floats:
    """Return the centres of compact groups of the ground's cells."""
    if count == 0:
        return np.empty((0, 2))
    grid = land.relief.fine_grid
    rows, columns = np.nonzero(grid.covered(np.array([ground])))
    points = np.column_stack([grid.x_m[columns], grid.y_m[rows]])
    points = points[:: max(1, len(points) // 4_000)]
    centres, _ = kmeans2(points, count, minit="++", seed=np.random.default_rng(SEED), iter=25)
    found: Floats = centres[np.lexsort((centres[:, 0], -centres[:, 1]))]
    return found


def _linework(land: Land, zones: list[_Zones]) -> shapely.Geometry:
    """Return every line that can part two units, cut where lines cross."""
    lines = [shapely.boundary(county) for county in land.city.counties]
    for county, zone in zip(land.city.counties, zones, strict=True):
        lines += [shapely.boundary(zone.priority), shapely.boundary(zone.key)]
        for seeds in zone.seeds:
            if len(seeds) > 1:
                edges = shapely.voronoi_polygons(
                    shapely.multipoints(seeds), extend_to=county, only_edges=True
                )
                lines.append(shapely.intersection(edges, county))
    # short edges: a long one sags by millimetres between the plane and longitude and latitude
    return shapely.segmentize(shapely.union_all(lines, grid_size=GRID_M), LONGEST_EDGE_M)


def _membership(land: Land, zones: list[_Zones], faces: Geometries) -> tuple[Integers, Integers, Integers]:
    """Return county, class and group of every face."""
    inside = shapely.point_on_surface(faces)
    county = land.city.county_of(faces)
    kind = np.full(faces.size, 2)
    group = np.zeros(faces.size, dtype=np.int64)
    for number, zone in enumerate(zones):
        here = county == number
        kind[here & (shapely.contains(zone.key, inside) | (len(zone.seeds[2]) == 0))] = 1
        kind[here & shapely.contains(zone.priority, inside)] = 0
        for each, seeds in enumerate(zone.seeds):
            if not len(seeds):
                continue
            chosen = np.flatnonzero(here & (kind == each))
            xy = shapely.get_coordinates(inside[chosen])
            group[chosen] = np.argmin(np.linalg.norm(xy[:, None] - seeds[None], axis=2), axis=1)
    return county, kind, group


def _described(land: Land, outlines: Geometries, keys: Integers) -> geopandas.GeoDataFrame:
    city = land.city
    names = [
        f"{ILLUSTRATIVE}{CLASSES[kind]}-{city.names[county]}-{group + 1:02d}" for county, kind, group in keys
    ]
    codes = [f"ZH{city.codes[county]}{kind + 1}{group + 1:04d}" for county, kind, group in keys]
    lists = {title: [PLACEHOLDER] * len(keys) for title in LISTS}
    return frame(
        outlines,
        city,
        {
            "STHJYSGKFQBM": codes,
            "单元名称": names,
            "ZHGKDYFL": [CLASSES[kind] for _, kind, _ in keys],
            **lists,
        },
    )
