"""Real context (counties, functional zones, coal mines, one river) and lines beside it."""

from __future__ import annotations

import geopandas
import numpy as np
import shapely

from data import sources
from data.arrays import Geometries
from data.attributes import frame, named
from data.land import Land
from data.planes import PROJECTED, projected_area_m2

# 阳政办发〔2025〕23号 二(一)
FUNCTIONAL_ZONES = {
    "城区": "城市化地区",
    "矿区": "城市化地区",
    "郊区": "城市化地区",
    "平定县": "农产品主产区",
    "盂县": "重点生态功能区",
}


def county(land: Land) -> geopandas.GeoDataFrame:
    """Return the five counties, as published in generalised form."""
    city = land.city
    columns = {
        "XZQDM": city.codes,
        "XZQMC": city.names,
        "MJ": np.round(projected_area_m2(city.counties), 2),
    }
    return geopandas.GeoDataFrame(columns, geometry=city.counties, crs=PROJECTED)


def main_functional_zone(land: Land) -> geopandas.GeoDataFrame:
    """Return the base zones as the plan assigns them, county by county."""
    zones = county(land)
    zones["ZTGNLX"] = [FUNCTIONAL_ZONES[name] for name in zones["XZQMC"]]
    return zones


def coal_mine(land: Land) -> geopandas.GeoDataFrame:
    """Return the coal mines of the Global Coal Mine Tracker inside the city."""
    columns = [
        "GEM Mine ID",
        "Mine Name",
        "Mine Name (Non-ENG)",
        "Status",
        "Capacity (Mtpa)",
        "Mine Type",
        "Mine Size (Km2)",
        "Location Accuracy",
        "adcode_by_tianditu",
        "county_by_tianditu",
        "geometry",
    ]
    return land.coal_mines[columns]


def river(land: Land) -> geopandas.GeoDataFrame:
    """Return the one real line (滹沱河, overview scale) and illustrative valley lines.

    The valley lines follow the illustrative relief and claim no river's name. All are marked: the
    real line, too, is half a kilometre off and no place to measure from.
    """
    huto = shapely.intersection(_huto_river(), land.city.outline)
    valleys = shapely.intersection(land.valleys, land.city.outline)
    lines = np.concatenate([[huto], valleys[~shapely.is_empty(valleys)]])
    titles = ["滹沱河（概略线，示意）", *named("河谷线", len(lines) - 1)]
    return frame(lines, land.city, {"河流名称": titles}, area_column=None)


def road(land: Land) -> geopandas.GeoDataFrame:
    """Draw roads beside the longest valley lines; none of them is a real road."""
    lines = _beside_valleys(land, 14, 260.0)
    classes = ["高速公路" if number < 2 else "普通公路" for number in range(len(lines))]
    return frame(
        lines, land.city, {"道路名称": named("道路", len(lines)), "道路等级": classes}, area_column=None
    )


def railway(land: Land) -> geopandas.GeoDataFrame:
    """Draw railways on the other side of the longest valley lines; none of them is a real railway."""
    lines = _beside_valleys(land, 3, -230.0)
    return frame(lines, land.city, {"铁路名称": named("铁路", len(lines))}, area_column=None)


def eco_structure(land: Land, key_area: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw of 两带四屏一区 what has a place: the 滹沱河 corridor and the key area.

    The four screens and the 桃河 corridor are left out: no source opened gives their positions.
    """
    return _structure(
        land,
        [_huto_corridor(land), shapely.union_all(key_area.geometry.to_numpy())],
        ["示意滹沱河生态廊道", "示意娘子关泉域重点保护区"],
        ["河流生态廊道", "娘子关泉域重点保护区"],
    )


def city_structure(land: Land, area: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Draw of 两河四山一泉域 what has a place: 滹沱河 and the spring area."""
    inside = shapely.intersection(area.geometry.iloc[0], land.city.outline)
    return _structure(
        land, [_huto_corridor(land), inside], ["示意滹沱河", "示意娘子关泉域"], ["两河", "一泉域"]
    )


def _structure(
    land: Land, polygons: list[shapely.Geometry], titles: list[str], kinds: list[str]
) -> geopandas.GeoDataFrame:
    return frame(np.array(polygons), land.city, {"MC": titles, "类型": kinds})


def _huto_river() -> shapely.Geometry:
    # the line carries no name at its source; it is the main stem north of 盂县
    line: shapely.LineString = sources.read_projected("rivers", "gshhg_wdbii_rivers.geojson").geometry.iloc[0]
    return line


def _huto_corridor(land: Land) -> shapely.Geometry:
    return shapely.intersection(shapely.buffer(_huto_river(), 1_000.0), land.city.outline)


def _beside_valleys(land: Land, count: int, distance_m: float) -> Geometries:
    inside = shapely.intersection(land.valleys, land.city.outline)
    longest = np.argsort(-shapely.length(inside), kind="stable")[:count]
    smooth = shapely.simplify(inside[np.sort(longest)], 60.0)
    lines: Geometries = shapely.intersection(shapely.offset_curve(smooth, distance_m), land.city.outline)
    present: Geometries = lines[~shapely.is_empty(lines)]
    return present
