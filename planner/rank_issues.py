"""What a ranking could not know, what it assumed, and what it refuses, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from gis.errors import InputError, Text
from layers.issue import MAX_ROWS_NAMED, Issue
from layers.layer import Layer
from planner import rank_programme
from planner.end_use import EndUses
from planner.priorities import MILESTONES, Choices
from planner.rank_result import Assessed, Plan, Ranking
from restoration import mine_filters, modes
from restoration.costs import UnitCosts
from restoration.hazard import Danger

REGIONS = {
    "order": Text("只信权重的次序", "only the order of the weights is trusted"),
    "around": Text("权重在给定比例内浮动", "the weights lie within a share of the stated ones"),
    "free": Text("权重完全不知", "nothing is known of the weights"),
}


def nothing_to_rank(left_out: pd.DataFrame) -> InputError:
    """Return the error for a table none of whose patches is ranked."""
    counted = mine_filters.counts(left_out)["patches"]
    found = [(mine_filters.CATEGORIES[str(name)], count) for name, count in counted.items()]
    zh = "、".join(f"{title.zh} {count} 个" for title, count in found)
    en = ", ".join(f"{count} {title.en}" for title, count in found)
    return InputError(
        "no_mines_to_rank",
        Text(f"没有可由财政资金排序的图斑（{zh}）。", f"No patch is to be ranked for public money ({en})."),
        Text(
            "只有大类10、未治理（hfzlqk=A）且面积大于0的图斑参与排序；请核对核查表。",
            "Only patches of class 10, untreated (hfzlqk A) and with an area above 0 are: check the table.",
        ),
    )


def nothing_assessed() -> InputError:
    """Return the error for mines without a single score."""
    return InputError(
        "nothing_assessed",
        Text(
            "没有一个指标得到评估，无法排序。", "Not one criterion was assessed: there is nothing to rank by."
        ),
        Text("请补充图层或栅格，或另选指标。", "Add layers or rasters, or choose other criteria."),
    )


def _named(labels: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(label) for label in labels[:MAX_ROWS_NAMED])


def of_dangers(dangers: Sequence[Danger], facts: pd.DataFrame) -> list[Issue]:
    """Tell which dangers no mine's class speaks of."""
    if not dangers:
        return []
    columns = list(
        dict.fromkeys(
            limit.column
            for danger in dangers
            for limit in danger.limits
            if limit.column not in facts or facts[limit.column].isna().all()
        )
    )
    zh = "、".join(danger.title.zh for danger in dangers)
    en = ", ".join(danger.title.en.lower() for danger in dangers)
    return [
        Issue(
            "hazards",
            "danger_not_assessed",
            "error",
            len(facts),
            Text(
                f"以下危险对所有图斑都未评估：{zh}（缺 {'、'.join(columns)}）。",
                f"Not assessed for any patch: {en} (nothing known of {', '.join(columns)}).",
            ),
            Text(
                "安全等级只按其余危险划分，实际可能更急；排序前请补充或现场核实。",
                "Safety classes speak of the other dangers only and may be more urgent: add what is missing.",
            ),
        )
    ]


def of_end_uses(law: EndUses, layers: Mapping[str, Layer]) -> list[Issue]:
    """Tell which control layers could not be asked for the end uses."""
    absent = [name for name in law.layers if name not in layers]
    if not absent:
        return []
    return [
        Issue(
            name,
            "end_use_layer_missing",
            "error",
            len(law.verdicts),
            Text(f"工作区没有图层“{name}”。", f"The workspace has no layer '{name}'."),
            Text(
                "修复后用途是否被禁止，一律未评估。",
                "Whether an end use is prohibited there is not assessed.",
            ),
        )
        for name in absent
    ]


def of_ranking(ranking: Ranking, assessed: Assessed, choices: Choices) -> list[Issue]:
    """Tell which criteria take no part, and what the ranking can't tell apart."""
    issues = []
    if ranking.not_assessed:
        titles = {criterion.id: criterion.title for criterion in assessed.criteria}
        issues.append(
            Issue(
                "criteria",
                "criterion_takes_no_part",
                "warning",
                len(ranking.not_assessed),
                Text(
                    f"以下指标没有一个图斑得到评估：{'、'.join(titles[name].zh for name in ranking.not_assessed)}。",
                    f"No patch was assessed for: {', '.join(titles[name].en for name in ranking.not_assessed)}.",
                ),
                Text(
                    "不参与排序；结论不涉及这些方面。", "They take no part: the ranking says nothing of them."
                ),
                ranking.not_assessed,
            )
        )
    drawn = ranking.acceptability.draws
    if drawn < choices.draws:
        error = ranking.acceptability.standard_error
        issues.append(
            Issue(
                "robustness",
                "fewer_draws",
                "info",
                drawn,
                Text(
                    f"图斑很多，稳健性只抽样{drawn:,}次（要求{choices.draws:,}次）。",
                    f"So many patches: {drawn:,} rankings were drawn of the {choices.draws:,} asked for.",
                ),
                Text(
                    f"各概率的抽样标准误不大于{error:.3f}。",
                    f"The standard error of a probability is at most {error:.3f}.",
                ),
            )
        )
    open_class = assessed.safety.index[assessed.safety["safety_class"].isna()]
    if len(open_class):
        issues.append(
            Issue(
                "hazards",
                "safety_open",
                "warning",
                len(open_class),
                Text(
                    f"{len(open_class)}个图斑的安全等级不能确定。",
                    f"The safety class of {len(open_class)} patches is open.",
                ),
                Text(
                    "按可能的最急等级排序（除非另行选择）。",
                    "Ranked in the most urgent class they may be in, unless stated.",
                ),
                _named(list(open_class)),
            )
        )
    return issues


