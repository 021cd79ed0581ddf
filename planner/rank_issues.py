"""What a ranking could not know, what it assumed, and what it refuses, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from gis.errors import InputError, Text
from layers.issue import MAX_ROWS_NAMED, Issue
from layers.layer import Layer
from planner import rank_programme
from planner.end_use import EndUses
from planner.priorities import MILESTONES, Choices
from planner.rank_result import Assessed, Plan, Ranking
from restoration import hazard, mine_filters
from restoration.hazard import Danger

OPEN_CLASSES = {
    "most_urgent": Text(
        "按可能的最急等级排序，排在已确定属于该等级的图斑之后；计划效益只按可能的最轻等级计。补填缺项即可确定。",
        "They stand by the most urgent class they may be in, after the mines known to be in it; in the programme "
        "they count by the mildest. What is missing, once filled in, settles them.",
    ),
    "least_urgent": Text(
        "按可能的最轻等级排序，排在已确定属于该等级的图斑之前（按用户选择）；计划效益也按最轻等级计。",
        "They stand by the mildest class they may be in, before the mines known to be in it, as chosen; in the "
        "programme they count by it too.",
    ),
}


def nothing_to_rank(left_out: pd.DataFrame, issues: Sequence[Issue] = ()) -> InputError:
    """Return the error for a table none of whose patches is ranked, with the columns that it lacks.

    Parameters
    ----------
    issues
        What was noticed in it when it was read.
    """
    lacking = [issue.what for issue in issues if issue.code == "column_missing"]
    lacking_zh, lacking_en = "".join(what.zh for what in lacking), "".join(f" {what.en}" for what in lacking)
    counted = mine_filters.counts(left_out)["patches"]
    found = [(mine_filters.CATEGORIES[str(name)], count) for name, count in counted.items()]
    zh = "、".join(f"{title.zh} {count} 个" for title, count in found)
    en = ", ".join(f"{count} {title.en}" for title, count in found)
    return InputError(
        "no_mines_to_rank",
        Text(
            f"没有可由财政资金排序的图斑（{zh}）。{lacking_zh}",
            f"No patch is to be ranked for public money ({en}).{lacking_en}",
        ),
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


def of_shared_ground(name: str, shared: pd.DataFrame) -> list[Issue]:
    """Tell which patches cover the same ground."""
    if shared.empty:
        return []
    labels = [f"{row.first}+{row.second}" for row in shared.head(MAX_ROWS_NAMED).itertuples()]
    total_m2 = shared["shared_m2"].sum()
    return [
        Issue(
            name,
            "patches_overlap",
            "warning",
            len(shared),
            Text(
                f"{len(shared)}对图斑互相重叠，共{total_m2:,.0f}平方米（最大：{labels[0]}，"
                f"{shared['shared_m2'].iloc[0]:,.0f}平方米）。",
                f"{len(shared)} pairs of patches overlap, by {total_m2:,.0f} m² together (most: {labels[0]}, "
                f"{shared['shared_m2'].iloc[0]:,.0f} m²).",
            ),
            Text(
                "各自排序，重叠部分的面积、费用和效益各计一次，即重复计算；请核对是否重复登记。",
                "Each is ranked, and the shared ground counts in the area, cost and benefit of both: check whether "
                "they were entered twice.",
            ),
            tuple(labels),
        )
    ]


def _columns(names: Iterable[str]) -> Text:
    titles = [hazard.COLUMNS.get(name, Text(name, name)) for name in names]
    return Text("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))


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
                f"以下危险对所有图斑都未评估：{zh}（缺：{_columns(columns).zh}）。",
                f"Not assessed for any patch: {en} (nothing known of: {_columns(columns).en}).",
            ),
            Text(
                "不能排除的图斑，安全等级不定（写成范围）；请补充或现场核实，没有的填0。",
                "Where they can't be ruled out the class is open (a range): fill it in, 0 where there is none.",
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
    issues += _little_assessed(ranking.methods[choices.method], choices)
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
        lacking = _columns(
            sorted({name for names in assessed.safety["not_assessed"].loc[open_class] for name in names})
        )
        issues.append(
            Issue(
                "hazards",
                "safety_open",
                "warning",
                len(open_class),
                Text(
                    f"{len(open_class)}个图斑的安全等级不能确定（未知或不够准：{lacking.zh}）。",
                    f"The safety class of {len(open_class)} patches is open (not known, or not well enough: "
                    f"{lacking.en}).",
                ),
                Text(
                    OPEN_CLASSES[choices.undecided].zh,
                    OPEN_CLASSES[choices.undecided].en,
                ),
                _named(list(open_class)),
            )
        )
    return issues


def _little_assessed(main: pd.DataFrame, choices: Choices) -> list[Issue]:
    little = main[main["assessed_weight_share"] < choices.least_assessed].sort_values("rank", kind="stable")
    if little.empty:
        return []
    first = list(little.index[little["rank"] <= choices.top])
    named = "、".join(str(label) for label in first[:MAX_ROWS_NAMED])
    share = f"{choices.least_assessed:.0%}"
    return [
        Issue(
            "criteria",
            "little_assessed",
            "warning",
            len(little),
            Text(
                f"{len(little)}个图斑已评估的权重不足{share}，其中{len(first)}个在前{choices.top}名"
                f"{f'（{named}）' if first else ''}。",
                f"Of {len(little)} patches less than {share} of the weight is assessed, {len(first)} of them among "
                f"the first {choices.top}{f' ({named})' if first else ''}.",
            ),
            Text(
                "其名次主要由未知指标的中间值决定，不宜作为依据；请先补充数据（比例可用 --least-assessed 修改）。",
                "Their rank rests mostly on the middle of what is not known: add data before relying on it "
                "(--least-assessed changes the share).",
            ),
            _named(list(little.index)),
        )
    ]


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
                    "按拟修复方式或可能方式中最贵者计费；费用得分的范围从最廉到最贵的可能方式。",
                    "Priced by the planned mode, else by the dearest possible one; the score of the cost ranges from "
                    "the cheapest to the dearest.",
                ),
                _named(labels),
            )
        )
    issues += _of_unread_uses(suggested)
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


def _of_unread_uses(suggested: pd.DataFrame) -> list[Issue]:
    """Tell directions of restoration that name no end use: no law could be asked for them."""
    unread = suggested["unread_uses"]
    labels = list(suggested.index[unread.map(len) > 0])
    if not labels:
        return []
    words = "、".join(sorted({word for row in unread for word in row})[:10])
    return [
        Issue(
            "end_use",
            "end_use_unread",
            "error",
            len(labels),
            Text(
                f"{len(labels)}个图斑的修复方向未能识别（{words}）。",
                f"The direction of restoration of {len(labels)} patches is not recognised ({words}).",
            ),
            Text(
                "该用途是否被管控规则禁止未评估；请写明耕地、林地（果园）、草地、坑塘、建设用地或其他。",
                "Whether it is prohibited is not assessed: write 耕地, 林地 (果园), 草地, 坑塘, 建设用地 or 其他.",
            ),
            _named(labels),
        )
    ]


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
