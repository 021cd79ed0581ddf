"""The Word report of a check: its numbers are the result's, what is not known is said, nothing is left out silently."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import numpy as np
import pandas as pd
import pytest
import shapely
from docx.oxml.ns import qn
from matplotlib import font_manager

from app_pages import palette
from gis.errors import Language
from planner import (
    chart_font,
    flow,
    report_map,
    report_word,
    report_word_site,
    texts,
    verdict_symbols,
    wording,
)
from planner.project import Project
from planner.result import Result
from tests.zoning.world import TODAY
from zoning.statement import CLEAR, HIT, NEAR, NOT_ASSESSED

MADE_AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HAN = re.compile("[\u3400-\u9fff]")


def checked(workspace: Path, site: Path, activity: str, **answers: str) -> Result:
    project = Project((site,), activity, tuple(sorted(answers.items())), TODAY, workspace)
    result = flow.check(project)
    return replace(result, stamp=replace(result.stamp, made_at=MADE_AT))


@pytest.fixture(scope="module")
def solar(workspace: Path) -> Result:
    """One parcel, prohibited for the most part; one layer is missing."""
    return checked(workspace, workspace / "sites" / "光伏发电_示意.zip", "PV", national_major="no")


@pytest.fixture(scope="module")
def hydropower(workspace: Path) -> Result:
    """Three parcels, questions open."""
    return checked(workspace, workspace / "sites" / "上社抽水蓄能_示意.gpkg", "PSH")


@pytest.fixture(scope="module")
def outside(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A site where no layer reaches."""
    path = tmp_path_factory.mktemp("outside") / "taiyuan.geojson"
    path.write_text(
        '{"type":"Polygon","coordinates":[[[112.5,37.8],[112.51,37.8],[112.51,37.81],[112.5,37.8]]]}',
        encoding="utf-8",
    )
    return checked(workspace, path, "PV")


def written(result: Result, path: Path, language: Language = "zh") -> Any:
    report_word.write(result, path, language)
    return docx.Document(str(path))


