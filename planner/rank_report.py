"""A ranking for a person at a terminal: warnings first, then hazards, ranks, what was left out, the programme."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from gis.errors import Language, Text
from planner import rank_flow, rank_programme, rank_tables, rank_why, terminal, texts, wording
from planner.rank_result import Decision
from restoration import mine_filters, modes, planting
from restoration.programme_years import NestedProgramme

SHOWN = 20
ISSUES_SHOWN = 12
REASONS_SHOWN = 2
STYLES = {"P1": "bold red", "P2": "bold yellow", "P3": "white"}
MODES_LEAD = Text("建议修复方式：", "Suggested modes: ")
SAFETY_LEAD = Text("安全等级（先于任何权重）：", "Safety classes (before any weight): ")
USE_PROHIBITED = Text(
    "* 拟修复用途被管控规则禁止，见导出表。", "* The planned end use is prohibited: see the exports."
)
REASONS_HEADING = Text(
    "主要原因（危险；贡献最大的指标）", "Main reasons (dangers; criteria that contribute most)"
)
ASSUMPTIONS_HEADING = Text("假定与设定", "Assumed, proposed, chosen")
NOT_OFFICIAL = Text(
    "排序是决策参考，不替代专家论证和法定程序。",
    "A ranking informs a decision; it does not replace expert review or procedure.",
)


def show(
    decision: Decision, console: Console, language: Language, *, why: str | None = None, places: int = 1
) -> None:
    """Print what came of a ranking.

    Parameters
    ----------
    why
        A patch whose rank is to be explained.
    places
        How far it is to be moved in the explanation: up, or down where it is negative.
    """
    if decision.assessed.illustrative:
        console.print(f"[bold reverse] {texts.ILLUSTRATIVE_WARNING.said(language)} [/]", highlight=False)
    _show_counts(decision, console, language)
    _show_hazards(decision, console, language)
    _show_ranks(decision, console, language, max(SHOWN, decision.choices.top))
    _show_modes(decision, console, language)
    _show_agreement(decision, console, language)
    _show_left_out(decision, console, language)
    _show_programme(decision, console, language)
    _show_planting(decision, console, language)
    if why is not None:
        rank_why.show(decision, why, places, console, language)
    _show_list(
        ASSUMPTIONS_HEADING,
        [item.said(language) for item in decision.assumptions],
        console,
        language,
    )
    _show_issues(decision, console, language)
    console.print(NOT_OFFICIAL.said(language), highlight=False)


def show_short(decision: Decision, console: Console, language: Language, *, shown: int = 10) -> None:
    """Print the heart of it: counts, hazards, the first ranks, modes, the programme."""
    _show_counts(decision, console, language)
    _show_hazards(decision, console, language)
    _show_ranks(decision, console, language, shown)
    _show_modes(decision, console, language)
    _show_programme(decision, console, language)


def _show_counts(decision: Decision, console: Console, language: Language) -> None:
    console.print(counts(decision).said(language), highlight=False)


def counts(decision: Decision) -> Text:
    """Return how many mines are ranked, on how much ground, and how many are listed apart."""
    assessed = decision.assessed
    area, groups = assessed.mines["area_m2"].sum(), assessed.mines["group"].nunique()
    return Text(
        f"参与排序 {len(assessed.mines)} 个图斑（{wording.hectares(area)} 公顷，{groups} 个项目区），"
        f"另列 {len(assessed.left_out)} 个。",
        f"{len(assessed.mines)} patches ranked ({wording.hectares(area)} ha in {groups} project areas), "
        f"{len(assessed.left_out)} listed apart.",
    )


def _show_hazards(decision: Decision, console: Console, language: Language) -> None:
    console.print(
        f"[bold]{SAFETY_LEAD.said(language)}[/]{safety_counts(decision, language)}", highlight=False
    )
    if decision.assessed.dangers_left_out:
        console.print(f"[magenta]{dangers_not_assessed(decision, language)}[/]", highlight=False)


def safety_counts(decision: Decision, language: Language) -> str:
    """Return how many mines each safety class holds."""
    counted = pd.Series(rank_tables.safety_titles(decision.assessed.safety)).value_counts().sort_index()
    return texts.listed((f"{name} {count}" for name, count in counted.items()), language)


def dangers_not_assessed(decision: Decision, language: Language) -> str:
    """Return the dangers that nobody could assess, and what that means; only where there are any."""
    dangers = decision.assessed.dangers_left_out
    names = texts.listed((danger.title.said(language) for danger in dangers), language)
    told = Text("未评估的危险（等级可能更急）：", "Dangers not assessed (classes may be more urgent): ")
    return told.said(language) + names


def _show_ranks(decision: Decision, console: Console, language: Language, shown_ranks: int) -> None:
    table = rank_tables.ranking(decision, language).head(shown_ranks)
    k = rank_tables.top_of(decision.choices, decision)
    titles = (
        Text("排名", "rank"),
        Text("图斑", "patch"),
        Text("县区", "county"),
        Text("公顷", "ha"),
        Text("安全", "safety"),
        Text("得分", "score"),
        Text(f"前{k}名", f"top {k}"),
        Text("无费用", "no cost"),
        Text("方式", "mode"),
        Text("年度", "year"),
        Text("万元", "10k yuan"),
    )
    shown = terminal.table(titles, language, heading=ranks_heading(k), numbers=(0, 1, 3, 4, 5, 6, 7, 9, 10))
    shown.show_lines = False
    for row in table.drop(columns="geometry").to_dict("records"):
        style = STYLES.get(str(row["safety_class"])[:2], "white")
        mode = row["mode_title"] if not row["prohibited_uses"] else f"{row['mode_title']}*"
        shown.add_row(
            str(row["rank"]),
            row["patch_id"],
            row["county"],
            f"{row['area_hectares']:.2f}",
            f"[{style}]{row['safety_class']}[/]",
            f"{row['score']:.3f}{'?' * (row['assessed_weight_share'] < decision.choices.least_assessed)}",
            wording.percent(row["top_share"]),
            "" if pd.isna(row["rank_without_cost"]) else str(row["rank_without_cost"]),
            mode,
            "" if pd.isna(row["year"]) else str(row["year"]),
            "" if pd.isna(row["cost_yuan"]) else f"{row['cost_yuan'] / 1e4:,.1f}",
        )
    console.print(shown)
    if (table["assessed_weight_share"] < decision.choices.least_assessed).any():
        console.print(little_assessed(decision).said(language), highlight=False)
    if (table["prohibited_uses"] != "").any():
        console.print(USE_PROHIBITED.said(language), highlight=False)
    reasons = rank_tables.reasons(decision, language, named=REASONS_SHOWN, amounts=False)
    separator = "；" if language == "zh" else "; "
    lines = [
        f"{row['rank']} {row['patch_id']}: "
        + separator.join(filter(None, (row["dangers"], reasons[row["patch_id"]])))
        for row in table.drop(columns="geometry").to_dict("records")
    ]
    _show_list(REASONS_HEADING, lines, console, language)


def little_assessed(decision: Decision) -> Text:
    """Return what the mark of a score says that rests mostly on what is not known."""
    share = f"{decision.choices.least_assessed:.0%}"
    return Text(
        f"得分后的“?”：已评估的权重不足{share}，名次主要由未知指标的中间值决定。",
        f"A '?' behind a score: less than {share} of the weight is assessed; the rank rests on what is not known.",
    )


def ranks_heading(k: int) -> Text:
    """Return the heading of the table of ranks, which says what two of its columns are."""
    return Text(
        f"优先次序（前{k}名：进入前{k}名的概率；无费用：不计费用的排名）",
        f"Priorities (top {k}: probability of being among them; no cost: rank without the cost)",
    )


def _show_modes(decision: Decision, console: Console, language: Language) -> None:
    heading = MODES_LEAD.said(language)
    console.print(f"[bold]{heading}[/]{modes_counted(decision, language)}", highlight=False)
    console.print(modes_compared(decision).said(language), highlight=False)


def modes_counted(decision: Decision, language: Language) -> str:
    """Return how many mines each mode is suggested for."""
    counted = decision.suggested["mode"].value_counts()
    return texts.listed(
        (
            f"{rank_tables.mode_title(code, language)} {int(counted.get(code, 0))}"
            for code in (*modes.TITLES, "")
        ),
        language,
    )


def modes_compared(decision: Decision) -> Text:
    """Return how many suggestions differ from the table's, and how many planned end uses are prohibited."""
    suggested = decision.suggested
    disagree = int((suggested["agrees"] == "no").sum())
    banned = int((suggested["prohibited_uses"].map(len) > 0).sum())
    return Text(
        f"与核查表拟修复方式不一致 {disagree} 个；拟修复用途被禁止 {banned} 个。",
        f"{disagree} differ from the planned mode of the table; the planned end use of {banned} is prohibited.",
    )


