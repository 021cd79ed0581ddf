"""Illustrative patches of abandoned mines with every field of the official verification table, and three more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas
import numpy as np
import pandas as pd
import shapely

from data.arrays import Floats, Geometries, Integers, largest_polygon, points
from data.attributes import ILLUSTRATIVE, MARK
from data.land import Land
from data.mine_dangers import dangers
from data.planes import PROJECTED, projected_area_m2, to_geographic

SEED = 417
PATCHES = 400
NEAR_COAL_SHARE = 0.8
COAL_SCATTER_M = 2_600.0
LEAST_M2, MEDIAN_M2, MOST_M2 = 2_000.0, 16_000.0, 150_000.0
GAP_M = 15.0
LEAST_SLOPE_DEG = 5.0
ACCESS_M, CONVERTIBLE_M2 = 500.0, 10_000.0

# class and subclass of patches with their share: 历史遗留 / 有责任主体 / 其他情形 / 采矿沉陷区
CLASSES = (
    ("10", "11", 0.50),
    ("10", "12", 0.17),
    ("20", "21", 0.06),
    ("20", "22", 0.09),
    ("30", "31", 0.03),
    ("30", "32", 0.04),
    ("30", "37", 0.04),
    ("40", "41", 0.02),
    ("40", "42", 0.02),
    ("40", "43", 0.03),
)
# kind of mineral, how it was mined, share
MINERALS = (
    ("煤", "B", 0.40),
    ("煤", "A", 0.12),
    ("石灰岩", "A", 0.24),
    ("铝土矿", "A", 0.08),
    ("耐火粘土", "C", 0.09),
    ("建筑用砂石", "A", 0.07),
)


def abandoned_mine(land: Land, avoided: Geometries, roads: Geometries) -> geopandas.GeoDataFrame:
    """Draw patches on slopes, most of them near real coal mines.

    Parameters
    ----------
    avoided
        Ground without patches (inside the development boundary).
    roads
        Flat ground beside them is meant to be put to another use.
    """
    random = np.random.default_rng(SEED)
    patches = _patches(land, avoided, random)
    attributes = _attributes(land, patches, roads, random)
    return geopandas.GeoDataFrame(attributes, geometry=patches, crs=PROJECTED)


def _patches(land: Land, avoided: Geometries, random: np.random.Generator) -> Geometries:
    centres = _centres(land, avoided, random)
    areas = np.exp(random.normal(np.log(MEDIAN_M2), 0.95, size=len(centres)))
    shapes = np.array(
        [
            _patch(point, float(area), random)
            for point, area in zip(centres, np.clip(areas, LEAST_M2 * 1.15, MOST_M2 * 0.9), strict=True)
        ]
    )
    shapes = shapes[shapely.within(shapes, land.city.outline)]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=GAP_M)
    crowded = np.unique(np.maximum(first, second)[first != second])
    kept: Geometries = np.delete(shapes, crowded)[:PATCHES]
    return kept


def _centres(land: Land, avoided: Geometries, random: np.random.Generator) -> Geometries:
    wanted = 6 * PATCHES
    mines = shapely.get_coordinates(land.coal_mines.geometry.to_numpy())
    near = mines[random.integers(len(mines), size=wanted)] + random.normal(0.0, COAL_SCATTER_M, (wanted, 2))
    west, south, east, _ = shapely.bounds(land.city.outline)
    # all real coal mines lie in the south, below the mountains
    anywhere = np.column_stack([random.uniform(west, east, wanted), random.uniform(south, 4.225e6, wanted)])
    chosen = np.where(random.random(wanted)[:, None] < NEAR_COAL_SHARE, near, anywhere)
    centres = points(chosen)
    slope = land.relief.grid.sample(land.relief.slope_deg, centres)
    free = ~shapely.intersects(shapely.union_all(shapely.buffer(avoided, 300.0)), centres)
    kept: Geometries = centres[(slope > LEAST_SLOPE_DEG) & free]
    return kept


def _patch(centre: shapely.Point, area_m2: float, random: np.random.Generator) -> shapely.Polygon:
    """Draw an irregular, elongated outline of roughly the given area."""
    angle = np.linspace(0.0, 2 * np.pi, 28, endpoint=False)
    radius = np.ones_like(angle)
    for wave in (2, 3, 4, 6):
        radius += random.normal(0.0, 0.30 / wave) * np.cos(wave * angle + random.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.35, None)
    long, turn = random.uniform(1.0, 1.9), random.uniform(0, np.pi)
    x, y = radius * np.cos(angle) * long, radius * np.sin(angle)
    ring = np.column_stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)])
    scale = np.sqrt(area_m2 / shapely.area(shapely.Polygon(ring)))
    drawn = shapely.make_valid(shapely.Polygon(ring * scale + [centre.x, centre.y]))
    return largest_polygon(drawn)


def _attributes(
    land: Land, patches: Geometries, roads: Geometries, random: np.random.Generator
) -> pd.DataFrame:
    count, city = len(patches), land.city
    county = city.county_of(patches)
    names = np.array(city.names)[county]
    kinds = _drawn(CLASSES, count, random)
    minerals = _drawn(MINERALS, count, random)
    area_m2 = np.round(projected_area_m2(patches), 2)
    centre = shapely.get_coordinates(to_geographic(shapely.point_on_surface(patches)))
    classes = np.array([CLASSES[kind][0] for kind in kinds])
    subclasses = np.array([CLASSES[kind][1] for kind in kinds])
    mining = np.where(classes == "40", "B", np.array([MINERALS[kind][1] for kind in minerals]))
    mineral = np.where(classes == "40", "煤", np.array([MINERALS[kind][0] for kind in minerals]))
    treated = random.random(count) < np.where(classes == "10", 0.42, 0.25)
    unit = _damage_units(classes, subclasses, mining, random)
    treated_m2 = np.where(treated, np.round(area_m2 * random.uniform(0.85, 1.0, count), 2), 0.0)
    frame = {
        "id": [f"{city.codes[number]}SY{serial:04d}" for serial, number in enumerate(county, start=1)],
        "xzs": ["阳泉市"] * count,
        "xzx": names,
        "ztbh": [f"SY{serial:04d}" if kind == "20" else "" for serial, kind in enumerate(classes, start=1)],
        "kfx": centre[:, 0].round(7),
        "kfy": centre[:, 1].round(7),
        "tbmj": area_m2,
        "tbhdmj": area_m2,
        "tbdl": classes,
        "tbxl": subclasses,
        "bhdlx": ["5"] * count,
        "bhdjb": ["5"] * count,
        "wz": [f"{name}{ILLUSTRATIVE}位置" for name in names],
        "ckzh": ["示意证号" if kind in ("20", "30") else "" for kind in classes],
        "kz": mineral,
        "kcfs": mining,
        "sdzlmj": treated_m2,
        "gbnd": random.integers(1998, 2018, count).astype(str),
        "hdydsx": np.where((classes == "30") & (subclasses != "37"), "A", "B"),
        "hfzlqk": np.where(treated, "B", "A"),
        "tbsx": unit,
        "sddl": _land_class(unit, treated, random),
        "syq": ["集体"] * count,
        "shyq": ["集体"] * count,
        **_restoration(land, patches, roads, unit, treated, subclasses, random),
        **dangers(area_m2, unit, mineral, treated),
        "fkywr": _duty_holder(classes),
        "hcdw": [f"{ILLUSTRATIVE}核查单位"] * count,
        "hcry": [ILLUSTRATIVE] * count,
        "hcrq": ["20210630"] * count,
        "bz": [f"{ILLUSTRATIVE}图斑，不代表真实矿山"] * count,
        MARK: [ILLUSTRATIVE] * count,
    }
    return pd.DataFrame(frame)


def _drawn(table: Sequence[tuple[str, str, float]], count: int, random: np.random.Generator) -> Integers:
    shares = np.array([row[2] for row in table])
    drawn: Integers = random.choice(len(table), size=count, p=shares / shares.sum())
    return drawn


def _damage_units(
    classes: np.ndarray, subclasses: np.ndarray, mining: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Return the damaged unit: what there is to see follows from how it was mined."""
    pit = random.choice(["1", "2", "3", "4", "7"], size=len(mining), p=[0.62, 0.08, 0.18, 0.06, 0.06])
    shaft = random.choice(["3", "4", "5", "6", "7"], size=len(mining), p=[0.38, 0.20, 0.16, 0.20, 0.06])
    unit = np.where(mining == "B", shaft, pit)
    unit = np.where(classes == "40", "5", unit)
    return np.where(subclasses == "37", "8", unit)


