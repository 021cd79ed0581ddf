"""Word documents: fonts by name, headings, repeated header rows, pages, and text that is only text."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import Language
from planner import word_table
from planner.word_document import WordDocument

MADE_AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PORTRAIT_TWIPS = Cm(16.0).twips


def made(path: Path, language: Language = "zh") -> Any:
    document = WordDocument("标题", "示意", language, MADE_AT)
    document.title("标题", "某项目")
    document.heading("第一章")
    document.paragraph("正文“引号”")
    document.table(["图层", "面积"], [["林地", "12.5"], ["耕地", None]], numbers=(1,))
    document.landscape()
    document.heading("分节", 2)
    document.table(["a"], [["b"]])
    document.portrait()
    document.facts([("法规日期", "2026-11-23")])
    document.save(path)
    return docx.Document(str(path))


def test_fonts_are_named_for_both_scripts_and_no_theme_wins_over_them(tmp_path: Path) -> None:
    document = made(tmp_path / "a.docx")
    used = {paragraph.style.name for paragraph in document.paragraphs}
    used |= {
        cell.paragraphs[0].style.name for table in document.tables for row in table.rows for cell in row.cells
    }
    assert {"Title", "Heading 1", "Heading 2", "Body Text", "Table Text", "Table Head"} <= used
    expected = {"Title": "宋体", "Heading 1": "黑体", "Body Text": "仿宋", "Table Text": "宋体"}
    for name in used | {"Normal", "Header", "Footer"}:
        fonts = document.styles[name].element.rPr.find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) in ("宋体", "黑体", "仿宋"), name
        assert fonts.get(qn("w:eastAsia")) == expected.get(name, fonts.get(qn("w:eastAsia")))
        assert fonts.get(qn("w:ascii")) == fonts.get(qn("w:hAnsi")) == "Times New Roman"
        assert not [key for key in fonts.attrib if "Theme" in str(key) or "theme" in str(key)], name


def test_headings_count_in_the_language(tmp_path: Path) -> None:
    zh = [p.text for p in made(tmp_path / "a.docx").paragraphs if p.style.name.startswith("Heading")]
    en = [p.text for p in made(tmp_path / "b.docx", "en").paragraphs if p.style.name.startswith("Heading")]
    assert zh == ["一、第一章", "（一）分节"]
    assert en == ["1. 第一章", "1.1 分节"]


def test_pages_are_a4_and_turn_for_wide_tables(tmp_path: Path) -> None:
    document = made(tmp_path / "a.docx")
    shapes = [
        (section.orientation, round(section.page_width.cm, 1), round(section.page_height.cm, 1))
        for section in document.sections
    ]
    upright = (WD_ORIENT.PORTRAIT, 21.0, 29.7)
    assert shapes == [upright, (WD_ORIENT.LANDSCAPE, 29.7, 21.0), upright]
    footer = document.sections[0].footer._element
    assert [field.get(qn("w:instr")) for field in footer.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    assert document.sections[-1].header.paragraphs[0].text == "示意"


def test_header_rows_repeat_and_rows_stay_whole(tmp_path: Path) -> None:
    document = made(tmp_path / "a.docx")
    for table, has_header in zip(document.tables, (True, True, False), strict=True):
        marks = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert marks == [has_header, *[False] * (len(marks) - 1)]
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["图层", "面积"],
        ["林地", "12.5"],
        ["耕地", ""],
    ]


@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("en", "en-US")])
def test_properties_name_title_language_and_the_results_time(
    tmp_path: Path, language: Language, tag: str
) -> None:
    properties = made(tmp_path / "a.docx", language).core_properties
    assert (properties.title, properties.language) == ("标题", tag)
    assert properties.created == properties.modified == MADE_AT
    assert properties.author == properties.last_modified_by == "yangquan-planner"
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        assert not [name for name in archive.namelist() if "thumbnail" in name]
        assert b"Macintosh" not in archive.read("docProps/app.xml")
        assert b'w:eastAsia="zh-CN"' in archive.read("word/styles.xml")


def test_same_content_same_bytes_without_a_clock(tmp_path: Path) -> None:
    made(tmp_path / "a.docx")
    made(tmp_path / "b.docx")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@given(st.text(st.characters(), max_size=30))
def test_any_text_can_be_written_and_stays_text(text: str) -> None:
    cell = word_table.table(["x"], [[text]], Cm(16.0))
    # What the library reads back: line ends and tabs are elements of their own.
    shown = "".join(run.text for run in cell.iter(qn("w:r")))
    kept = word_table.legal(text).replace("\r\n", "\n").replace("\r", "\n")
    assert shown.removeprefix("x") == kept
    assert not [element for element in cell.iter() if element.tag in (qn("w:hyperlink"), qn("w:fldSimple"))]


@given(
    st.lists(
        st.lists(st.text("中文 abc0", max_size=300), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    )
)
def test_widths_fill_the_page_and_leave_no_column_out(rows: list[list[str]]) -> None:
    table = word_table.table(["甲", "乙", "丙"], rows, Cm(16.0))
    widths = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
    assert PORTRAIT_TWIPS - 3 <= sum(widths) <= PORTRAIT_TWIPS
    # two margins of 70 twips and room for a Chinese character of 9 points
    assert min(widths) >= 140 + 180
