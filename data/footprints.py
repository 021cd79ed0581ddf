"""Footprints of the sample projects, placed relative to the illustrative layers (EPSG:4547)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import geopandas
import numpy as np
import shapely
import shapely.affinity
import shapely.ops

from data import samples
from data.arrays import largest_polygon, points
from data.attributes import ILLUSTRATIVE, MARK
from data.planes import PROJECTED
from data.siting import Places, Wish

FARMLAND, RED_LINE = "permanent_basic_farmland", "ecological_red_line"
TOWN, CORE_TOWN = "urban_development_boundary", "urban_development_boundary/城镇集中建设区"
WILD = "ecological_red_line/核心保护区以外"


def footprints(places: Places) -> dict[str, geopandas.GeoDataFrame]:
    """Return the footprint of every sample but the given corner-point text, by file name."""
    return {file: _frame(maker(places)) for file, maker in _MAKERS.items()}


def housing(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place 500 m x 400 m on round coordinates inside a town's concentrated zone."""
    others = ("contaminated_plot", "heritage_line", "river_management_range", "mining_right")
    wish = Wish(within=(CORE_TOWN, "平定县"), outside=(*others, "geological_hazard"))
    return {"住宅地块": places.find(shapely.box(0, 0, 500, 400), wish)}


def solar(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place 400 m x 200 m over two whole fields and the path between them."""
    outside = (RED_LINE, TOWN, "spring_key_area", "abandoned_mine", "river_management_range")
    x, y = places.field_corners(Wish(within=("平定县",), outside=outside))
    return {"光伏阵列": shapely.box(x - 200, y + 100, x + 200, y + 300)}


def restoration(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place 600 m x 500 m inside the red line, outside core zones and reserves."""
    outside = ("nature_reserve", "drinking_water_source", "river_management_range", "spring_area")
    wish = Wish(within=(WILD, "盂县"), outside=outside)
    return {"修复区": places.find(shapely.box(0, 0, 600, 500), wish)}


def pumped_storage(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place an upper reservoir with an island on high ground, and a lower one in the valley below."""
    land = places.land
    valleys = land.valleys[shapely.within(land.valleys, places.ground("盂县"))]
    middle = shapely.line_interpolate_point(valleys, 0.5, normalized=True)
    grid, height = land.relief.grid, land.relief.elevation_m
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    around = 1_500.0 * np.column_stack([np.cos(turn), np.sin(turn)])
    rims = points(shapely.get_coordinates(middle)[:, None] + around)
    fall = grid.sample(height, rims.ravel()).reshape(rims.shape) - grid.sample(height, middle)[:, None]
    fall[~shapely.within(shapely.buffer(middle, 2_500.0), places.ground("盂县"))] = -np.inf
    valley, direction = np.unravel_index(np.argmax(fall), fall.shape)
    top = rims[valley, direction]
    basin = shapely.affinity.scale(shapely.buffer(top, 1.0, quad_segs=6), 330.0, 260.0)
    island = shapely.affinity.scale(shapely.buffer(top, 1.0, quad_segs=4), 60.0, 45.0)
    reach = shapely.ops.substring(valleys[valley], 0.42, 0.58, normalized=True)
    lower = shapely.buffer(reach, 150.0, cap_style="flat", quad_segs=3)
    yard = shapely.affinity.translate(
        shapely.box(0, 0, 220, 160), *(np.array(lower.centroid.coords[0]) + 320)
    )
    return {
        "上水库": shapely.difference(basin, island),
        "下水库": shapely.make_valid(lower),
        "开关站": shapely.difference(yard, shapely.buffer(lower, 20.0)),
    }


def motorway(places: Places) -> Mapping[str, shapely.Polygon]:
    """Widen the illustrative motorway that runs past the city, 60 m wide over 18 km."""
    roads = places.drawn["road"]
    motorways = roads.loc[roads["道路等级"] == "高速公路"].geometry.to_numpy()
    near = motorways[np.argmin(shapely.distance(motorways, places.ground("城区")))]
    line = shapely.simplify(shapely.ops.substring(near, 6_000.0, 24_000.0), 20.0)
    return {"路基段": _strip(line, 30.0, places)}


def siding(places: Places) -> Mapping[str, shapely.Polygon]:
    """Lead from the published point of the colliery to the nearest illustrative railway."""
    mines = places.land.coal_mines
    mine = mines.geometry[mines["Mine Name (Non-ENG)"].str.contains("西上庄")].iloc[0]
    tracks = places.drawn["railway"].geometry.to_numpy()
    track = tracks[np.argmin(shapely.distance(tracks, mine))]
    junction = shapely.line_interpolate_point(track, shapely.line_locate_point(track, mine) + 1_500.0)
    bend = shapely.Point((mine.x + 2 * junction.x) / 3, (2 * mine.y + junction.y) / 3)
    line = shapely.LineString([mine, bend, junction])
    yard = shapely.affinity.rotate(shapely.box(mine.x - 350, mine.y - 60, mine.x + 350, mine.y + 60), 20)
    return {"装车站": yard, "专用线": shapely.difference(_strip(line, 14.0, places), yard)}


def incinerator(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place two plots outside town, on the spring area, partly on general farmland."""
    wish = Wish(
        within=("spring_area",),
        outside=(TOWN, RED_LINE, FARMLAND, "spring_key_area"),
        partly=("general_farmland",),
    )
    plant = places.find(shapely.affinity.rotate(shapely.box(-200, -130, 200, 130), 12), wish)
    dump = shapely.affinity.translate(shapely.affinity.scale(plant, 0.4, 0.5), 380, 120)
    return {"主厂区": plant, "灰渣暂存区": dump}


def tourism(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place a visitor area in the key area of the springs."""
    template = shapely.Polygon([(-260, -90), (-120, 110), (150, 130), (270, -20), (100, -140)])
    wish = Wish(within=("spring_key_area", "平定县"), outside=(FARMLAND, RED_LINE))
    return {"游客服务区": places.find(template, wish)}


def village(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place three house plots at the edge of a whole field: one on it, one half, one off it."""
    outside = (RED_LINE, TOWN, "spring_key_area", "river_management_range")
    x, y = places.field_corners(Wish(within=("郊区",), outside=outside))
    return {
        "宅基地一": shapely.box(x + 20, y + 20, x + 36, y + 32),
        "宅基地二": shapely.box(x - 10, y + 60, x + 6, y + 72),
        "宅基地三": shapely.box(x - 1.5, y + 90, x + 1.5, y + 100),
    }


def quarry(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place a quarry that is partly within the red line."""
    template = shapely.Polygon([(-420, -250), (-330, 270), (60, 310), (430, 180), (380, -230), (0, -300)])
    wish = Wish(within=("平定县",), outside=(TOWN, FARMLAND, "nature_reserve"), partly=(RED_LINE,))
    return {"采区": places.find(template, wish)}


def colliery(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place a yard within a mining right on the spring area."""
    template = shapely.affinity.rotate(shapely.box(-240, -170, 240, 170), 8)
    wish = Wish(within=("spring_area", "mining_right", "平定县"), outside=(TOWN, FARMLAND, "spring_key_area"))
    return {"工业场地": places.find(template, wish)}


def park(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place a park across the urban development boundary."""
    template = shapely.affinity.rotate(shapely.box(-600, -450, 600, 450), 5)
    wish = Wish(within=("郊区",), outside=(RED_LINE,), partly=(TOWN,))
    return {"园区": places.find(template, wish)}


def planting(places: Places) -> Mapping[str, shapely.Polygon]:
    """Place a planting on ground that no line touches."""
    template = shapely.Polygon([(-380, -120), (-200, 200), (120, 260), (400, 60), (240, -220), (-100, -260)])
    outside = (RED_LINE, TOWN, FARMLAND, "general_farmland", "spring_area", "nature_reserve", "wetland")
    wish = Wish(within=("盂县",), outside=(*outside, "drinking_water_source", "river_management_range"))
    return {"造林小班": places.find(template, wish)}


_MAKERS: dict[str, Callable[[Places], Mapping[str, shapely.Polygon]]] = {
    samples.HOUSING: housing,
    samples.SOLAR: solar,
    samples.RESTORATION: restoration,
    samples.PUMPED_STORAGE: pumped_storage,
    samples.MOTORWAY: motorway,
    samples.SIDING: siding,
    samples.INCINERATOR: incinerator,
    samples.TOURISM: tourism,
    samples.VILLAGE: village,
    samples.QUARRY: quarry,
    samples.COLLIERY: colliery,
    samples.PARK: park,
    samples.PLANTING: planting,
}


def _strip(line: shapely.Geometry, half_width_m: float, places: Places) -> shapely.Polygon:
    strip = shapely.buffer(line, half_width_m, cap_style="flat", join_style="mitre", mitre_limit=2.0)
    return largest_polygon(shapely.intersection(strip, places.land.city.outline))


def _frame(parcels: Mapping[str, shapely.Geometry]) -> geopandas.GeoDataFrame:
    names: Sequence[str] = list(parcels)
    outlines = shapely.transform(np.array(list(parcels.values())), lambda xy: np.round(xy, 3))
    return geopandas.GeoDataFrame(
        {
            "DKBH": [str(number) for number in range(1, len(names) + 1)],
            "DKMC": [f"{ILLUSTRATIVE}{name}" for name in names],
            MARK: ILLUSTRATIVE,
        },
        geometry=outlines,
        crs=PROJECTED,
    )
