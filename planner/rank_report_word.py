"""The report of a ranking as a Word document: the task, the data, hazards, ranks, charts, programme, weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from gis.errors import Language, Text
from layers.issue import Issue
from planner import (
    clock,
    rank_flow,
    rank_report,
    rank_tables,
    rank_workbook,
    rank_workbook_plan,
    report_word_annex,
    texts,
    wording,
)
from planner.rank_result import Decision
from planner.word_document import WordDocument

LEAST_RANKS_TOLD, MOST_RANKS_TOLD = 20, 100
_CHART_WIDTH_CM = 22.5
_CHART_HEIGHT_CM = 12.0
_YUAN_PER_WAN = 1e4
_TITLE = Text("矿山修复优先次序报告", "Priorities of mine restoration: report")
_HEADINGS = {
    "question": Text("任务与依据", "The task"),
    "data": Text("数据与未参与排序的图斑", "Data, and patches that are not ranked"),
    "safety": Text("安全等级", "Safety classes"),
    "charts": Text("图", "Charts"),
    "programme": Text("分年计划", "Programme by year"),
    "weights": Text("指标与权重", "Criteria and weights"),
    "agreement": Text("方法一致性", "Agreement of methods"),
    "planting": Text("种植清单核查", "Planting list"),
    "assumptions": rank_report.ASSUMPTIONS_HEADING,
    "issues": Text("数据问题", "Data issues"),
    "annex": Text("附件：数据与版本", "Annex: data and versions"),
}
_CHARTS = {
    "acceptability": Text(
        "排名可接受度：各图斑取得各名次的概率", "Rank acceptability: probability of each rank"
    ),
    "contributions": Text("得分构成", "What the scores are made of"),
    "budget_benefit": Text("预算与效益", "Benefit by budget"),
    "programme": Text(
        "分年计划：每年启动的图斑及其费用", "Programme by year: patches started and their cost"
    ),
}
_TITLES = {field.id: field.title for field in rank_tables.FIELDS}
_LEFT_OUT_TITLES = {field.id: field.title for field in rank_tables.LEFT_OUT_FIELDS}


def write(
    decision: Decision,
    path: Path,
    language: Language,
    charts: Mapping[str, bytes],
    more: tuple[Issue, ...] = (),
) -> None:
    """Write the report of a decision, the same bytes for the same decision.

    Parameters
    ----------
    charts
        PNG by name, as :func:`planner.rank_charts.names` gives them; those that were made.
    more
        Issues of the export itself.
    """
    assessed = decision.assessed
    warnings = [texts.ILLUSTRATIVE_WARNING.said(language)] if assessed.illustrative else []
    said = [*warnings, rank_report.NOT_OFFICIAL.said(language)]
    title, made_at = _TITLE.said(language), assessed.stamp.made_at
    document = WordDocument(title, " ".join(said), language, made_at)
    document.title(title, assessed.stamp.mines[0], clock.shown(made_at, language))
    for line in said:
        document.warning(line)
    _add_question(document, decision, language)
    _add_data(document, decision, language)
    document.landscape()
    _add_safety(document, decision, language)
    _add_ranks(document, decision, language)
    _add_charts(document, charts, more, language)
    _add_programme(document, decision, language)
    _add_weights(document, decision, language)
    document.portrait()
    if decision.planting is not None:
        _heading(document, "planting", language)
        document.table(*rank_workbook.planting_checked(decision.planting, language))
    _heading(document, "assumptions", language)
    document.bullets([item.said(language) for item in decision.assumptions])
    issues = (*more, *rank_flow.issues_of(decision))
    if issues:
        _heading(document, "issues", language)
        report_word_annex.add_issues(document, issues, language)
    _add_annex(document, decision, language)
    document.save(path)


def _heading(document: WordDocument, name: str, language: Language) -> None:
    document.heading(_HEADINGS[name].said(language))


def _add_question(document: WordDocument, decision: Decision, language: Language) -> None:
    _heading(document, "question", language)
    choices, question, stamp = decision.choices, decision.assessed.question, decision.assessed.stamp
    none = Text("无", "none").said(language)
    k = rank_tables.top_of(choices, decision)
    made = decision.ranking.weights
    titles = rank_tables.criterion_titles(decision, language)
    used = [titles[str(name)] for name in decision.ranking.used.index]
    silent = [titles[name] for name in decision.ranking.not_assessed]
    pairs = (
        (Text("图斑文件", "file of mines"), stamp.mines[0]),
        (Text("法规日期", "law as of"), question.as_of.isoformat() if question.as_of else none),
        (Text("参与排序的指标", "criteria that take part"), texts.listed(used, language)),
        (
            Text("未评估、未参与的指标", "criteria not assessed, taking no part"),
            texts.listed(silent, language) or none,
        ),
        (Text("权重", "weights"), made.what_it_is.said(language)),
        (Text("排序方法", "method"), rank_tables.METHOD_TITLES[choices.method].said(language)),
        (
            Text("重点名次", "ranks looked at"),
            Text(f"前{k}名", f"the first {k}").said(language),
        ),
        (Text("年度预算", "budgets"), _budgets(choices.budgets, language) or none),
        (
            Text("必做图斑", "musts"),
            texts.listed((f"{name} ({year})" if year else name for name, year in choices.must), language)
            or none,
        ),
        (Text("不做图斑", "never"), texts.listed(choices.never, language) or none),
        (Text("规则库版本", "rule base"), stamp.rule_book),
        (Text("软件版本", "software"), stamp.software),
        (Text("生成时间", "made at"), clock.shown(stamp.made_at, language)),
    )
    document.facts([(title.said(language), value) for title, value in pairs])


def _budgets(budgets: Sequence[tuple[int, float]], language: Language) -> str:
    return texts.listed(
        (
            Text(f"{year}年 {_wan(yuan)}万元", f"{year}: {_wan(yuan)} × 10,000 yuan").said(language)
            for year, yuan in budgets
        ),
        language,
    )


def _wan(yuan: float) -> str:
    return "" if pd.isna(yuan) else f"{yuan / _YUAN_PER_WAN:.1f}"


def _add_data(document: WordDocument, decision: Decision, language: Language) -> None:
    _heading(document, "data", language)
    document.paragraph(rank_report.counts(decision).said(language))
    left_out = pd.DataFrame(rank_tables.left_out(decision, language).drop(columns="geometry"))
    if not left_out.empty:
        counted = left_out.groupby(["category", "reason"], sort=False)["area_hectares"].agg(["size", "sum"])
        titles = [_LEFT_OUT_TITLES["category"], _LEFT_OUT_TITLES["reason"]]
        titles += [Text("个数", "patches"), _LEFT_OUT_TITLES["area_hectares"]]
        rows = [
            [*names, int(count), f"{area:.4f}"]
            for names, count, area in zip(counted.index, counted["size"], counted["sum"], strict=True)
        ]
        document.table([title.said(language) for title in titles], rows, numbers=(2, 3))


def _add_safety(document: WordDocument, decision: Decision, language: Language) -> None:
    _heading(document, "safety", language)
    lead = rank_report.SAFETY_LEAD.said(language)
    document.paragraph(lead + rank_report.safety_counts(decision, language))
    if decision.assessed.dangers_left_out:
        document.paragraph(rank_report.dangers_not_assessed(decision, language))


def _add_ranks(document: WordDocument, decision: Decision, language: Language) -> None:
    k = rank_tables.top_of(decision.choices, decision)
    document.heading(rank_report.ranks_heading(k).said(language))
    _add_modes(document, decision, language)
    table = rank_tables.ranking(decision, language)
    shown = table.head(min(MOST_RANKS_TOLD, max(LEAST_RANKS_TOLD, decision.choices.top)))
    reasons = rank_tables.reasons(decision, language, named=rank_report.REASONS_SHOWN, amounts=False)
    confidence = decision.ranking.acceptability.confidence.loc[decision.order]
    titles = [
        *(_TITLES[name] for name in ("rank", "patch_id", "county", "area_hectares")),
        *(_TITLES[name] for name in ("safety_class", "dangers")),
        Text("得分（范围）", "score (range)"),
        Text(f"前{k}名", f"top {k}"),
        Text("置信因子", "confidence factor"),
        Text("无费用", "no cost"),
        _TITLES["mode_title"],
        Text("费用（万元）", "cost (10k yuan)"),
        *(_TITLES[name] for name in ("year", "why")),
    ]
    rows = [
        [
            row["rank"],
            row["patch_id"],
            row["county"],
            f"{row['area_hectares']:.4f}",
            row["safety_class"],
            row["dangers"],
            f"{row['score']:.3f} ({row['score_low']:.3f}–{row['score_high']:.3f})",
            wording.percent(row["top_share"]),
            "—" if pd.isna(sure) else f"{sure:.2f}",
            row["rank_without_cost"],
            row["mode_title"] + ("*" if row["prohibited_uses"] else ""),
            _wan(row["cost_yuan"]),
            row["year"],
            reasons[row["patch_id"]],
        ]
        for row, sure in zip(shown.drop(columns="geometry").to_dict("records"), confidence, strict=False)
    ]
    document.table([title.said(language) for title in titles], rows, numbers=(0, 3, 7, 8, 9, 11, 12))
    if (shown["prohibited_uses"] != "").any():
        document.paragraph(rank_report.USE_PROHIBITED.said(language))
    left = len(table) - len(shown)
    if left:
        told = Text(
            f"另有{left}个图斑排在其后，见同时写出的工作簿。",
            f"{left} more patches rank below: see the workbook written beside.",
        )
        document.paragraph(told.said(language))


def _add_modes(document: WordDocument, decision: Decision, language: Language) -> None:
    """Say what stands in the table's columns of modes and costs."""
    lead = rank_report.MODES_LEAD.said(language)
    document.paragraph(lead + rank_report.modes_counted(decision, language))
    document.paragraph(rank_report.modes_compared(decision).said(language))
    counted = decision.costs["cost_source"].value_counts()
    sources = texts.listed(
        (
            f"{title.said(language)} {counted[name]}"
            for name, title in rank_tables.COST_SOURCES.items()
            if name in counted
        ),
        language,
    )
    document.paragraph(
        f"{_TITLES['cost_source'].said(language)}{'：' if language == 'zh' else ': '}{sources}"
    )


