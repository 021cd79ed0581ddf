"""Sentences of the command line on a page: its fields stand in place of options, and the sentence stays one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app_pages import page_words
from gis.errors import InputError, Language, Text
from planner import workspace as workspaces

CRS = Text("“坐标系”一栏", "the field 'Coordinate system'")
LAYER = Text("“文件中的图层名”一栏", "the field 'Layer within the file'")
WIDTH = Text("“点、线范围的宽度”一栏", "the field 'Width of points or lines'")
# Each turn of phrase that reading a file has, and what a page makes of it.
SAID = (
    (
        Text(
            "请用 --crs 声明真正的坐标系（如 EPSG:4547）。",
            "Declare the real system with --crs (such as EPSG:4547).",
        ),
        Text(
            f"请在{CRS.zh}声明真正的坐标系（如 EPSG:4547）。",
            f"Declare the real system with {CRS.en} (such as EPSG:4547).",
        ),
    ),
    (
        Text(
            "请核对数据，或用 --crs 声明坐标系（如 --crs EPSG:4547）。",
            "Check the data, or declare the system with --crs (such as --crs EPSG:4547).",
        ),
        Text(
            f"请核对数据，或在{CRS.zh}声明坐标系（如 EPSG:4547）。",
            f"Check the data, or declare the system with {CRS.en} (such as EPSG:4547).",
        ),
    ),
    (
        Text(
            "请问清来源：用 --crs GCJ-02 或 --crs EPSG:4326 声明。",
            "Ask where it comes from and declare --crs GCJ-02 or --crs EPSG:4326.",
        ),
        Text(
            f"请问清来源：在{CRS.zh}声明 GCJ-02 或 EPSG:4326 。",
            f"Ask where it comes from and declare GCJ-02 or EPSG:4326 with {CRS.en}.",
        ),
    ),
    (
        Text(
            '请用 --layer 指定其一，或用 --layer "*" 全部读取。',
            'Name one with --layer, or take all with --layer "*".',
        ),
        Text(
            f"请在{LAYER.zh}指定其一，或在该栏填 * 全部读取。",
            f"Name one with {LAYER.en}, or take all with * in it.",
        ),
    ),
    (
        Text("点、线范围请用 --width 给出宽度（米）。", "Give their width in metres with --width."),
        Text(f"点、线范围请在{WIDTH.zh}给出宽度（米）。", f"Give their width in metres with {WIDTH.en}."),
    ),
    (
        Text("请改用 --encoding UTF-8。", "Use --encoding UTF-8."),
        Text("请在“Shapefile 编码”一栏改选 UTF-8。", "Choose UTF-8 with the field 'Shapefile encoding'."),
    ),
)


def test_what_a_page_has_no_field_for_is_not_advised() -> None:
    assert page_words.in_fields("计划未计连片加分；可减小 --group。", "zh") == "计划未计连片加分。"
    left_out = "The bonus for neighbours is left out"
    assert page_words.in_fields(f"{left_out}; a smaller --group helps.", "en") == f"{left_out}."


@pytest.mark.parametrize(("written", "on_the_page"), SAID)
def test_options_become_fields_of_the_page(written: Text, on_the_page: Text) -> None:
    assert page_words.in_fields(written.zh, "zh") == on_the_page.zh
    assert page_words.in_fields(written.en, "en") == on_the_page.en


def test_no_sentence_about_reading_a_file_names_an_option_on_a_page() -> None:
    """Every string with one of the options, of the modules that read files."""
    root = Path(__file__).parents[2]
    written = [
        node.value
        for folder in ("gis", "layers")
        for path in sorted((root / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search("--(crs|layer|width|encoding)", node.value)
    ]
    assert len(written) > 15
    for line in written:
        language: Language = "zh" if re.search("[\u4e00-\u9fff]", line) else "en"
        made = page_words.in_fields(line, language)
        assert "--" not in made
        # A field stands where it is spoken of, not where a value was.
        assert not re.search(r"(一栏|') ?(EPSG|GCJ|UTF|\*)", made), made
        assert not re.search("such as the field|如在|如“", made), made


def test_a_drawing_is_not_asked_how_to_read_it() -> None:
    error = InputError(
        "crs_contradicts", Text("位置不对。", "Not there."), Text("用 --crs 声明。", "Declare with --crs.")
    )
    assert "坐标系" in page_words.said(error, "zh")[1]
    assert page_words.said(error, "zh", drawn=True)[1] == "请移动拐点，或在阳泉市内重新绘制。"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_browser_sees_neither_folders_nor_commands_of_the_server(
    tmp_path: Path, language: Language
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / workspaces.MANIFEST).write_text("format = ", encoding="utf-8")
    for folder in (tmp_path / "nowhere", tmp_path / "broken"):
        with pytest.raises(InputError) as caught:
            workspaces.open_folder(folder)
        said = " ".join(page_words.said(caught.value, language))
        assert not re.search("make |planner |--|/|\\\\|docs", said), said
        assert str(tmp_path) not in said
