"""A ranking as one table in words: what terminal, Excel, shapefile, GeoPackage and JSON are made from."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.errors import Language, Text
from planner import rank_programme, texts, wording
from planner.priorities import Choices
from planner.rank_result import Decision
from planner.tables import Field
from restoration import explanation, mine_codes
from restoration.hazard import PROPOSED
from restoration.mine_filters import CATEGORIES
from restoration.modes import END_USES, TITLES
from restoration.ranking import METHODS

REASONS_NAMED = 3
MOSTLY_KNOWN = 0.5
"""A criterion of which less is known is no reason for a rank."""
METHOD_TITLES = {
    "weighted_sum": Text("加权和", "weighted sum"),
    "topsis": Text("TOPSIS", "TOPSIS"),
    "promethee": Text("PROMETHEE II", "PROMETHEE II"),
    "vikor": Text("VIKOR", "VIKOR"),
}
COST_SOURCES = {
    "record": Text("核查表填报", "stated in the table"),
    "stated": Text("用户单位费用", "the user's unit cost"),
    "assumed": Text("假定（已公布的项目平均值）", "assumed (a published project average)"),
    "none": Text("未知", "not known"),
}
YES_NO = {
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "unknown": Text("未知", "not known"),
    "": Text("", ""),
}

FIELDS = (
    Field("rank", "PM", Text("排名", "rank")),
    Field("patch_id", "TBBH", Text("图斑编号", "patch")),
    Field("county", "XZX", Text("县（区）", "county")),
    Field("group", "XMQBH", Text("项目区", "project area")),
    Field("area_m2", "TBMJ", Text("图斑面积", "area"), "m²"),
    Field("area_hectares", "MJGQ", Text("面积（公顷）", "area (ha)"), "ha"),
    Field("area_assumed", "MJJD", Text("范围为假定", "extent assumed")),
    Field("group_area_m2", "XMQMJ", Text("项目区面积", "area of the project area"), "m²"),
    Field("safety_class", "AQDJ", Text("安全等级", "safety class")),
    Field("dangers", "WXYY", Text("危险", "dangers")),
    Field("score", "DF", Text("得分", "score")),
    Field("score_low", "DFXX", Text("得分下限", "least score")),
    Field("score_high", "DFSX", Text("得分上限", "greatest score")),
    Field("rank_best", "PMZG", Text("可能最前排名", "best possible rank")),
    Field("rank_worst", "PMZD", Text("可能最后排名", "worst possible rank")),
    Field("tied", "BLGS", Text("并列个数", "others of the same rank")),
    Field("top_share", "QKGL", Text("进入前k名的概率", "probability of the top k")),
    Field("expected_rank", "QWPM", Text("平均排名", "mean rank")),
    Field("rank_weighted_sum", "PMJQH", Text("排名（加权和）", "rank by weighted sum")),
    Field("rank_topsis", "PMTOPSIS", Text("排名（TOPSIS）", "rank by TOPSIS")),
    Field("rank_promethee", "PMPROM", Text("排名（PROMETHEE II）", "rank by PROMETHEE II")),
    Field("rank_vikor", "PMVIKOR", Text("排名（VIKOR）", "rank by VIKOR")),
    Field("rank_without_cost", "PMBJFY", Text("不计费用的排名", "rank without cost")),
    Field("assessed_weight_share", "YPGQZ", Text("已评估权重占比", "weight assessed")),
    Field("little_assessed", "PGBZ", Text("评估不足", "little assessed")),
    Field("mode_title", "JYFS", Text("建议修复方式", "suggested mode")),
    Field("possible_titles", "KNFS", Text("可能的修复方式", "possible modes")),
    Field("planned_title", "NXFFS", Text("核查表拟修复方式", "planned mode of the table")),
    Field("agrees", "FSYZ", Text("与核查表一致", "agrees with the table")),
    Field("planned_uses", "NXYT", Text("拟修复用途", "planned end use")),
    Field("prohibited_uses", "JZYT", Text("被禁止的拟修复用途", "planned end use prohibited")),
    Field("open_uses", "KXYT", Text("未被禁止的用途", "end uses not prohibited")),
    Field("cost_yuan", "FYY", Text("费用（元）", "cost (yuan)"), "元"),
    Field("cost_source", "FYLY", Text("费用来源", "source of the cost")),
    Field(
        "benefit",
        "XYGQ",
        Text(
            "期望效益（急迫度加权公顷×成功概率）",
            "expected benefit (urgency-weighted ha x chance of success)",
        ),
    ),
    Field("year", "JHND", Text("计划年度", "year")),
    Field("why", "ZYYY", Text("主要原因", "main reasons")),
    Field("illustrative", "SYBZ", Text("示意标注", "illustrative")),
)
"""The kept dictionary of field names of a ranking."""


def ranking(decision: Decision, language: Language) -> gpd.GeoDataFrame:
    """Return the ranked patches from first to last, EPSG:4490, columns as in :data:`FIELDS`."""
    assessed, order = decision.assessed, decision.order
    mines, suggested = assessed.mines.loc[order], decision.suggested.loc[order]
    main, costs = decision.main.loc[order], decision.costs.loc[order]
    methods = {
        f"rank_{name}": decision.ranking.methods[name].loc[order, "rank"].to_numpy() for name in METHODS
    }
    without = decision.ranking.rank_without_cost
    mark = texts.ILLUSTRATIVE.said(language) if assessed.illustrative else ""
    benefit = (
        np.full(len(order), np.nan) if decision.plan is None else decision.plan.benefit.loc[order].to_numpy()
    )
    table = {
        "rank": main["rank"].to_numpy(),
        "patch_id": order.map(str).to_numpy(dtype=object),
        "county": mines["county"].to_numpy(dtype=object),
        "group": mines["group"].to_numpy(dtype=object),
        "area_m2": mines["area_m2"].round(2).to_numpy(),
        "area_hectares": (mines["area_m2"] / wording.M2_PER_HECTARE).round(4).to_numpy(),
        "area_assumed": [YES_NO["yes" if flag else "no"].said(language) for flag in mines["area_assumed"]],
        "group_area_m2": mines["group_area_m2"].round(2).to_numpy(),
        "safety_class": safety_titles(assessed.safety.loc[order]),
        "dangers": _dangers(decision, language),
        "score": main["score"].round(6).to_numpy(),
        "score_low": main["score_low"].round(6).to_numpy(),
        "score_high": main["score_high"].round(6).to_numpy(),
        "rank_best": main["rank_best"].to_numpy(),
        "rank_worst": main["rank_worst"].to_numpy(),
        "tied": main["tied"].to_numpy(),
        "top_share": top_share(decision).loc[order].round(6).to_numpy(),
        "expected_rank": decision.ranking.acceptability.expected_rank.loc[order].round(3).to_numpy(),
        **methods,
        "rank_without_cost": main["rank"].array if without is None else without.loc[order].array,
        "assessed_weight_share": main["assessed_weight_share"].round(4).to_numpy(),
        "little_assessed": [
            YES_NO["yes" if share < decision.choices.least_assessed else "no"].said(language)
            for share in main["assessed_weight_share"]
        ],
        "mode_title": [mode_title(code, language) for code in suggested["mode"]],
        "possible_titles": [mode_titles(codes, language) for codes in suggested["possible"]],
        "planned_title": [mode_title(code, language, empty="") for code in suggested["planned_mode"]],
        "agrees": [YES_NO[word].said(language) for word in suggested["agrees"]],
        "planned_uses": [
            planned_uses(names, unread, language)
            for names, unread in zip(suggested["planned_uses"], suggested["unread_uses"], strict=True)
        ],
        "prohibited_uses": [uses(names, language) for names in suggested["prohibited_uses"]],
        "open_uses": [uses(names, language) for names in suggested["open_uses"]],
        "cost_yuan": costs["cost_yuan"].round(2).to_numpy(),
        "cost_source": [COST_SOURCES[name].said(language) for name in costs["cost_source"]],
        "benefit": benefit.round(6),
        "year": rank_programme.year_of(decision.plan, order).array,
        "why": reasons(decision, language).loc[order].to_numpy(dtype=object),
        "illustrative": mark,
    }
    return gpd.GeoDataFrame(table, geometry=mines.geometry.to_numpy(), crs=4490)


def top_of(choices: Choices, decision: Decision) -> int:
    """Return k of "among the first k": as asked, at most the ranks that were kept."""
    return max(1, min(choices.top, decision.ranking.acceptability.top.shape[1]))


def top_share(decision: Decision) -> pd.Series:
    """Return the probability of each patch to be among the first k."""
    return decision.ranking.acceptability.top[top_of(decision.choices, decision)]


def central_weights(decision: Decision) -> pd.DataFrame:
    """Return, for each mine that ever is the first of its safety class, its mean weights when it is; by rank."""
    central = decision.ranking.acceptability.central_weights.loc[decision.order]
    return central[central.notna().all(axis=1)]


def safety_titles(safety: pd.DataFrame) -> list[str]:
    """Return ``P2``, or ``P1–P3`` where the class is open."""
    pairs = zip(safety["most_urgent"], safety["least_urgent"], strict=True)
    return [f"P{most}" if most == least else f"P{most}–P{least}" for most, least in pairs]


def _dangers(decision: Decision, language: Language) -> list[str]:
    titles = {danger.code: danger.title.said(language) for danger in PROPOSED.first + PROPOSED.second}
    found = decision.assessed.safety.loc[decision.order, "dangers"]
    return [texts.listed((titles[code] for code in codes), language) for codes in found]


def mode_title(code: str, language: Language, *, empty: str | None = None) -> str:
    """Return a mode's title; the undecided one says so."""
    if code:
        return TITLES[code].said(language)
    return Text("待定", "open").said(language) if empty is None else empty


