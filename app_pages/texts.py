"""Every word of the app, in Chinese and English, in one place."""

from __future__ import annotations

from gis.errors import Text

TITLE = Text("阳泉市国土空间规划助手", "Yangquan spatial planner")
OTHER_LANGUAGE = Text("English", "中文")
LOADING = Text("正在读取图层", "Reading the layers")
PREPARING = Text("正在准备地图", "Preparing the map")
READ_AGAIN = Text("重新读取", "Read again")
UNKNOWN = Text("待核", "not verified")
NONE = Text("（无）", "(none)")

# Pages.
SITING = Text("选址检查", "Siting check")
LAYERS = Text("图层", "Layers")
LAW = Text("法规", "Law")
DOWNLOAD = Text("下载", "Download")

# The question.
BOUNDARY = Text("项目范围", "Boundary")
UPLOAD = Text("上传范围文件", "Upload a boundary")
UPLOAD_HELP = Text(
    "shapefile（zip 或同名文件一起）、FileGDB（zip）、GeoPackage、GeoJSON、KML/KMZ、DXF、FlatGeobuf、"
    "MapInfo、GeoParquet、界址点 TXT/CSV/XLSX。共不超过 50 MB、40 个文件。",
    "Shapefile (zip, or its files together), FileGDB (zip), GeoPackage, GeoJSON, KML/KMZ, DXF, FlatGeobuf, "
    "MapInfo, GeoParquet, corner points as TXT/CSV/XLSX. Up to 50 MB and 40 files.",
)
CHOOSE_FILES = Text("选择或拖入文件", "Choose or drop files")
OR_DRAW = Text("或在地图右上角点“绘制”。", "Or press 'Draw' at the top of the map.")
EDIT_ON_MAP = Text("在图上编辑", "Edit on the map")
CLEAR_SITE = Text("清除", "Clear")
READING_OPTIONS = Text("文件读取选项", "How to read the file")
SEE_OPTIONS = Text(
    "坐标系、图层名和宽度可在左侧“文件读取选项”里填写。",
    "Coordinate system, layer and width can be given on the left, under 'How to read the file'.",
)
CRS = Text("坐标系（文件未注明时）", "Coordinate system (where the file states none)")
CRS_HINT = Text("如 EPSG:4526、GCJ-02", "EPSG:4526, GCJ-02")
LAYER_IN_FILE = Text("文件中的图层名（* 为全部）", "Layer within the file (* for all)")
WIDTH = Text("点、线范围的宽度（米）", "Width of points or lines (metres)")
CLASS = Text("项目类别", "Project class")
CLASS_SEARCH = Text("按关键词或行业代码查找", "Find by word or industry code")
CLASS_SEARCH_HINT = Text("如 光伏、D4416、LIN", "solar, D4416, LIN")
CLASS_CHOOSE = Text("请选择类别", "Choose a class")
CLASS_NOT_FOUND = Text("没有匹配的类别，已列出全部。", "No class fits; all are listed.")
FACTS = Text("项目情况", "Facts about the project")
FACTS_HINT = Text("不确定的不答：会写成“无法判定”。", "Leave open what you don't know: it stays undecided.")
AS_OF = Text("按哪一天的法规", "Law of which day")
CRS_ITEMS = ("", "EPSG:4490", "EPSG:4526", "EPSG:4547", "EPSG:4546", "GCJ-02", "EPSG:4326")

# The answer.
START = Text("从一个示例开始", "Start with a sample")
START_HINT = Text(
    "点一个示例即得结论；或在左侧上传范围、在地图上绘制，再选项目类别。",
    "Press a sample for its verdict; or upload a boundary, or draw one, and choose a project class.",
)
STEPS_SITE = Text("请上传或绘制项目范围。", "Upload or draw a boundary.")
STEPS_CLASS = Text("请在左侧选择项目类别。", "Choose a project class on the left.")
CHECKING = Text("正在检查", "Checking")
CANCEL = Text("取消", "Cancel")
CANCELLED = Text("检查已取消。", "The check was cancelled.")
CHECK_AGAIN = Text("重新检查", "Check again")
FULL_SENTENCE = Text("结论说明", "In words")
HITS = Text("命中的规定", "What was hit")
UNLISTED = Text("其余见地图和下载的成果：", "More on the map and in the downloads:")
NO_HITS = Text("没有命中任何规定。", "No rule was hit.")
NOT_ASSESSED = Text("未评估（不等于无冲突）", "Not assessed (which is not 'no conflict')")
CLEAR = Text("无冲突的图层", "Clear layers")
POSITION = Text("官方表述与审批层级", "Official wording and approving level")
DUTIES = Text("与位置无关的通用手续", "Duties whatever the place")
SITE_ISSUES = Text("范围文件的问题", "Issues of the boundary")
PARCEL = Text("地块", "parcel")
AREA = Text("面积", "area")
SHARE = Text("占地块", "of the parcel")
TO_DOWNLOADS = Text("下载成果", "Download the results")
NEW_CHECK = Text("换一个项目", "Another project")

