"""The sample projects: what each file is, what is asked about it, and the story it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gis.errors import Text


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample project of the demonstration.

    Parameters
    ----------
    file
        Name in the workspace's ``sites`` folder.
    activity
        Project class.
    flags
        Answers given; what is left out stays undecided, and the check says so.
    crs
        Coordinate system to declare, empty where the file states its own.
    illustrative
        Whether the place is made up. It always is: the plan names projects, not positions.
    """

    file: str
    title: Text
    activity: str
    story: Text
    flags: Mapping[str, str] = field(default_factory=dict)
    crs: str = ""
    illustrative: bool = True


# asked of nearly every class: nothing is discharged, and the control unit's access list does not name it
CLEAN = {"discharges": "no", "unit_list": "not_named"}
CORNER_TEXT = "示例修复区_界址点.txt"
HOUSING = "住宅小区_示意.txt"
SOLAR = "光伏发电_示意.zip"
RESTORATION = "红线内矿山修复_示意.fgb"
PUMPED_STORAGE = "上社抽水蓄能_示意.gpkg"
MOTORWAY = "太旧高速扩容_示意.gdb"
SIDING = "西上庄铁路专用线_示意.geojson"
INCINERATOR = "荣光垃圾焚烧二期_示意.dxf"
TOURISM = "娘子关文旅_示意.kml"
VILLAGE = "村民住宅_示意.csv"
QUARRY = "石灰岩露天矿_示意.xlsx"
COLLIERY = "煤矿工业场地_西安80_示意.zip"
PARK = "产业园区_示意.geojson"
PLANTING = "造林_示意.parquet"