def _land_class(unit: np.ndarray, treated: np.ndarray, random: np.random.Generator) -> np.ndarray:
    grown = random.choice(["0305", "0307", "0404", "0103"], size=len(unit), p=[0.25, 0.2, 0.4, 0.15])
    return np.where(treated | (unit == "8"), grown, np.where(unit == "4", "0601", "0602"))


def _restoration(
    land: Land,
    patches: Geometries,
    roads: Geometries,
    unit: np.ndarray,
    treated: np.ndarray,
    subclasses: np.ndarray,
    random: np.random.Generator,
) -> Mapping[str, np.ndarray]:
    """Return ecological problem, intended mode, direction and period, in keeping with each other."""
    slope = land.relief.grid.sample(land.relief.slope_deg, shapely.point_on_surface(patches))
    none = treated | (subclasses == "37")
    damage = np.where(unit == "5", "2", np.where(slope > 14.0, "2", "1"))
    problem = np.where(random.random(len(unit)) < 0.2, "3", damage)
    near = shapely.dwithin(patches, shapely.union_all(roads), ACCESS_M)
    convertible = near & (shapely.area(patches) >= CONVERTIBLE_M2)
    mode = _mode(unit, slope, convertible, random)
    direction = pd.Series(mode).map({"1": "草地", "2": "林地", "3": "林地", "4": "耕地或建设用地", "5": "/"})
    period = np.where(random.random(len(unit)) < 0.7, "A", "B")
    return {
        "stwt": np.where(none, "4", problem),
        "nxffs": np.where(none, "5", mode),
        "nxffx": np.where(none, "/", direction.to_numpy(dtype=str)),
        "nxfsjd": np.where(none, "", period),
    }


def _mode(
    unit: np.ndarray, slope_deg: Floats, convertible: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    chance = random.random(len(unit))
    gentle = np.where(chance < np.where(convertible, 0.85, 0.45), "4", np.where(chance < 0.8, "2", "1"))
    steep = np.where(chance < 0.55, "3", np.where(chance < 0.85, "2", "1"))
    return np.where(slope_deg < 8.0, gentle, np.where(unit == "5", "3", steep))


def _duty_holder(classes: np.ndarray) -> np.ndarray:
    return np.select(
        [classes == "10", classes == "20"], ["县级以上人民政府", f"{ILLUSTRATIVE}责任主体"], "矿业权人"
    )