# Layers.
LAYERS_LEAD = Text(
    "图层缺失或覆盖不到的地方一律为“未评估”，不会当作“无冲突”。",
    "Where a layer is missing or does not reach, the answer is 'not assessed', never 'clear'.",
)
WORKSPACE = Text("工作区", "Workspace")
LOADED_LAYERS = Text("已载入图层", "layers loaded")
ILLUSTRATIVE_LAYERS = Text("示意图层", "illustrative layers")
MISSING_LAYERS = Text("缺失的管控图层", "control layers missing")
CONTROL_LAYERS = Text("管控图层", "Control layers")
CONTEXT_LAYERS = Text("背景图层", "Context layers")
TABLE = Text("表格", "Table")
MAP = Text("地图", "Map")
COLUMN_LAYER = Text("图层", "layer")
COLUMN_STATE = Text("状态", "state")
COLUMN_FEATURES = Text("要素数", "features")
COLUMN_AS_OF = Text("数据日期", "as of")
COLUMN_COVERAGE = Text("覆盖范围", "coverage")
COLUMN_ACCURACY = Text("位置精度", "accuracy")
COLUMN_SOURCE = Text("来源", "source")
COLUMN_LICENCE = Text("许可", "licence")
COLUMN_ISSUES = Text("数据问题", "issues")
COLUMN_AUTHORITY = Text("主管部门", "authority")
STATE_LOADED = Text("已载入", "loaded")
STATE_ILLUSTRATIVE = Text("已载入（示意）", "loaded (illustrative)")
STATE_FAILED = Text("未能载入", "failed")
STATE_MISSING = Text("缺失", "missing")
ADD_LAYER = Text("载入图层", "Load a layer")
ADD_KIND = Text("图层类型", "kind of layer")
ADD_FILE = Text("数据文件", "file")
ADD_SOURCE = Text("数据来源（必填）", "source (needed)")
ADD_LICENCE = Text("许可或使用限制", "licence or restriction")
ADD_AS_OF = Text("数据日期", "as of")
ADD_COVERAGE = Text("数据完整的范围", "Where the data are complete")
ADD_COVERAGE_FEATURES = Text("只在要素之下有效", "Only under the features themselves")
ADD_COVERAGE_FILE = Text("上传覆盖范围面", "Polygons that I upload")
ADD_COVERAGE_UPLOAD = Text("覆盖范围文件（面）", "file of coverage polygons")
ADD_ACCURACY = Text("位置精度（米，未知留空）", "positional accuracy (metres; empty: unknown)")
ADD_ILLUSTRATIVE = Text("示意数据（为演示而造）", "illustrative (made up for show)")
ADD_SUBMIT = Text("载入", "Load")
ADD_NEEDS = Text("请给出数据文件和数据来源。", "Give a file and its source.")
ADD_DONE = Text("已载入，要素数：", "Loaded; features: ")
READ_ONLY = Text("本服务只读，不能载入图层。", "This service is read-only: layers can't be loaded.")