def _show_agreement(decision: Decision, console: Console, language: Language) -> None:
    agreement = decision.ranking.agreement
    names = [str(name) for name in agreement.columns]
    table = terminal.table(
        (
            Text("方法间一致性（Kendall τ）", "agreement of methods (Kendall's τ)"),
            *(rank_tables.METHOD_TITLES[name] for name in names),
        ),
        language,
        numbers=tuple(range(1, len(names) + 1)),
    )
    table.show_lines = False
    for name in names:
        values = ["—" if pd.isna(value) else f"{value:.2f}" for value in agreement[name].tolist()]
        table.add_row(rank_tables.METHOD_TITLES[name].said(language), *values)
    console.print(table)


def _show_left_out(decision: Decision, console: Console, language: Language) -> None:
    counted = mine_filters.counts(decision.assessed.left_out)
    if counted.empty:
        return
    titles = (Text("未参与排序", "not ranked"), Text("个数", "patches"), Text("公顷", "ha"))
    table = terminal.table(titles, language, numbers=(1, 2))
    table.show_lines = False
    for name, row in counted.iterrows():
        title = mine_filters.CATEGORIES[str(name)].said(language)
        table.add_row(title, str(int(row["patches"])), wording.hectares(row["area_m2"]))
    console.print(table)


def _show_programme(decision: Decision, console: Console, language: Language) -> None:
    plan = decision.plan
    if plan is None:
        told = Text(
            "未作计划：没有费用。用 --unit-cost 给出单位费用（或 --assume-costs）和 --budget 年=元。",
            "No programme: no costs. Give --unit-cost (or --assume-costs) and --budget YEAR=YUAN.",
        )
        console.print(told.said(language), highlight=False)
        return
    if plan.nested is None:
        told = Text(
            "未给年度预算，只算了预算—效益曲线。", "No budgets by year: only the curve of benefit by budget."
        )
        console.print(told.said(language), highlight=False)
        return
    titles = (
        Text("截至", "by"),
        Text("里程碑", "milestone"),
        Text("图斑", "patches"),
        Text("累计费用（万元）", "cost (10k yuan)"),
        Text("累计预算（万元）", "budget (10k yuan)"),
        Text("累计效益", "benefit"),
        Text("已证最优", "proven"),
        Text("不嵌套最优", "free optimum"),
        Text("嵌套损失", "lost by nesting"),
    )
    heading = Text("嵌套计划（已启动的不再取消）", "Nested programme (nothing started is dropped)")
    table = terminal.table(titles, language, heading=heading, numbers=(2, 3, 4, 5, 7, 8))
    table.show_lines = False
    for row in rank_tables.milestones(decision, language).to_dict("records"):
        table.add_row(
            str(row["year"]),
            row["milestone"],
            str(row["patches"]),
            f"{row['cost_yuan'] / 1e4:,.1f}",
            f"{row['budget_yuan'] / 1e4:,.1f}",
            f"{row['benefit']:.3f}",
            row["proven"],
            wording.three_decimals(row["free_benefit"]),
            wording.three_decimals(row["lost_benefit"]),
        )
    console.print(table)
    console.print(lost_by_nesting(plan.nested).said(language), highlight=False)
    banned = rank_tables.prohibited_in_programme(decision)
    if banned is not None:
        console.print(f"[bold red]{banned.said(language)}[/]", highlight=False)