def mode_titles(codes: str, language: Language) -> str:
    """Return the titles of several modes."""
    return texts.listed((TITLES[code].said(language) for code in codes), language)


def uses(names: tuple[str, ...], language: Language) -> str:
    """Return the titles of end uses."""
    return texts.listed((END_USES[name].said(language) for name in names), language)


def planned_uses(names: tuple[str, ...], unread: tuple[str, ...], language: Language) -> str:
    """Return the titles of planned end uses, and the table's own words where they name none."""
    words = "、".join(unread)
    strange = [Text(f"未识别（{words}）", f"not recognised ({words})").said(language)] if unread else []
    return texts.listed([*(END_USES[name].said(language) for name in names), *strange], language)


def criterion_titles(decision: Decision, language: Language) -> dict[str, str]:
    """Return the criteria's titles by id."""
    return {criterion.id: criterion.title.said(language) for criterion in decision.assessed.criteria}


def reasons(
    decision: Decision, language: Language, *, named: int = REASONS_NAMED, amounts: bool = True
) -> pd.Series:
    """Return, for each patch, the criteria that add most to its score.

    Parameters
    ----------
    named
        How many at the most.
    amounts
        Whether to say how much each adds.
    """
    ranked = decision.ranking
    parts = explanation.contributions(ranked.scores, ranked.used, ends=ranked.ends)
    titles = criterion_titles(decision, language)
    values = np.where(ranked.known_share.to_numpy() >= MOSTLY_KNOWN, parts.to_numpy(), 0.0)
    best = np.argsort(-values, axis=1, kind="stable")[:, :named]
    joint = "；" if language == "zh" else "; "
    rows = []
    for row, columns in enumerate(best):
        adding = [column for column in columns if values[row, column] > 0]
        told = [
            f"{titles[str(parts.columns[column])]}{f' {values[row, column]:.3f}' if amounts else ''}"
            for column in adding
        ]
        rows.append(joint.join(told))
    return pd.Series(rows, index=parts.index, dtype=object)


