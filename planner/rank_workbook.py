"""The workbook of a ranking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gis.errors import Language, Text
from layers.issue import Issue
from planner import rank_flow, rank_tables, rank_workbook_plan, texts, workbook
from planner.rank_report import NOT_OFFICIAL
from planner.rank_result import Decision
from planner.tables import Field
from planner.workbook import Sheet
from restoration import measured, planting

_SHEETS = {
    "ranking": Text("排序", "Ranking"),
    "matrix": Text("指标矩阵", "Criteria matrix"),
    "weights": Text("权重", "Weights"),
    "acceptability": Text("排名可接受度", "Acceptability"),
    "central": Text("中心权重", "Central weights"),
    "agreement": Text("方法一致性", "Agreement of methods"),
    "programme": Text("分年计划", "Programme by year"),
    "curve": Text("预算效益曲线", "Benefit by budget"),
    "modes": Text("修复方式依据", "Evidence for modes"),
    "end_uses": Text("用途冲突", "Conflicts of end uses"),
    "planting": Text("种植清单核查", "Planting list"),
    "groups": Text("项目区", "Project areas"),
    "left_out": Text("未参与排序", "Listed apart"),
    "assumptions": Text("假定与设定", "Assumptions"),
    "issues": Text("数据问题", "Data issues"),
    "dictionary": Text("字段说明", "Data dictionary"),
}


def write(decision: Decision, path: Path, language: Language, more: tuple[Issue, ...] = ()) -> None:
    """Write a decision as an Excel workbook, the same bytes for the same decision.

    Parameters
    ----------
    more
        Issues of the export itself.
    """
    makers = {
        "ranking": _ranking,
        "matrix": _matrix,
        "weights": weights,
        "acceptability": _acceptability,
        "central": _central_weights,
        "agreement": agreement,
        "programme": rank_workbook_plan.programme,
        "curve": rank_workbook_plan.curve,
        "modes": rank_workbook_plan.modes,
        "end_uses": rank_workbook_plan.end_uses,
        "groups": rank_workbook_plan.groups,
        "left_out": _left_out,
        "assumptions": _assumptions,
    }
    sheets = {_SHEETS[name].said(language): make(decision, language) for name, make in makers.items()}
    if decision.planting is not None:
        sheets[_SHEETS["planting"].said(language)] = planting_checked(decision.planting, language)
    sheets[_SHEETS["issues"].said(language)] = _issues(decision, language, more)
    sheets[_SHEETS["dictionary"].said(language)] = _dictionary(language)
    workbook.write(path, sheets)


def _titles(fields: tuple[Field, ...], language: Language) -> list[str]:
    return [
        f"{field.title.said(language)} ({field.unit})" if field.unit == "m²" else field.title.said(language)
        for field in fields
    ]


def _ranking(decision: Decision, language: Language) -> Sheet:
    frame = rank_tables.ranking(decision, language).drop(columns="geometry")
    fields = rank_tables.FIELDS
    return workbook.of_frame(frame[[field.id for field in fields]], _titles(fields, language))


def _matrix(decision: Decision, language: Language) -> Sheet:
    """Values and scores beside each other; a score that is missing says so."""
    assessed, ranked, order = decision.assessed, decision.ranking, decision.order
    header = [Text("图斑编号", "patch").said(language)]
    columns: list[list[Any]] = [[str(label) for label in order]]
    found = assessed.assessment
    for criterion in assessed.criteria:
        title, name = criterion.title.said(language), criterion.id
        used = name in ranked.scores
        is_cost = name == rank_flow.COST
        values = decision.costs[name] if is_cost else found.values[name]  # noqa: PD011 - a frame
        scores, low, high = (
            (ranked.scores[name], ranked.low[name], ranked.high[name])
            if used
            else (found.scores[name], found.low[name], found.high[name])
        )
        header += [
            f"{title} ({criterion.unit})",
            f"{title} {Text('得分', 'score').said(language)}",
            f"{title} {Text('得分范围', 'range of the score').said(language)}",
        ]
        columns.append(_or_bounds(values, found.least[name], found.most[name], order))
        columns.append(_or_not_assessed(scores.loc[order], language))
        ends = zip(low.loc[order], high.loc[order], strict=True)
        columns.append([f"{least:.4f}–{most:.4f}" for least, most in ends])
    return header, [list(row) for row in zip(*columns, strict=True)]


def _or_bounds(values: pd.Series, least: pd.Series, most: pd.Series, order: pd.Index) -> list[Any]:
    """Return values; where only a bound is known, the bound in words."""
    found = zip(values.loc[order], least.loc[order], most.loc[order], strict=True)
    return [
        (measured.bounds(low, high) or None) if np.isnan(value) else round(float(value), 6)
        for value, low, high in found
    ]


def _or_not_assessed(scores: pd.Series, language: Language) -> list[Any]:
    word = Text("未评估", "not assessed").said(language)
    return [word if np.isnan(value) else round(float(value), 6) for value in scores]


def weights(decision: Decision, language: Language) -> Sheet:
    """Return the criteria with their weights and basis, and below what kind of weights they are."""
    header = workbook.header(
        language,
        Text("指标代码", "criterion id"),
        Text("指标", "criterion"),
        Text("采用权重", "weight used"),
        Text("建议权重", "proposed weight"),
        Text("方向", "more urgent"),
        Text("依据", "basis"),
        Text("说明", "note"),
    )
    used = decision.ranking.used
    rows: list[list[Any]] = []
    for criterion in decision.assessed.criteria:
        larger = criterion.more_urgent == "larger"
        state = used.get(criterion.id, 0.0)
        note = criterion.note.said(language)
        if criterion.id in decision.ranking.not_assessed:
            note = (
                Text("全部图斑未评估，未参与排序。", "No mine was assessed: it takes no part. ").said(
                    language
                )
                + note
            )
        rows.append(
            [
                criterion.id,
                criterion.title.said(language),
                round(float(state), 6),
                criterion.default_weight,
                Text("越大越急", "larger").said(language)
                if larger
                else Text("越小越急", "smaller").said(language),
                "；".join(f"{basis.title.said(language)} [{basis.certainty}]" for basis in criterion.basis),
                note,
            ]
        )
    made = decision.ranking.weights
    rows.append(
        [made.kind, made.what_it_is.said(language), None, None, "", "", made.what_it_is_not.said(language)]
    )
    if made.consistency is not None:
        rows.append(
            [
                "CR",
                Text("一致性比例", "consistency ratio").said(language),
                round(made.consistency.ratio, 6),
                None,
                "",
                "",
                "",
            ]
        )
    return header, rows


def _acceptability(decision: Decision, language: Language) -> Sheet:
    found, order = decision.ranking.acceptability, decision.order
    k = rank_tables.top_of(decision.choices, decision)
    shares = found.rank_acceptability.loc[order, list(range(1, k + 1))].round(6)
    frame = shares.set_axis([str(name) for name in shares.columns], axis=1)
    frame.insert(0, "patch", order.map(str))
    frame["later"] = (1 - found.top.loc[order, k]).round(6)
    frame["top"] = found.top.loc[order, k].round(6)
    frame["expected"] = found.expected_rank.loc[order].round(3)
    frame["confidence"] = found.confidence.loc[order].round(4)
    titles = [
        Text("图斑编号", "patch").said(language),
        *(Text(f"第{rank}名", f"rank {rank}").said(language) for rank in range(1, k + 1)),
        Text(f"第{k}名之后", f"after rank {k}").said(language),
        Text(f"前{k}名", f"among the first {k}").said(language),
        Text("平均排名", "mean rank").said(language),
        Text("置信因子", "confidence factor").said(language),
    ]
    return workbook.of_frame(frame, titles)


def _central_weights(decision: Decision, language: Language) -> Sheet:
    """Return with which weights, on average, a mine is the first of its class: whom would it take to put it there."""
    central = rank_tables.central_weights(decision)
    safety = decision.assessed.safety.loc[central.index]
    frame = central.round(6).set_axis([str(name) for name in central.columns], axis=1)
    frame.insert(0, "patch", central.index.map(str))
    frame.insert(1, "class", rank_tables.safety_titles(safety))
    titles = rank_tables.criterion_titles(decision, language)
    header = [
        Text("图斑编号", "patch").said(language),
        Text("安全等级", "safety class").said(language),
        *(titles[str(name)] for name in central.columns),
    ]
    return workbook.of_frame(frame, header)


def agreement(decision: Decision, language: Language) -> Sheet:
    """Return Kendall's tau between the methods."""
    found = decision.ranking.agreement
    names = [rank_tables.METHOD_TITLES[str(name)].said(language) for name in found.columns]
    frame = found.round(6)
    frame.insert(0, "method", names)
    return workbook.of_frame(frame, [Text("Kendall τ", "Kendall's τ").said(language), *names])