def lost_by_nesting(nested: NestedProgramme) -> Text:
    """Return what is lost by never dropping what was started."""
    free = nested.free.judgement
    lost = wording.percent(rank_programme.loss_share(nested))
    return Text(
        f"末个里程碑不嵌套的最优效益 {free.benefit:.3f}；嵌套损失 {nested.lost_benefit:.3f}（{lost}）。",
        f"Optimum without nesting at the last milestone {free.benefit:.3f}; "
        f"nesting costs {nested.lost_benefit:.3f} ({lost}).",
    )


def _show_planting(decision: Decision, console: Console, language: Language) -> None:
    if decision.planting is None:
        return
    titles = (
        Text("种植清单", "planting list"),
        Text("核查结果", "verdict"),
        Text("对应名录物种", "on the list as"),
    )
    table = terminal.table(titles, language)
    table.show_lines = False
    for row in decision.planting.to_dict("records"):
        verdict = planting.VERDICTS[row["verdict"]].said(language)
        style = "bold red" if row["verdict"] == "listed" else "white"
        table.add_row(_escaped(row["species"]), f"[{style}]{verdict}[/]", row["matched"])
    console.print(table)


def _show_list(heading: Text, lines: list[str], console: Console, language: Language) -> None:
    console.print(f"[bold]{heading.said(language)}[/]", highlight=False)
    for line in lines:
        console.print(f"  · {_escaped(line)}", highlight=False)


def _show_issues(decision: Decision, console: Console, language: Language) -> None:
    issues = rank_flow.issues_of(decision)
    if not issues:
        return
    lines = [
        f"{texts.SEVERITIES[issue.severity].said(language)} {issue.layer}: "
        f"{issue.what.said(language)} {issue.done.said(language)}"
        for issue in issues
    ]
    heading = Text(f"数据问题（{len(issues)}）", f"Data issues ({len(issues)})")
    _show_list(heading, lines[:ISSUES_SHOWN], console, language)
    if len(lines) > ISSUES_SHOWN:
        more = len(lines) - ISSUES_SHOWN
        told = Text(f"另有 {more} 条，见导出表或 --json。", f"{more} more: see the exports or --json.")
        console.print(f"  {told.said(language)}", highlight=False)


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
