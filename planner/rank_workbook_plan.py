"""The sheets of a ranking's workbook that plan: programme, modes, end uses, project areas."""

from __future__ import annotations

from typing import Any

from gis.errors import Language, Text
from planner import rank_tables, wording, workbook
from planner.rank_result import Decision
from planner.workbook import Sheet
from restoration import modes as restoration_modes


def programme(decision: Decision, language: Language) -> Sheet:
    """Return the sheet."""
    header = workbook.header(
        language,
        Text("项目", "what"),
        Text("年度", "year"),
        Text("图斑", "patches"),
        Text("公顷", "ha"),
        Text("费用（元）", "cost (yuan)"),
        Text("预算（元）", "budget (yuan)"),
        Text("期望效益", "expected benefit"),
        Text("效益上界", "bound"),
        Text("已证最优", "proven"),
    )
    plan = decision.plan
    if plan is None or plan.nested is None:
        none = Text("没有费用或年度预算，未作计划。", "No costs or no budgets: nothing was planned.").said(
            language
        )
        return header, [[none, *[None] * 8]]
    rows: list[list[Any]] = []
    started = Text("当年启动", "started in the year").said(language)
    for row in rank_tables.by_year(decision).to_dict("records"):
        rows.append(
            [
                started,
                row["year"],
                row["patches"],
                row["area_hectares"],
                row["cost_yuan"],
                row["budget_yuan"],
                row["benefit"],
                None,
                "",
            ]
        )
    for row in rank_tables.milestones(decision, language).to_dict("records"):
        what = Text("累计（嵌套计划）", "cumulative (nested)").said(language)
        rows.append(
            [
                what,
                row["year"],
                row["patches"],
                None,
                row["cost_yuan"],
                row["budget_yuan"],
                row["benefit"],
                row["bound"],
                row["proven"],
            ]
        )
    for row in rank_tables.milestones(decision, language).dropna(subset="free_benefit").to_dict("records"):
        rows += _beside(row, language)
    banned = rank_tables.prohibited_in_programme(decision)
    if banned is not None:
        rows.append([banned.said(language), *[None] * 8])
    return header, rows


def _beside(row: dict[Any, Any], language: Language) -> list[list[Any]]:
    """Return the free optimum of a milestone, and what nesting loses against it."""
    free = Text("自由最优（不嵌套，同额资金）", "free optimum (not nested, same money)").said(language)
    lost = Text("嵌套损失", "lost by nesting").said(language)
    return [
        [
            free,
            row["year"],
            None,
            None,
            None,
            row["budget_yuan"],
            row["free_benefit"],
            None,
            row["free_proven"],
        ],
        [lost, row["year"], None, None, None, None, row["lost_benefit"], None, ""],
    ]


def curve(decision: Decision, language: Language) -> Sheet:
    """Return the sheet."""
    header = workbook.header(
        language,
        Text("预算（元）", "budget (yuan)"),
        Text("期望效益", "expected benefit"),
        Text("效益上界", "bound"),
        Text("费用（元）", "cost (yuan)"),
        Text("图斑", "patches"),
        Text("已证最优", "proven"),
    )
    if decision.plan is None:
        return header, [[None, None, None, None, None, Text("没有费用", "no costs").said(language)]]
    frame = decision.plan.curve.reset_index()
    proven = [rank_tables.YES_NO["yes" if flag else "no"].said(language) for flag in frame["proven"]]
    return workbook.of_frame(frame.assign(proven=proven), header)


def modes(decision: Decision, language: Language) -> Sheet:
    """Return the sheet."""
    header = workbook.header(
        language,
        Text("图斑编号", "patch"),
        Text("建议方式", "suggested"),
        Text("针对方式", "mode"),
        Text("条件", "condition"),
        Text("实测值", "measured"),
        Text("可能范围", "what it may be"),
        Text("阈值（建议）", "threshold (proposed)"),
        Text("是否符合", "met"),
    )
    answers = {True: "yes", False: "no", None: "unknown"}
    rows: list[list[Any]] = []
    for label in decision.order:
        row = decision.suggested.loc[label]
        for item in row["evidence"]:
            rows.append(
                [
                    str(label),
                    rank_tables.mode_titles(row["possible"], language),
                    restoration_modes.TITLES[item.mode].said(language),
                    item.title.said(language),
                    item.value,
                    item.bounds,
                    item.threshold,
                    rank_tables.YES_NO[answers[item.met]].said(language),
                ]
            )
    return header, rows


def end_uses(decision: Decision, language: Language) -> Sheet:
    """Return the sheet."""
    header = workbook.header(
        language,
        Text("图斑编号", "patch"),
        Text("用途", "end use"),
        Text("是否拟定用途", "planned"),
        Text("结论", "answer"),
        Text("图层", "layer"),
        Text("规则", "rule"),
        Text("依据", "basis"),
        Text("涉及面积 (m²)", "area concerned (m²)"),
    )
    found = decision.assessed.end_uses.conflicts
    planned = decision.suggested["planned_uses"]
    answers = {"P": Text("禁止", "prohibited"), "?": Text("未评估或不能确定", "not assessed or open")}
    rows = [
        [
            str(row["patch_id"]),
            restoration_modes.END_USES[row["end_use"]].said(language),
            rank_tables.YES_NO["yes" if row["end_use"] in planned[row["patch_id"]] else "no"].said(language),
            answers[row["verdict"]].said(language),
            wording.layer_title(row["layer"], language),
            row["rule_id"],
            row["basis_zh"] if language == "zh" else row["basis_en"],
            round(row["conflict_m2"], 2),
        ]
        for row in found.sort_values(["patch_id", "end_use"], kind="stable").to_dict("records")
    ]
    return header, rows


def groups(decision: Decision, language: Language) -> Sheet:
    """Return the sheet."""
    header = workbook.header(
        language,
        Text("项目区", "project area"),
        Text("图斑", "patches"),
        Text("公顷", "ha"),
        Text("最前排名", "best rank"),
        Text("县（区）", "county"),
        Text("费用（元）", "cost (yuan)"),
        Text("图斑编号", "patch numbers"),
    )
    mines = decision.assessed.mines
    rows = []
    for group, labels in mines.groupby("group").groups.items():
        members = mines.loc[labels]
        cost = decision.costs.loc[labels, "cost_yuan"]
        rows.append(
            [
                group,
                len(members),
                round(float(members["area_m2"].sum()) / wording.M2_PER_HECTARE, 4),
                int(decision.main.loc[labels, "rank"].min()),
                "、".join(sorted(set(members["county"]))),
                None if cost.isna().any() else round(float(cost.sum()), 2),
                "、".join(sorted(map(str, labels))),
            ]
        )
    return header, sorted(rows, key=lambda row: (row[3], row[0]))