def of_costs(costs: pd.DataFrame, suggested: pd.DataFrame, plan: Plan | None) -> list[Issue]:
    """Tell which costs are not known, or rest on an unsettled mode."""
    issues = _of_free_patches(costs)
    if plan is not None and plan.unpriced:
        issues.append(
            Issue(
                "costs",
                "cost_unknown",
                "warning",
                len(plan.unpriced),
                Text(f"{len(plan.unpriced)}个图斑没有费用。", f"{len(plan.unpriced)} patches have no cost."),
                Text("不能列入计划；请补单位费用。", "They can't be planned: give the unit costs."),
                _named(plan.unpriced),
            )
        )
    by_unit = costs["cost_source"].isin(["stated", "assumed"]) & ~costs["cost_mode_settled"]
    if by_unit.any() and plan is not None:
        labels = list(costs.index[by_unit])
        issues.append(
            Issue(
                "costs",
                "cost_of_unsettled_mode",
                "info",
                len(labels),
                Text(
                    f"{len(labels)}个图斑的修复方式未定。",
                    f"The mode of {len(labels)} patches is not settled.",
                ),
                Text(
                    "按拟修复方式或可能方式中最贵者计费。",
                    "Priced by the planned mode, else by the dearest possible one.",
                ),
                _named(labels),
            )
        )
    conflicts = suggested.index[suggested["prohibited_uses"].map(len) > 0]
    if len(conflicts):
        issues.append(
            Issue(
                "end_use",
                "end_use_prohibited",
                "error",
                len(conflicts),
                Text(
                    f"{len(conflicts)}个图斑的拟修复用途被管控规则禁止（如永久基本农田改林地）。",
                    f"The planned end use of {len(conflicts)} patches is prohibited (as is forest on basic farmland).",
                ),
                Text("见“修复方式”表：列出可行用途。", "See the sheet of modes: open uses are listed."),
                _named(list(conflicts)),
            )
        )
    return issues


def of_milestones(choices: Choices) -> list[Issue]:
    """Tell which milestones lie outside the years that have a budget."""
    years = [year for year, _ in choices.budgets]
    outside = [year for year in choices.milestones if years and not min(years) <= year <= max(years)]
    if not outside:
        return []
    zh, en = "、".join(map(str, outside)), ", ".join(map(str, outside))
    return [
        Issue(
            "programme",
            "milestone_outside",
            "info" if choices.milestones == MILESTONES else "warning",
            len(outside),
            Text(
                f"里程碑 {zh} 不在预算年份（{min(years)}—{max(years)}）内。",
                f"Milestones outside the years with a budget ({min(years)}-{max(years)}): {en}.",
            ),
            Text("未列入计划；请补预算或改里程碑。", "Left out: add budgets or change the milestones."),
        )
    ]


def _of_free_patches(costs: pd.DataFrame) -> list[Issue]:
    free = list(costs.index[costs["cost_yuan"] == 0])
    if not free:
        return []
    return [
        Issue(
            "costs",
            "cost_zero",
            "warning",
            len(free),
            Text(
                f"{len(free)}个图斑填报的费用为 0。",
                f"{len(free)} patches are stated to cost 0.",
            ),
            Text(
                "按不花钱计，计划总会选中；如费用未知，请清空该格。",
                "They count as free, so the programme always takes them: leave the cell empty if it is not known.",
            ),
            _named(free),
        )
    ]


def of_neighbours(assessed: Assessed, plan: Plan | None) -> list[Issue]:
    """Tell when there are too many neighbours for the bonus."""
    if plan is None or not rank_programme.too_many_neighbours(assessed):
        return []
    return [
        Issue(
            "programme",
            "contiguity_left_out",
            "warning",
            len(assessed.pairs),
            Text("相邻图斑对过多。", "There are too many pairs of neighbours."),
            Text(
                "计划未计连片加分；可减小 --group。",
                "The bonus for neighbours is left out; a smaller --group helps.",
            ),
        )
    ]


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
    found += _of_costs(unit_costs)
    if plan is not None:
        factors = "、".join(f"{factor:g}" for factor in choices.safety_factors)
        found.append(
            Text(f"效益 = 安全等级系数（{factors}）× 不计费用的得分 × 公顷（费用已由预算计入，不重复计）；"
                 f"相邻图斑加较小效益的 {choices.contiguity_share:.0%}（均为建议，可修改）。",
                 f"Benefit = safety factor ({factors}) x score without cost x hectares (the budget counts the"
                 f" cost: it counts once); neighbours add"
                 f" {choices.contiguity_share:.0%} of the smaller benefit (proposals, to be edited).")
        )  # fmt: skip
        if list(ranking.used.index) == [rank_programme.COST]:
            found.append(
                Text("权重只给了费用：效益中每个图斑的得分按 1 计。",
                     "Nothing but the cost was weighed: in the benefit every patch scores 1.")
            )  # fmt: skip
        found.append(_of_success(choices))
    return tuple(found)


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
