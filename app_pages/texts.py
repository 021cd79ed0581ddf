"""Every word of the app, in Chinese and English, in one place."""

from __future__ import annotations

from gis.errors import Text

TITLE = Text("阳泉市国土空间规划助手", "Yangquan spatial planner")
OTHER_LANGUAGE = Text("English", "中文")
LOADING = Text("正在读取图层", "Reading the layers")
PREPARING = Text("正在准备地图", "Preparing the map")
READ_AGAIN = Text("重新读取", "Read again")

# Pages.
SITING = Text("选址检查", "Siting check")
LAYERS = Text("图层", "Layers")
LAW = Text("法规", "Law")
DOWNLOAD = Text("下载", "Download")

# The question.
UPLOAD = Text("上传范围文件", "Upload a boundary")
UPLOAD_HELP = Text(
    "shapefile（zip 或同名文件一起）、FileGDB（zip）、GeoPackage、GeoJSON、KML/KMZ、DXF、FlatGeobuf、"
    "MapInfo、GeoParquet、界址点 TXT/CSV/XLSX。共不超过 50 MB、40 个文件。",
    "Shapefile (zip, or its files together), FileGDB (zip), GeoPackage, GeoJSON, KML/KMZ, DXF, FlatGeobuf, "
    "MapInfo, GeoParquet, corner points as TXT/CSV/XLSX. Up to 50 MB and 40 files.",
)
CHOOSE_FILES = Text("选择或拖入文件", "Choose or drop files")
OR_DRAW = Text("或在地图右上角点“绘制”。", "Or press 'Draw' at the top of the map.")
PASTE = Text("粘贴界址点坐标", "Paste corner points")
PASTE_HINT = Text(
    "每行一个点：X,Y 或 点号,X,Y（经纬度亦可），空行另起一圈；或部报盘文本。",
    "One point on a line: X, Y or number, X, Y (or degrees); a blank line ends a ring. Or the land-approval "
    "text.",
)
PASTE_CRS = Text("坐标系", "Coordinate system")
PASTE_TAKE = Text("作为项目范围", "Use as the boundary")
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
OPTION_FIELDS = {
    "--crs": Text("“坐标系”一栏", "the field 'Coordinate system'"),
    "--layer": Text("“文件中的图层名”一栏", "the field 'Layer within the file'"),
    "--width": Text("“点、线范围的宽度”一栏", "the field 'Width of points or lines'"),
    "--encoding": Text("“Shapefile 编码”一栏", "the field 'Shapefile encoding'"),
}
DRAW_AGAIN = Text("请移动拐点，或在阳泉市内重新绘制。", "Move its corners, or draw it again within Yangquan.")
_ASK_THE_KEEPER = Text(
    "请联系维护本服务的人检查工作区，然后重新读取。",
    "Ask whoever runs this service to look at the workspace, then read it again.",
)
PAGE_ERRORS = {
    "no_workspace": (
        Text(
            "本服务的文件夹不是工作区，或已被移走。",
            "The folder of this service is not a workspace, or is gone.",
        ),
        _ASK_THE_KEEPER,
    ),
    "workspace_unreadable": (
        Text("工作区的清单有误。", "The manifest of the workspace is wrong."),
        _ASK_THE_KEEPER,
    ),
    "layer_listed": (
        None,
        Text(
            "请联系维护本服务的人，先从清单中删去原有条目。",
            "Ask whoever runs this service to remove its entry from the manifest first.",
        ),
    ),
    "no_mines": (
        Text("工作区里没有矿山图斑图层。", "The workspace has no layer of mines."),
        Text(
            "请在“图层”页载入矿山图斑。",
            "Load a layer of abandoned mines on the page 'Layers'.",
        ),
    ),
    "budget_without_costs": (
        None,
        Text(
            "请在“单位费用”一栏填写单价，或选用已公布的平均值（作为假定）。",
            "Give prices in the field 'Unit costs', or choose a published average (an assumption).",
        ),
    ),
    "upload_too_large": (
        None,
        Text("请只上传项目范围，或分开上传。", "Upload the boundary only, or the files one by one."),
    ),
    "not_encodable": (
        None,
        Text(
            "请在“Shapefile 编码”一栏改选 UTF-8；下面的 Shapefile 已改用 UTF-8 写出。",
            "Choose UTF-8 in the field 'Shapefile encoding'; the shapefile below is in UTF-8 already.",
        ),
    ),
    "upload_too_many": (None, Text("请分批上传。", "Upload fewer at once.")),
}
"""What a page says of a fault instead: who is in a browser has no command line and sees no folder."""
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
HITS = Text("命中的规定", "What was hit")
UNLISTED = Text("其余见地图和下载的成果：", "More on the map and in the downloads:")
NO_CONTROL = Text("不受管控的部分", "Ground that no rule restricts")
NO_HITS = Text("没有命中任何规定。", "No rule was hit.")
NOT_ASSESSED = Text("未评估（不等于无冲突）", "Not assessed (which is not 'no conflict')")
CLEAR = Text("无冲突的图层", "Clear layers")
POSITION = Text("官方表述与审批层级", "Official wording and approving level")
DUTIES = Text("与位置无关的通用手续", "Duties whatever the place")
SITE_ISSUES = Text("范围文件的问题", "Issues of the boundary")
PARCEL = Text("地块", "parcel")
NEW_CHECK = Text("换一个项目", "Another project")