def planting_checked(checked: pd.DataFrame, language: Language) -> Sheet:
    """Return the planting list with what was found of each plant."""
    header = workbook.header(
        language,
        Text("植物", "plant"),
        Text("核查结果", "verdict"),
        Text("对应名录物种", "on the list as"),
        Text("名录", "list"),
        Text("名录确认程度", "certainty of the list"),
    )
    return header, [
        [
            row["species"],
            planting.VERDICTS[row["verdict"]].said(language),
            row["matched"],
            planting.LISTS[row["listed_in"]].said(language) if row["listed_in"] else "",
            row["certainty"],
        ]
        for row in checked.to_dict("records")
    ]


def _left_out(decision: Decision, language: Language) -> Sheet:
    fields = rank_tables.LEFT_OUT_FIELDS
    frame = pd.DataFrame(rank_tables.left_out(decision, language).drop(columns="geometry"))
    return workbook.of_frame(frame[[field.id for field in fields]], _titles(fields, language))


def _assumptions(decision: Decision, language: Language) -> Sheet:
    lines = [item.said(language) for item in decision.assumptions]
    if decision.assessed.illustrative:
        lines.insert(0, texts.ILLUSTRATIVE_WARNING.said(language))
    lines.append(NOT_OFFICIAL.said(language))
    stamp = decision.assessed.stamp
    lines += [
        f"{Text('软件', 'software').said(language)} {stamp.software}",
        f"{Text('规则库', 'rule base').said(language)} {stamp.rule_book}",
        f"{Text('图斑文件', 'file of mines').said(language)} {stamp.mines[0]} {stamp.mines[1]}",
        *(f"{Text('图层', 'layer').said(language)} {name} {digest}" for name, digest in stamp.layers),
        f"{Text('生成时间', 'made at').said(language)} {stamp.made_at.isoformat()}",
    ]
    return [Text("内容", "what").said(language)], [[line] for line in lines]


def _issues(decision: Decision, language: Language, more: tuple[Issue, ...]) -> Sheet:
    header = workbook.header(
        language,
        Text("来源", "where"),
        Text("代码", "code"),
        Text("程度", "severity"),
        Text("个数", "count"),
        Text("问题", "what"),
        Text("处理", "what was done"),
        Text("行或图斑", "rows or patches"),
    )
    return header, [
        [
            item.layer,
            item.code,
            texts.SEVERITIES[item.severity].said(language),
            item.count,
            item.what.said(language),
            item.done.said(language),
            "、".join(item.rows),
        ]
        for item in (*more, *rank_flow.issues_of(decision))
    ]


def _dictionary(language: Language) -> Sheet:
    header = workbook.header(
        language,
        Text("字段", "field"),
        Text("shapefile字段", "shapefile field"),
        Text("含义", "meaning"),
        Text("单位", "unit"),
    )
    fields = (*rank_tables.FIELDS, *rank_tables.LEFT_OUT_FIELDS)
    return header, [[field.id, field.short_name, field.title.said(language), field.unit] for field in fields]