def left_out(decision: Decision, language: Language) -> gpd.GeoDataFrame:
    """Return the patches that were not ranked, with why; in the order of category and number."""
    frame = decision.assessed.left_out
    place = {name: number for number, name in enumerate(CATEGORIES)}
    order = sorted(
        range(len(frame)), key=lambda row: (place[frame["category"].iloc[row]], str(frame.index[row]))
    )
    frame = frame.iloc[order]
    table = {
        "patch_id": frame.index.map(str).to_numpy(dtype=object),
        "row": frame["row"].to_numpy(),
        "county": frame["county"].to_numpy(dtype=object),
        "category": [CATEGORIES[name].said(language) for name in frame["category"]],
        "reason": [reason.said(language) for reason in frame["reason"]],
        "class_title": [
            mine_codes.title(code, mine_codes.CLASSES).said(language) for code in frame["class_code"]
        ],
        "small_class_title": [
            mine_codes.title(code, mine_codes.SMALL_CLASSES).said(language) for code in frame["small_class"]
        ],
        "treatment_title": [
            mine_codes.title(code, mine_codes.TREATMENT).said(language) for code in frame["treatment_state"]
        ],
        "duty_holder": frame["duty_holder"].to_numpy(dtype=object),
        "area_hectares": (frame["area_m2"] / wording.M2_PER_HECTARE).round(4).to_numpy(),
        "illustrative": texts.ILLUSTRATIVE.said(language) if decision.assessed.illustrative else "",
    }
    return gpd.GeoDataFrame(table, geometry=frame.geometry.to_numpy(), crs=4490)


