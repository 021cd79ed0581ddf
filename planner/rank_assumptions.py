"""What a ranking assumed, proposed or chose, in words."""

from __future__ import annotations

import pandas as pd

from gis.errors import Text
from planner import rank_programme
from planner.priorities import Choices
from planner.rank_result import Assessed, Plan, Ranking
from planner.rank_tables import METHOD_TITLES
from restoration import modes
from restoration.costs import UnitCosts

REGIONS = {
    "order": Text("只信权重的次序", "only the order of the weights is trusted"),
    "around": Text("权重在给定比例内浮动", "the weights lie within a share of the stated ones"),
    "free": Text("权重完全不知", "nothing is known of the weights"),
}


def assumptions(
    assessed: Assessed,
    choices: Choices,
    unit_costs: UnitCosts | None,
    ranking: Ranking,
    plan: Plan | None,
) -> tuple[Text, ...]:
    """Return everything that was assumed, proposed or chosen."""
    question, drawn = assessed.question, ranking.acceptability
    found = [
        Text(f"权重：{ranking.weights.what_it_is.zh}{ranking.weights.what_it_is_not.zh}",
             f"Weights: {ranking.weights.what_it_is.en} {ranking.weights.what_it_is_not.en}"),
        Text(f"稳健性：{REGIONS[choices.region].zh}，抽样 {drawn.draws:,} 次，种子 {drawn.seed}。",
             f"Robustness: {REGIONS[choices.region].en}; {drawn.draws:,} draws, seed {drawn.seed}."),
        Text(f"项目区：边界相距 {question.group_within_m:g} 米以内的图斑归为一区（设定值）。",
             f"Project areas: patches within {question.group_within_m:g} m (a setting)."),
        Text("安全等级阈值、指标阈值和修复方式阈值均为本软件建议，可修改，非标准规定。",
             "Thresholds of safety classes, criteria and modes are proposals of this software; no standard says so."),
    ]  # fmt: skip
    if question.hazard_thresholds:
        changed = "、".join(f"{name}={value:g}" for name, value in question.hazard_thresholds)
        found.append(
            Text(
                f"用户改定的安全等级阈值：{changed}。",
                f"Thresholds of safety classes changed by the user: {changed}.",
            )
        )
    if choices.mode_thresholds:
        changed = "、".join(f"{name}={value:g}" for name, value in choices.mode_thresholds)
        found.append(
            Text(
                f"用户改定的修复方式阈值：{changed}。", f"Thresholds of modes changed by the user: {changed}."
            )
        )
    if question.assumed_area_m2 is not None:
        found.append(
            Text(f"没有面积的点位按 {question.assumed_area_m2:g} 平方米计（假定）。",
                 f"Points without an area count {question.assumed_area_m2:g} m² (assumed).")
        )  # fmt: skip
    found += _of_boundaries(assessed.mines)
    if choices.method != "weighted_sum":
        found.append(_of_method(choices))
    found += _of_costs(unit_costs)
    if plan is not None:
        factors = "、".join(f"{factor:g}" for factor in choices.safety_factors)
        found.append(
            Text(f"效益 = 安全等级系数（{factors}）× 加权和得分（不计费用：费用已由预算计入，不重复计）× 公顷；"
                 f"相邻图斑加较小效益的 {choices.contiguity_share:.0%}（均为建议，可修改）；"
                 "安全等级未定的，按可能的最轻等级取系数。",
                 f"Benefit = safety factor ({factors}) x score of the weighted sum without cost (the budget counts the"
                 f" cost: it counts once) x hectares; neighbours add {choices.contiguity_share:.0%} of the smaller"
                 " benefit (proposals, to be edited); an open class has the factor of the mildest class it may be.")
        )  # fmt: skip
        if list(ranking.used.index) == [rank_programme.COST]:
            found.append(
                Text("权重只给了费用：效益中每个图斑的得分按 1 计。",
                     "Nothing but the cost was weighed: in the benefit every patch scores 1.")
            )  # fmt: skip
        found.append(_of_success(choices))
    return tuple(found)


def _of_boundaries(mines: pd.DataFrame) -> list[Text]:
    """Say how far boundaries may lie from where they are drawn."""
    tolerance_m = mines["boundary_tolerance_m"]
    open_m = tolerance_m[tolerance_m > 0]
    if open_m.empty:
        return []
    circles = int(mines["area_assumed"].sum())
    return [
        Text(
            f"{len(open_m)}个图斑的边界可偏离所绘位置 {open_m.min():.0f}–{open_m.max():.0f} 米（以圆代替点位的"
            f"{circles}个：圆的半径，假定；图层声明精度的：其两倍），得分按此取区间。",
            f"The boundaries of {len(open_m)} patches may lie {open_m.min():.0f}-{open_m.max():.0f} m from where they "
            f"are drawn (of the {circles} circles that stand for points: the radius, assumed; where the layer states "
            "its accuracy: twice that); scores are intervals accordingly.",
        )
    ]


def _of_method(choices: Choices) -> Text:
    """Say which numbers are not those of the method that ranks."""
    title = METHOD_TITLES[choices.method]
    return Text(
        f"排名和得分取自{title.zh}；排名概率、平均排名、主要原因、“为何”和计划效益按加权和计算，与之可能不一致。",
        f"Ranks and scores are those of {title.en}; probabilities of ranks, mean ranks, reasons, 'why' and benefits "
        "come from the weighted sum and may differ.",
    )


def _of_success(choices: Choices) -> Text:
    if not choices.success:
        return Text("成功概率按 1 计（未给出）。", "The chance of success counts as 1 (none was given).")
    chances = sorted((modes.CODES[name], chance) for name, chance in choices.success)
    zh = "、".join(f"{modes.TITLES[code].zh} {chance:g}" for code, chance in chances)
    en = ", ".join(f"{modes.TITLES[code].en} {chance:g}" for code, chance in chances)
    return Text(
        f"成功概率（用户给出）：{zh}；其他方式按 1 计。",
        f"Chance of success, as stated: {en}; other modes count as 1.",
    )


def _of_costs(unit_costs: UnitCosts | None) -> list[Text]:
    if unit_costs is None:
        return [Text("没有单位费用：未作费用和计划测算。", "No unit costs: neither costs nor a programme.")]
    if unit_costs.assumed is not None:
        item = unit_costs.assumed
        return [
            Text(
                f"假定：所有方式的单位费用均取 {item.yuan_per_ha:,.0f} 元/公顷（{item.title.zh}：{item.detail.zh}；"
                "二手来源，项目平均值，不是分方式单价）。",
                f"Assumed: {item.yuan_per_ha:,.0f} yuan/ha for every mode ({item.title.en}: {item.detail.en}; "
                "secondary source, a project average, not a price by mode).",
            )
        ]
    listed = sorted(unit_costs.by_mode.items())
    return [
        Text(
            "用户给定的单位费用："
            + "、".join(f"{modes.TITLES[mode].zh} {cost:,.0f} 元/公顷" for mode, cost in listed)
            + "。",
            "Unit costs given by the user: "
            + ", ".join(f"{modes.TITLES[mode].en} {cost:,.0f} yuan/ha" for mode, cost in listed)
            + ".",
        )
    ]