def _add_charts(
    document: WordDocument, charts: Mapping[str, bytes], more: tuple[Issue, ...], language: Language
) -> None:
    _heading(document, "charts", language)
    for name, title in _CHARTS.items():
        if name in charts:
            document.picture(
                charts[name], title.said(language), width_cm=_CHART_WIDTH_CM, most_height_cm=_CHART_HEIGHT_CM
            )
    if not charts:
        for issue in more:
            document.paragraph(f"{issue.what.said(language)} {issue.done.said(language)}")


def _add_programme(document: WordDocument, decision: Decision, language: Language) -> None:
    _heading(document, "programme", language)
    plan = decision.plan
    header, rows = rank_workbook_plan.programme(decision, language)
    if plan is None or plan.nested is None:
        document.paragraph(str(rows[0][0]))
        return
    plain = [[f"{cell:.3f}" if isinstance(cell, float) else cell for cell in row] for row in rows]
    document.table(header, plain, numbers=range(1, 8))
    document.paragraph(rank_report.lost_by_nesting(plan.nested).said(language))


def _add_weights(document: WordDocument, decision: Decision, language: Language) -> None:
    _heading(document, "weights", language)
    made = decision.ranking.weights
    document.paragraph(
        f"{made.what_it_is.said(language)}{'' if language == 'zh' else ' '}{made.what_it_is_not.said(language)}"
    )
    header, rows = rank_workbook.weights(decision, language)
    # The rows below the criteria say once more what stands above, or hold the consistency ratio.
    criteria = [row[1:] for row in rows[: len(decision.assessed.criteria)]]
    plain = [[f"{cell:.4f}" if isinstance(cell, float) else cell for cell in row] for row in criteria]
    document.table(header[1:], plain, numbers=(1, 2))
    between = "；" if language == "zh" else "; "
    document.paragraph(
        between.join(f"[{mark}] {title.said(language)}" for mark, title in texts.CERTAINTIES.items())
    )
    if made.consistency is not None:
        ratio = Text("一致性比例 CR", "Consistency ratio CR").said(language)
        document.paragraph(f"{ratio} = {made.consistency.ratio:.4f}")
    _heading(document, "agreement", language)
    header, rows = rank_workbook.agreement(decision, language)
    plain = [[name, *("—" if pd.isna(tau) else f"{tau:.3f}" for tau in others)] for name, *others in rows]
    document.table(header, plain, numbers=range(1, len(header)))


def _add_annex(document: WordDocument, decision: Decision, language: Language) -> None:
    _heading(document, "annex", language)
    stamp = decision.assessed.stamp
    rows = [
        [Text("图斑文件", "file of mines").said(language), *stamp.mines],
        *(
            [Text("图层", "layer").said(language), wording.layer_title(name, language), digest]
            for name, digest in stamp.layers
        ),
        *([Text("栅格", "raster").said(language), name, ""] for name in stamp.rasters),
        [Text("规则库", "rule base").said(language), "", stamp.rule_book],
    ]
    header = (Text("类别", "kind"), Text("名称", "name"), Text("SHA-256", "SHA-256"))
    document.table([title.said(language) for title in header], rows)