# Law.
LAW_LEAD = Text(
    "规则按日期生效，每条注明依据与确认程度；没有核实的条款写“条款待核”。",
    "Rules have their dates; each names its basis and how sure we are. Articles nobody has verified say so.",
)
ALL_LAYERS = Text("全部图层", "all layers")
ALL_CLASSES = Text("全部类别", "all classes")
RULES_FOUND = Text("条规则，规则库版本", "rules; version of the rule base")
COLUMN_RULE = Text("规则", "rule")
COLUMN_PLACE = Text("图层·类型", "layer, sub-class")
COLUMN_CLASSES = Text("适用类别", "classes")
COLUMN_VERDICT = Text("结论", "verdict")
COLUMN_BASIS = Text("依据", "basis")
COLUMN_CERTAINTY = Text("确认程度", "certainty")
CHOOSE_RULE = Text("点一行看全文。", "Choose a row to read the rule.")

# Download.
DOWNLOAD_LEAD = Text(
    "本次检查的成果。示意图层的标注写在每一个文件里。",
    "What came of the check. Each file says which layers are illustrative.",
)
NOTHING_TO_DOWNLOAD = Text("还没有检查结果。", "There is no result yet.")
GO_CHECK = Text("去检查", "Check a site")
ENCODING = Text("Shapefile 编码", "Shapefile encoding")
TARGET_CRS = Text("坐标系", "Coordinate system")
FILES = (
    ("findings.zip", Text("Shapefile（zip）", "Shapefile (zip)"), "application/zip"),
    ("findings.gpkg", Text("GeoPackage", "GeoPackage"), "application/geopackage+sqlite3"),
    ("findings.xlsx", Text("Excel 工作簿", "Excel workbook"),
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("findings.geojson", Text("GeoJSON", "GeoJSON"), "application/geo+json"),
    ("result.json", Text("结果 JSON", "Result as JSON"), "application/json"),
    ("run.zip", Text("运行文件（重复本次检查）", "Run file (repeats this check)"), "application/zip"),
)  # fmt: skip
RUN_HINT = Text(
    "解压运行文件后，在其文件夹里运行：planner check --run run.json",
    "Unpack the run file and, in its folder, run: planner check --run run.json",
)

# The map.
MAP_WORDS = {
    "map": Text("地图。方向键平移，加减号缩放。", "Map. Arrow keys pan, plus and minus zoom."),
    "layers_and_legend": Text("图层与图例", "Layers and legend"),
    "illustrative": Text("示意", "illus."),
    "illustrative_badge": Text("示意数据，不作依据", "Illustrative data, not for decisions"),
    "base": Text("底图", "Base"),
    "hillshade": Text("地形晕渲", "Shaded relief"),
    "tiles": Text("在线底图", "Tiles"),
    "tool_draw": Text("绘制", "Draw"),
    "tool_edit": Text("编辑拐点", "Edit corners"),
    "tool_delete": Text("删除一个多边形", "Delete a polygon"),
    "tool_clear": Text("清除绘制和量测", "Clear drawing and measurements"),
    "tool_length": Text("量距离", "Measure a length"),
    "tool_area": Text("量面积", "Measure an area"),
    "tool_home": Text("全市", "Whole city"),
    "zoom_in": Text("放大", "Zoom in"),
    "zoom_out": Text("缩小", "Zoom out"),
    "hint_draw": Text(
        "逐点点击，回到起点或双击结束；Esc 放弃，退格删一点。",
        "Click each corner; end at the first, or with a double click. Esc gives up, Backspace takes one back.",
    ),
    "hint_edit": Text(
        "拖动拐点或边；按住 Alt 点拐点可删除。", "Drag corners or edges; Alt and click removes a corner."
    ),
    "hint_delete": Text("点击要删除的多边形。", "Click the polygon to delete."),
    "hint_length": Text("逐点点击，双击结束。", "Click each point, double click to end."),
    "hint_area": Text("逐点点击，双击结束。", "Click each corner, double click to end."),
    "refused_crossing": Text("边界自相交，请调整拐点。", "The boundary crosses itself: move the corners."),
    "refused_corners": Text("至少要三个不同的拐点。", "At least three different corners are needed."),
    "layer_failed": Text("未能读取", "could not be fetched"),
    "zone": Text("CGCS2000 3°带38", "CGCS2000 3° zone 38"),
    "metres": Text("米", "m"),
    "kilometres": Text("公里", "km"),
    "hectares": Text("公顷", "ha"),
    "mu": Text("亩", "mu"),
}
SITE_OVERLAY = Text("项目范围", "Site")
FINDINGS_OVERLAY = Text("检查结果", "Findings")