def rows_of(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def table_with(document: Any, *header: str) -> list[dict[str, str]]:
    """Return the one table whose header holds these titles, as one dict a row."""
    found = [rows_of(table) for table in document.tables if set(header) <= set(rows_of(table)[0])]
    assert len(found) == 1, [table[0] for table in found]
    first, *rest = found[0]
    return [dict(zip(first, row, strict=True)) for row in rest]


def paragraphs(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def below(document: Any, heading: str) -> list[str]:
    """Return the paragraphs between a heading and the next one."""
    found: list[str] = []
    inside = False
    for paragraph in document.paragraphs:
        if paragraph.style.name.startswith("Heading"):
            inside = heading in paragraph.text
        elif inside and paragraph.text:
            found.append(paragraph.text)
    return found


@pytest.mark.parametrize("name", ["solar", "hydropower"])
def test_every_hit_stands_in_the_table_with_its_area_and_article(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    result: Result = request.getfixturevalue(name)
    table = table_with(written(result, tmp_path / "a.docx"), "涉及面积（m²）", "规则与依据", "确认程度")
    found = result.findings()
    hits = found[found["state"].isin([HIT, NEAR])]
    assert len(table) == len(hits) > 3
    shown = {(row["规则与依据"].split("\n")[0], row["涉及面积（m²）"], row["占地块比例"]) for row in table}
    for hit in hits.to_dict("records"):
        assert (hit["rule_id"], f"{hit['conflict_m2']:.2f}", wording.percent(hit["share"])) in shown
    for row in table:
        assert float(row["涉及面积（公顷）"]) == pytest.approx(float(row["涉及面积（m²）"]) / 1e4, abs=5.1e-5)
        rule = result.book.rules[row["规则与依据"].split("\n")[0]]
        for citation in rule.cited_on(TODAY):
            assert citation.document.title.zh in row["规则与依据"]
            assert (citation.article or "条款待核") in row["规则与依据"]
        assert row["确认程度"] == texts.CERTAINTIES[rule.certainty_on(TODAY)].zh
        assert row["办理要求"] == rule.procedure.zh


def test_the_summary_and_the_avoidance_are_the_results(solar: Result, tmp_path: Path) -> None:
    document = written(solar, tmp_path / "a.docx")
    (summary,) = table_with(document, "地块数", "未能完整评估的图层")
    # 79 199.65 of 79 999.65 m² are farmland: 7.9200 ha, 800 m² remain
    assert summary["文件"] == "光伏发电_示意.zip"
    assert (summary["面积（公顷）"], summary["禁止区（公顷）"], summary["避让后剩余（公顷）"]) == (
        "8.0000",
        "7.9200",
        "0.0800",
    )
    assert (summary["结论"], summary["未能完整评估的图层"]) == ("禁止", "1")
    (parcel,) = table_with(document, "避让后剩余（m²）")
    totals = solar.sites[0].totals
    assert float(parcel["禁止区（m²）"]) + float(parcel["避让后剩余（m²）"]) == pytest.approx(
        float(parcel["地块面积（m²）"])
    )
    assert float(parcel["避让后剩余（m²）"]) == totals.remaining_m2
    said = paragraphs(document)
    assert "总体结论：禁止" in said
    assert texts.ILLUSTRATIVE_WARNING.zh in said
    assert texts.PRELIMINARY.zh in said
    for section in document.sections:
        assert texts.ILLUSTRATIVE_WARNING.zh in section.header.paragraphs[0].text


def test_position_duties_and_stamp_are_complete(solar: Result, tmp_path: Path) -> None:
    document = written(solar, tmp_path / "a.docx")
    position = {row["事项"]: row["表述"] for row in table_with(document, "事项", "表述")}
    for state in solar.sites[0].states:
        assert position[state.subject.zh] == state.state.zh
    assert position["永久基本农田（公顷）"] == f"{solar.sites[0].limits.farmland_m2 / 1e4:.4f}"
    duties = table_with(document, "手续", "主管部门")
    assert [row["手续"].split("\n")[0] for row in duties] == [duty.title.zh for duty in solar.duties]
    assert {row[""] for row in duties} == {"□"}
    hashes = {row["图层代码"]: row["SHA-256"] for row in table_with(document, "图层代码", "SHA-256")}
    assert {name: digest for name, digest in hashes.items() if name} == dict(solar.stamp.layers)
    assert hashes[""] == solar.stamp.rule_book
    (site,) = table_with(document, "识别依据", "SHA-256")
    assert site["SHA-256"] == solar.sites[0].site.sha256


@pytest.mark.parametrize("name", ["solar", "hydropower", "outside"])
def test_what_is_not_assessed_is_said_and_never_called_clear(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    result: Result = request.getfixturevalue(name)
    document = written(result, tmp_path / "a.docx")
    found = result.sites[0].findings
    silent = found[found["state"] == NOT_ASSESSED]
    told = {
        (row["图层"], row["原因"]): row["未评估面积（公顷）"]
        for row in table_with(document, "原因", "未评估面积（公顷）")
    }
    assert not silent.empty
    assert told == {
        (wording.layer_title(layer, "zh"), texts.REASONS[reason].zh): wording.hectares(
            group["not_assessed_m2"].sum()
        )
        for (layer, reason), group in silent.groupby(["layer", "reason"])
    }
    (clear,) = below(document, "无冲突的图层")
    for layer in set(found.loc[found["state"] != CLEAR, "layer"]):
        assert wording.layer_title(layer, "zh") not in re.split("[、（]", clear)
    # Nowhere else does the report say that there is no conflict.
    allowed = ("未评估（不等于无冲突）", "不能视为无冲突", "无冲突的图层", "都无冲突的图层")
    rest = "\n".join([*paragraphs(document), *(str(rows_of(table)) for table in document.tables)])
    for words in allowed:
        rest = rest.replace(words, "")
    assert "无冲突" not in rest


def test_outside_all_layers_nothing_is_clear_or_hit(outside: Result, tmp_path: Path) -> None:
    document = written(outside, tmp_path / "a.docx")
    assert below(document, "无冲突的图层") == ["没有在全部地块都无冲突的图层。"]
    assert below(document, "命中的规定") == ["没有命中任何规定。"]
    assert "总体结论：无法判定" in paragraphs(document)


def test_in_english_no_word_of_ours_is_chinese(hydropower: Result, tmp_path: Path) -> None:
    document = written(hydropower, tmp_path / "a.docx", "en")
    site = hydropower.sites[0]
    names = [site.site.name, *site.parcels["parcel_name"]]
    plan_words = [verdict.plan_word for verdict in type(site.verdict) if verdict.plan_word]
    said = [*paragraphs(document), document.core_properties.title]
    for table in document.tables:
        first, *rest = rows_of(table)
        said += first
        # Documents keep their Chinese numbers, and articles are cited as they are printed.
        citing = ("rule and basis", "basis", "source", "number")
        cited = {column for column, title in enumerate(first) if title in citing}
        said += [cell for row in rest for column, cell in enumerate(row) if column not in cited]
    for known in [*names, *plan_words]:
        said = [text.replace(known, "") for text in said]
    assert [text for text in said if HAN.search(text)] == []
    assert "Page " in document.sections[0].footer.paragraphs[0].text


def test_same_result_same_bytes_and_no_clock_inside(hydropower: Result, tmp_path: Path) -> None:
    for name in ("a.docx", "b.docx"):
        assert report_word.write(hydropower, tmp_path / name, "zh") == ()
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        (picture,) = [name for name in archive.namelist() if name.startswith("word/media/")]
        content = archive.read(picture)
    start, chunks = 8, set()
    while start < len(content):
        chunks.add(content[start + 4 : start + 8])
        start += 12 + struct.unpack(">I", content[start : start + 4])[0]
    assert chunks <= {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


def test_attribute_text_is_only_text(solar: Result, tmp_path: Path) -> None:
    site = solar.sites[0]
    wild = "地\x01块\x0b<w:b/>&amp;\ufffe"
    site = replace(
        site,
        site=replace(site.site, name="a\x00b.zip", parcels=site.site.parcels.assign(parcel_name=wild)),
        parcels=site.parcels.assign(parcel_name=wild),
    )
    document = written(replace(solar, sites=(site,)), tmp_path / "a.docx")
    (parcel,) = table_with(document, "避让后剩余（m²）")
    assert parcel["地块"] == "地\ufffd块\ufffd<w:b/>&amp;\ufffd"
    assert any("a\ufffdb.zip" in text for text in paragraphs(document))


def named(results: Sequence[Result]) -> Result:
    """Return one result with the sites of several, each with a name of its own."""
    sites = [site for result in results for site in result.sites]
    numbered = tuple(
        replace(site, site=replace(site.site, name=f"site-{number}"))
        for number, site in enumerate(sites, start=1)
    )
    return replace(results[0], sites=numbered)


def test_of_many_sites_the_worst_have_a_chapter_and_all_a_row(
    solar: Result, hydropower: Result, outside: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_word, "MOST_SITES_TOLD", 2)
    many = named([outside, outside, hydropower, outside, solar])
    document = written(many, tmp_path / "a.docx")
    assert [row["文件"] for row in table_with(document, "地块数", "未能完整评估的图层")] == [
        f"site-{number}" for number in range(1, 6)
    ]
    chapters = [p.text for p in document.paragraphs if p.style.name == "Heading 1" and "site-" in p.text]
    # prohibited, then needs approval; the undecidable ones stand in the summary only
    assert chapters == ["三、site-3", "四、site-5"]
    assert any("以下只分述结论最严的2个，其余3个" in text for text in paragraphs(document))
    assert "site-1、site-2、site-3 等5个范围" in paragraphs(document)


def test_of_many_rows_the_worst_are_told_and_the_rest_counted(
    hydropower: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_word_site, "MOST_HITS_TOLD", 2)
    monkeypatch.setattr(report_word_site, "MOST_PARCELS_TOLD", 1)
    document = written(hydropower, tmp_path / "a.docx")
    hits = table_with(document, "规则与依据", "确认程度")
    all_hits = hydropower.findings()["state"].isin([HIT, NEAR]).sum()
    assert [row["结论"] for row in hits] == ["限制（须论证、报批）"] * 2
    assert any(
        f"共{all_hits}行，此处只列结论最严的2行，其余{all_hits - 2}行" in t for t in paragraphs(document)
    )
    assert len(table_with(document, "避让后剩余（m²）")) == 1
    assert sum("共3行，此处只列结论最严的1行" in text for text in paragraphs(document)) == 2


def test_every_table_with_a_header_repeats_it(solar: Result, tmp_path: Path) -> None:
    document = written(solar, tmp_path / "a.docx")
    without = [
        rows_of(table)[0][0]
        for table in document.tables
        if table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is None
    ]
    assert without == ["项目类别"]


def test_the_map_uses_the_apps_palette_and_the_local_grid(solar: Result, hydropower: Result) -> None:
    assert palette.SYMBOLS is verdict_symbols.SYMBOLS
    site = hydropower.sites[0]
    assert report_map.grid_epsg(site) == 4526
    as_it_is = pd.Series(0.0, index=site.site.parcels.index)
    drawn = [ground.symbol.code for ground in report_map._grounds(site, 4526, as_it_is)]
    order = [symbol.code for symbol in reversed(verdict_symbols.SYMBOLS)]
    assert drawn == [code for code in order if code in drawn]
    assert drawn[-1] == "A"
    assert drawn[0] == verdict_symbols.UNASSESSED
    png = report_map.draw(solar.sites[0], "zh", illustrative=True)
    assert png != report_map.draw(solar.sites[0], "zh", illustrative=False)


def test_a_corridor_is_widened_until_its_hatching_can_be_seen() -> None:
    # 30 m by 10 km on a map of 12.4 km: 2·area/outline is 29.9 m, 1.4 % of the map 173.6 m
    # the small field is as narrow, but no corridor
    corridor, field = shapely.box(0, 0, 10_000, 30), shapely.box(0, 100, 100, 200)
    wider_m = report_map._wider_m(np.array([corridor, field]), 12_400.0)
    assert wider_m.tolist() == pytest.approx([86.8, 0.0])
    drawn = report_map._widened(np.array([corridor, field]), wider_m)
    _, south, _, north = drawn[0].bounds
    assert north - south == pytest.approx(30 + 2 * 86.8)
    assert drawn[1] is field


def test_without_a_font_the_report_says_why_there_is_no_map(
    solar: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    chart_font._of_the_system.cache_clear()
    try:
        notes = report_word.write(solar, tmp_path / "a.docx", "zh")
    finally:
        chart_font._of_the_system.cache_clear()
    assert [note.code for note in notes] == ["no_chinese_font"]
    document = docx.Document(str(tmp_path / "a.docx"))
    assert len(document.inline_shapes) == 0
    assert any("没有绘制位置图" in text for text in below(document, "位置图"))


def test_only_an_export_imports_word_and_charts(workspace: Path) -> None:
    site = workspace / "sites" / "光伏发电_示意.zip"
    arguments = ["check", str(site), "--activity", "PV", "--workspace", str(workspace), "--json"]
    code = (
        "import sys, io; from planner.cli import main; out, sys.stdout = sys.stdout, io.StringIO(); "
        f"main({arguments!r}); print([m for m in ('docx', 'matplotlib') if m in sys.modules], file=out)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.strip() == "[]"