LEFT_OUT_FIELDS = (
    Field("patch_id", "TBBH", Text("图斑编号", "patch")),
    Field("row", "HH", Text("行号", "row")),
    Field("county", "XZX", Text("县（区）", "county")),
    Field("category", "LB", Text("类别", "category")),
    Field("reason", "YY", Text("未参与排序的原因", "why it is not ranked")),
    Field("class_title", "TBDL", Text("图斑大类", "class")),
    Field("small_class_title", "TBXL", Text("图斑小类", "small class")),
    Field("treatment_title", "HFZLQK", Text("恢复治理情况", "state of treatment")),
    Field("duty_holder", "FKYWR", Text("复垦义务人", "duty-holder")),
    Field("area_hectares", "MJGQ", Text("面积（公顷）", "area (ha)"), "ha"),
    Field("illustrative", "SYBZ", Text("示意标注", "illustrative")),
)


def milestones(decision: Decision, language: Language) -> pd.DataFrame:
    """Return the programme's milestones: patches, cost, budget, benefit, how sure, and what nesting costs."""
    if decision.plan is None or decision.plan.nested is None:
        return pd.DataFrame()
    stages = decision.plan.nested.stages
    proven = [YES_NO["yes" if flag else "no"].said(language) for flag in stages["proven"]]
    kinds = [YES_NO["yes" if flag else "no"].said(language) for flag in stages["milestone"]]
    free = [
        "" if pd.isna(flag) else YES_NO["yes" if flag else "no"].said(language)
        for flag in stages["free_proven"]
    ]
    return stages.assign(proven=proven, milestone=kinds, free_proven=free).reset_index()


def prohibited_in_programme(decision: Decision) -> Text | None:
    """Return how many patches of the programme have a planned end use that is prohibited; None when none has."""
    chosen = rank_programme.year_of(decision.plan, decision.order).dropna().index
    banned = int((decision.suggested.loc[chosen, "prohibited_uses"].map(len) > 0).sum())
    if not banned:
        return None
    return Text(
        f"计划中 {len(chosen)} 个图斑，有 {banned} 个的拟修复用途被管控规则禁止：启动前须先解决。",
        f"Of the {len(chosen)} patches in the programme, {banned} have a planned end use that is prohibited: "
        "settle it before start.",
    )


def by_year(decision: Decision) -> pd.DataFrame:
    """Return what each year starts: patches, hectares, cost, benefit, and its budget.

    The benefit is that expected of the patches alone; the bonus for neighbours counts at the milestones.
    """
    if decision.plan is None or decision.plan.nested is None:
        return pd.DataFrame()
    year = decision.plan.nested.year.dropna().astype(int)
    money = dict(decision.choices.budgets)
    rows = []
    for when in sorted(set(money) | set(year)):
        chosen = year.index[year == when]
        rows.append(
            {
                "year": when,
                "patches": len(chosen),
                "area_hectares": round(
                    float(decision.assessed.mines.loc[chosen, "area_m2"].sum()) / wording.M2_PER_HECTARE, 4
                ),
                "cost_yuan": round(float(decision.costs.loc[chosen, "cost_yuan"].sum()), 2),
                "budget_yuan": money.get(when, 0.0),
                "benefit": round(float(decision.plan.benefit.loc[chosen].sum()), 6),
            }
        )
    return pd.DataFrame(rows)