SAMPLES = (
    Sample(
        CORNER_TEXT,
        Text(
            "示例修复区（界址点文本，含孔洞，示意）",
            "Restoration plots (corner-point text, with a hole, illustrative)",
        ),
        "REST",
        Text(
            "勘测定界界址点坐标文本：GBK、CRLF，两个地块，地块一有一个孔；所填面积是椭球面积。",
            "A land-approval corner-point text: GBK, CRLF, two plots, the first with a hole; "
            "its stated areas are ellipsoidal.",
        ),
        {
            "end_use": "forest",
            "material_sold": "no",
            "polluting_groundwater": "no",
            "related_to_supply": "no",
            "remediation": "no",
            **CLEAN,
        },
    ),
    Sample(
        HOUSING,
        Text("住宅小区（示意）", "Housing estate (illustrative)"),
        "HOUS",
        Text(
            "500米×400米的矩形，全部在城镇集中建设区内，可以手算。",
            "A rectangle of 500 m x 400 m wholly within the concentrated urban zone: worked out by hand.",
        ),
        {
            "national_major": "no",
            "polluting_groundwater": "no",
            "large_scale": "no",
            "soil_survey_done": "yes",
            **CLEAN,
        },
    ),
    Sample(
        SOLAR,
        Text("光伏发电项目（示意）", "Photovoltaic plant (illustrative)"),
        "PV",
        Text(
            "400米×200米的矩形压在两块永久基本农田上，可以手算；GBK 编码的 shapefile 压缩包，没有 .cpg。",
            "A rectangle of 400 m x 200 m on two fields of permanent basic farmland: worked out by hand; "
            "a zipped shapefile in GBK without .cpg.",
        ),
        {"national_major": "no", "polluting_groundwater": "no", "pv_part": "array", **CLEAN},
    ),
    Sample(
        RESTORATION,
        Text("红线内历史遗留矿山修复（示意）", "Mine restoration within the red line (illustrative)"),
        "REST",
        Text(
            "600米×500米的矩形，全部在生态保护红线（核心保护区以外）内，可以手算；未答问题的部分为“无法判定”。",
            "A rectangle of 600 m x 500 m wholly within the red line outside core zones: worked out by hand; "
            "what was not answered stays undecided.",
        ),
        {"end_use": "forest"},
    ),
    Sample(
        PUMPED_STORAGE,
        Text("盂县上社抽水蓄能（位置示意）", "Shangshe pumped storage, Yu county (place illustrative)"),
        "PSH",
        Text(
            "规划点名的项目，站址未公开：上库（库中有岛）、下库、开关站三个地块，位置为程序所选。",
            "Named in the plan, its site is not public: upper reservoir with an island, lower reservoir and "
            "switchyard, placed by a program.",
        ),
        {"national_major": "yes", "polluting_groundwater": "no", "water_hungry": "yes", **CLEAN},
    ),
    Sample(
        MOTORWAY,
        Text("太旧高速扩容（线位示意）", "Widening of the Taijiu motorway (line illustrative)"),
        "LIN",
        Text(
            "沿河谷的狭长用地，跨多个县区和管控线；线位是示意道路，不是真实的太旧高速。",
            "A long thin strip along a valley across counties and control lines; it follows an illustrative "
            "road, not the real motorway.",
        ),
        {
            "national_key": "yes",
            "national_major": "yes",
            "new_land": "yes",
            "polluting_groundwater": "no",
            **CLEAN,
        },
    ),
    Sample(
        SIDING,
        Text("西上庄煤矿铁路专用线（线位示意）", "Xishangzhuang colliery siding (line illustrative)"),
        "LIN",
        Text(
            "从公开的煤矿点位到示意铁路；压占采矿权、采空区和一般耕地，位置为程序所连。",
            "From the published point of the colliery to an illustrative railway, over mining rights, goaf "
            "and general farmland; the line is a program's.",
        ),
        {
            "national_key": "no",
            "national_major": "no",
            "new_land": "yes",
            "polluting_groundwater": "no",
            **CLEAN,
        },
    ),
    Sample(
        INCINERATOR,
        Text(
            "荣光垃圾焚烧发电二期（位置示意）", "Rongguang waste incineration, phase 2 (place illustrative)"
        ),
        "WTE",
        Text(
            "CAD 图（DXF 闭合多段线）没有坐标系，须声明 EPSG:4547；是否污染地下水未答。",
            "A drawing (DXF, closed polylines) states no coordinate system: declare EPSG:4547; whether it may "
            "pollute groundwater was not answered.",
        ),
        {"national_major": "no", "water_hungry": "no"},
        "EPSG:4547",
    ),
    Sample(
        TOURISM,
        Text("娘子关泉域文旅（位置示意）", "Tourism at Niangziguan (place illustrative)"),
        "TOUR",
        Text(
            "在示意泉域重点保护区内，奥维导出式的 KML。",
            "Within the illustrative key area of the springs; a KML as field apps export it.",
        ),
        {
            "polluting_groundwater": "no",
            "water_hungry": "no",
            "large_scale": "no",
            "light_visit_only": "yes",
            **CLEAN,
        },
    ),
    Sample(
        VILLAGE,
        Text("村民住宅（示意）", "Village houses (illustrative)"),
        "RURAL",
        Text(
            "三处宅基地的界址点表（CSV，经纬度），部分压占永久基本农田。",
            "A table of corner points of three house plots (CSV, longitude and latitude), partly on "
            "permanent basic farmland.",
        ),
        {"polluting_groundwater": "no", "resident_no_enlargement": "yes", **CLEAN},
        "EPSG:4490",
    ),
    Sample(
        QUARRY,
        Text("石灰岩露天矿（示意）", "Limestone quarry (illustrative)"),
        "OPEN",
        Text(
            "界址点表（XLSX，带号的 X、Y）；一部分在生态保护红线内，可去掉红线部分后重新布置。",
            "A table of corner points (XLSX, X and Y with zone number), partly within the red line: what is "
            "left without it is the alternative.",
        ),
        {
            "mineral": "limestone",
            "existing_right": "no",
            "polluting_groundwater": "no",
            "bulk_freight": "no",
            **CLEAN,
        },
        "EPSG:4526",
    ),
    Sample(
        COLLIERY,
        Text("煤矿工业场地（西安80坐标，示意）", "Colliery yard in Xian 1980 (illustrative)"),
        "COAL",
        Text(
            "旧坐标系的 shapefile：没有七参数，位置有十米量级的误差；在泉域内、重点保护区外。",
            "A shapefile in a legacy datum: without seven parameters it may be tens of metres off; in the "
            "spring area, outside its key area.",
        ),
        {"underground": "yes", "existing_right": "yes", "bulk_freight": "yes"},
    ),
    Sample(
        PARK,
        Text("产业园区（示意）", "Industrial park (illustrative)"),
        "PARK",
        Text(
            "一部分在城镇开发边界外：边界外不得布置产业园区。",
            "Partly outside the urban development boundary, where no park may be.",
        ),
        {"national_major": "no", "polluting_groundwater": "no", "water_hungry": "no", **CLEAN},
    ),
    Sample(
        PLANTING,
        Text("荒山造林（示意）", "Planting trees on bare hills (illustrative)"),
        "FOREST",
        Text(
            "在盂县，红线、农田和城镇开发边界之外；地质灾害示意图层未覆盖盂县，该项为“未评估”。",
            "In Yu county, outside red line, farmland and towns; the hazard layer does not cover that county, "
            "so hazards are not assessed.",
        ),
        {"construction": "no", "species_list_checked": "yes", "related_to_supply": "no", **CLEAN},
    ),
)