# Layers.
LAYERS_LEAD = Text(
    "图层缺失或覆盖不到的地方一律为“未评估”，不会当作“无冲突”。",
    "Where a layer is missing or does not reach, the answer is 'not assessed', never 'clear'.",
)
CONTROL_LAYERS = Text("管控图层", "Control layers")
CONTEXT_LAYERS = Text("背景图层", "Context layers")
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
    ("report.docx", Text("Word 报告", "Word report"),
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
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
    "all_layers": Text("全部图层", "All layers"),
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

# Mine priorities.
PRIORITIES = Text("矿山修复次序", "Mine priorities")
MINES_OVERLAY_SAFETY = Text("矿山图斑（安全等级）", "Mines by safety class")
MINES_OVERLAY_YEAR = Text("矿山图斑（计划年度）", "Mines by year")
WEIGHTS = Text("权重", "Weights")
WEIGHTS_HINT = Text(
    "起点是本软件的建议，不是标准。只看比例，拖动即重排；安全等级始终在先，任何权重都不能越级。",
    "A start proposed by this software, not a standard. Only proportions count; move one and the mines are "
    "ranked anew. The safety class always comes first: no weight lifts a mine above a more urgent class.",
)
WEIGHTS_RESET = Text("恢复建议权重", "Back to the proposal")
NOT_ASSESSED_CRITERIA = Text("未评估、不参与排序的指标：", "Not assessed, taking no part: ")
RANK_METHOD = Text("排序方法", "Method")
MONEY = Text("费用、预算与年度", "Costs, budget, years")
COSTS = Text("单位费用", "Unit costs")
COSTS_NONE = Text("未给出（不编计划）", "none given (no programme)")
COSTS_OWN = Text("自己填写（按修复方式）", "my own, by mode")
COSTS_ASSUMED = Text(
    "项目平均值，二手来源，用作假定；分方式单价未见公布。",
    "A project average from a secondary source, taken as an assumption; no price by mode was published.",
)
COST_WAN_PER_HA = Text("万元/公顷", "10,000 yuan/ha")
FIRST_YEAR = Text("首年", "first year")
LAST_YEAR = Text("末年", "last year")
YEARLY_BUDGET = Text("每年预算（万元）", "budget a year (10,000 yuan)")
OTHER_YEARS = Text("预算不同的年份", "years with another budget")
CHOOSE_YEARS = Text("选择年份", "choose years")
BUDGET_WAN = Text("年预算（万元）", "budget (10,000 yuan)")
MAY_FAIL = Text("可能不成功的修复方式", "modes that may fail")
CHOOSE_MODES = Text("选择修复方式（其余按必定成功计）", "choose modes (others count as certain)")
CHANCE = Text("成功概率", "chance of success")
MUST = Text("必做图斑", "must be done")
NEVER = Text("不做图斑", "never")
CHOOSE_PATCHES = Text("选择图斑", "choose patches")
ASSESSING = Text("正在评估矿山图斑", "Assessing the mines")
DECIDING = Text("正在测算", "Working it out")
ASSESSMENT_CANCELLED = Text("已取消。", "Cancelled.")
DECIDE = Text("测算置信度和计划", "Work out confidence and programme")
QUICK_NOTE = Text(
    "快速排序：名次与完整结果相同，概率为 2,000 次抽样的粗估，计划和下载待完整测算。",
    "Quick ranking: ranks are final, probabilities rest on 2,000 draws; programme and downloads wait for the whole.",
)
WHOLE_NOTE = Text("完整结果，与命令行一致。", "The whole result, as on the command line.")
DANGERS_NOT_ASSESSED = Text(
    "未评估的危险（安全等级可能更急）：", "Dangers not assessed (classes may be more urgent): "
)
COLOUR_BY = Text("图上颜色", "Colours")
BY_SAFETY = Text("安全等级", "safety class")
BY_YEAR = Text("计划年度", "year")
COLUMN_RANK = Text("名次", "rank")
COLUMN_PATCH = Text("图斑", "patch")
COLUMN_COUNTY = Text("县区", "county")
COLUMN_SAFETY = Text("安全", "safety")
COLUMN_SCORE = Text("得分", "score")
COLUMN_TOP = Text("前{k}名概率", "top {k}")
COLUMN_HECTARES = Text("公顷", "ha")
COLUMN_MODE = Text("建议方式", "mode")
COLUMN_YEAR = Text("年度", "year")
COLUMN_COST = Text("万元", "10k yuan")
COLUMN_DANGERS = Text("危险", "dangers")
COLUMN_WHY = Text("主要原因", "why")
COLUMN_PROHIBITED = Text("被禁止用途", "prohibited use")
COLUMN_CATEGORY = Text("类别", "category")
COLUMN_REASON = Text("未参与排序的原因", "why it is not ranked")
COLUMN_CRITERION = Text("指标", "criterion")
COLUMN_WEIGHT = Text("权重", "weight")
COLUMN_SCORE_UP = Text("前移一位所需得分", "score to move up")
COLUMN_WEIGHT_UP = Text("前移一位所需权重", "weight to move up")
COLUMN_PATCHES = Text("图斑数", "patches")
COLUMN_BUDGET = Text("预算（万元）", "budget (10k yuan)")
COLUMN_SPENT = Text("费用（万元）", "cost (10k yuan)")
COLUMN_BENEFIT = Text("期望效益（急迫度加权公顷）", "expected benefit (urgency-weighted ha)")
COLUMN_MILESTONE = Text("里程碑", "milestone")
COLUMN_PROVEN = Text("已证最优", "proven")
COLUMN_FREE_BENEFIT = Text("不嵌套的最优效益", "optimum without nesting")
COLUMN_LOST_BENEFIT = Text("嵌套损失", "lost by nesting")
SECTION_MINE = Text("所选图斑", "Chosen mine")
SECTION_PROGRAMME = Text("分年计划", "Programme")
SECTION_LEFT_OUT = Text("未参与排序", "Not ranked")
SECTION_REMARKS = Text("假定与问题", "Assumed, issues")
SECTION_FILES = Text("下载", "Download")
CHOOSE_MINE = Text("点表中一行，或点图上一个矿山。", "Choose a row, or click a mine on the map.")
MINE_NOT_RANKED = Text("该图斑未参与排序：", "Not ranked: ")
RANKED_AS = Text("第 {rank} 位", "rank {rank}")
CONTRIBUTIONS = Text("得分构成：与全部图斑均值之差", "What makes the score: difference from the mean of all")
CONTRIBUTION = Text("贡献", "contribution")
HALF_COUNTED = Text("未评估（按中值）", "not assessed (counts half)")
ABOVE_MEAN = Text("高于均值", "above the mean")
BELOW_MEAN = Text("低于均值", "below the mean")
ACCEPTABILITY = Text("名次可接受度：各名次出现的概率", "Rank acceptability: probability of each rank")
PROBABILITY = Text("概率", "probability")
MOVE_UP = Text("怎样才能前移一位", "What would move it up by one place")
NO_PROGRAMME = Text(
    "还没有计划。在左侧选择单位费用和每年预算，再按“测算置信度和计划”。",
    "No programme yet. Choose unit costs and a yearly budget on the left, then work out confidence and programme.",
)
BUDGET_CURVE = Text("预算与效益", "Benefit by budget")
FILES_AFTER = Text(
    "成果按完整测算写出：先按“测算置信度和计划”。",
    "Files are written from the whole result: work out confidence and programme first.",
)
MAKE_FILES = Text("生成成果文件", "Make the files")
METHODS_AGREE = Text("方法间一致性（Kendall τ）", "Agreement of methods (Kendall's τ)")
ASSUMPTIONS = Text("假定与设定", "Assumed, proposed, chosen")
RANK_FILES = (
    ("ranking.xlsx", Text("Excel 工作簿", "Excel workbook"),
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("report.docx", Text("Word 报告", "Word report"),
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("ranking.zip", Text("Shapefile（zip）", "Shapefile (zip)"), "application/zip"),
    ("ranking.gpkg", Text("GeoPackage", "GeoPackage"), "application/geopackage+sqlite3"),
    ("left_out.zip", Text("未参与排序 Shapefile", "Not ranked, shapefile"), "application/zip"),
    ("left_out.gpkg", Text("未参与排序 GeoPackage", "Not ranked, GeoPackage"), "application/geopackage+sqlite3"),
    ("acceptability.png", Text("图：名次可接受度", "Chart: acceptability"), "image/png"),
    ("contributions.png", Text("图：得分构成", "Chart: contributions"), "image/png"),
    ("budget_benefit.png", Text("图：预算与效益", "Chart: benefit by budget"), "image/png"),
    ("programme.png", Text("图：分年计划", "Chart: programme"), "image/png"),
    ("result.json", Text("结果 JSON", "Result as JSON"), "application/json"),
    ("rank.json", Text("运行文件", "Run file"), "application/json"),
)  # fmt: skip
RANK_RUN_HINT = Text(
    "用运行文件重复本次排序：planner rank --run rank.json",
    "Repeat this ranking with the run file: planner rank --run rank.json",
)
