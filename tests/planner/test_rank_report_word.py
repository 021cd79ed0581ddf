"""The Word report of a ranking: its numbers are the decision's, its charts are those beside it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn

from gis.errors import Language, Text
from layers.issue import Issue
from planner import rank_flow, rank_programme, rank_report, rank_report_word, texts
from planner.priorities import Choices
from planner.rank_result import Decision
from restoration import mine_filters
from tests.planner.rank_examples import EXPORTED

HAN = re.compile("[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def report(folder: Path) -> Any:
    return docx.Document(str(folder / "report.docx"))


def written(decision: Decision, path: Path, language: Language = "zh") -> Any:
    rank_report_word.write(decision, path, language, {})
    return docx.Document(str(path))


def rows_of(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def table_with(document: Any, *header: str) -> list[dict[str, str]]:
    found = [rows_of(table) for table in document.tables if set(header) <= set(rows_of(table)[0])]
    assert len(found) == 1
    first, *rest = found[0]
    return [dict(zip(first, row, strict=True)) for row in rest]


def paragraphs(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_ranks_scores_costs_and_years_are_the_decisions(report: Any, decision: Decision) -> None:
    rows = table_with(report, "排名", "图斑编号", "置信因子")
    order = decision.order[: len(rows)]
    assert len(rows) == max(rank_report_word.LEAST_RANKS_TOLD, EXPORTED.top)
    assert [row["图斑编号"] for row in rows] == [str(label) for label in order]
    plan = decision.plan
    for row, label in zip(rows, order, strict=True):
        assert row["得分（范围）"].startswith(f"{decision.main.loc[label, 'score']:.3f} (")
        assert float(row["费用（万元）"]) == pytest.approx(
            decision.costs.loc[label, "cost_yuan"] / 1e4, abs=0.06
        )
        assert float(row["面积（公顷）"]) == pytest.approx(
            decision.assessed.mines.loc[label, "area_m2"] / 1e4, abs=5.1e-5
        )
    years = rank_programme.year_of(plan, order).tolist()
    assert [row["计划年度"] for row in rows] == ["" if pd.isna(year) else str(year) for year in years]
    assert any(row["计划年度"] for row in rows)
    left = len(decision.order) - len(rows)
    assert any(f"另有{left}个图斑排在其后" in text for text in paragraphs(report))


def test_who_is_left_out_is_counted_by_reason(report: Any, decision: Decision) -> None:
    rows = table_with(report, "类别", "未参与排序的原因")
    by_category = mine_filters.counts(decision.assessed.left_out)
    for name, counted in by_category.iterrows():
        title = mine_filters.CATEGORIES[str(name)].zh
        mine = [row for row in rows if row["类别"] == title]
        assert sum(int(row["个数"]) for row in mine) == counted["patches"]
        assert sum(float(row["面积（公顷）"]) for row in mine) == pytest.approx(
            counted["area_m2"] / 1e4, abs=1e-3
        )
    assert sum(int(row["个数"]) for row in rows) == len(decision.assessed.left_out)
    assert rank_report.counts(decision).zh in paragraphs(report)


def test_the_charts_are_those_beside_the_report(folder: Path, report: Any) -> None:
    beside = {path.read_bytes() for path in folder.glob("*.png")}
    with zipfile.ZipFile(folder / "report.docx") as archive:
        inside = {archive.read(name) for name in archive.namelist() if name.startswith("word/media/")}
    assert inside == beside
    assert len(report.inline_shapes) == len(beside) == 4
    assert all(shape._inline.docPr.get("descr") for shape in report.inline_shapes)


def test_programme_weights_and_assumptions_stand_labelled(report: Any, decision: Decision) -> None:
    plan = table_with(report, "项目", "年度", "已证最优")
    started = [row for row in plan if row["项目"] == "当年启动"]
    assert [row["年度"] for row in started] == ["2027", "2030", "2035"]
    assert decision.plan is not None
    assert decision.plan.nested is not None
    assert sum(int(row["图斑"]) for row in started) == decision.plan.nested.year.notna().sum()
    weights = {row["指标"]: float(row["采用权重"]) for row in table_with(report, "指标", "采用权重")}
    assert sum(weights.values()) == pytest.approx(1, abs=1e-3)
    for criterion in decision.assessed.criteria:
        used = decision.ranking.used.get(criterion.id, 0.0)
        assert weights[criterion.title.zh] == pytest.approx(used, abs=5.1e-5)
    said = "\n".join(paragraphs(report))
    assert decision.ranking.weights.what_it_is_not.zh in said
    for item in decision.assumptions:
        assert item.zh in said
    assert texts.ILLUSTRATIVE_WARNING.zh in said
    assert rank_report.NOT_OFFICIAL.zh in said
    hashes = [row["SHA-256"] for row in table_with(report, "名称", "SHA-256")]
    assert decision.assessed.stamp.mines[1] in hashes
    assert {digest for _, digest in decision.assessed.stamp.layers} <= set(hashes)


def test_dangers_and_criteria_nobody_assessed_are_named(report: Any, decision: Decision) -> None:
    said = "\n".join(paragraphs(report))
    for danger in decision.assessed.dangers_left_out:
        assert danger.title.zh in said
    issues = table_with(report, "问题", "处理")
    assert len(issues) == len(rank_flow.issues_of(decision))
    assert [row["问题"] for row in issues] == [issue.what.zh for issue in rank_flow.issues_of(decision)]


def test_english_has_no_chinese_word_of_ours(decision: Decision, tmp_path: Path) -> None:
    document = written(decision, tmp_path / "a.docx", "en")
    data = {"county", "basis"}
    said = paragraphs(document)
    for table in document.tables:
        first, *rest = rows_of(table)
        said += first
        own = [column for column, title in enumerate(first) if title not in data]
        said += [row[column] for row in rest for column in own]
    assert [text for text in said if HAN.search(text)] == []


def test_same_decision_same_bytes(decision: Decision, tmp_path: Path) -> None:
    written(decision, tmp_path / "a.docx")
    written(decision, tmp_path / "b.docx")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def test_header_rows_repeat_and_wide_pages_lie_on_their_side(report: Any) -> None:
    for table in report.tables[1:]:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    widths = [round(section.page_width.cm, 1) for section in report.sections]
    assert widths == [21.0, 29.7, 21.0]


def test_without_costs_or_charts_the_report_says_so(decision: Decision, tmp_path: Path) -> None:
    bare = rank_flow.decide(decision.assessed, Choices(draws=1_000, top=3))
    missing = Issue("charts", "no_chinese_font", "warning", 1, Text("没有字体。", ""), Text("没有图。", ""))
    rank_report_word.write(bare, tmp_path / "a.docx", "zh", {}, (missing,))
    said = paragraphs(docx.Document(str(tmp_path / "a.docx")))
    assert "没有费用或年度预算，未作计划。" in said
    assert "没有字体。 没有图。" in said
