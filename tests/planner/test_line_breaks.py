"""Chinese at a terminal: nothing lost, nothing too wide, no line that begins with a closing mark."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gis.errors import Text
from planner import terminal
from planner.line_breaks import BreakingConsole

SENTENCE = (
    "  · PBF-06: 《关于支持光伏发电产业发展规范用地管理有关工作的通知》（自然资办发〔2023〕12号），条款待核；"
    "占用7.9200公顷 (--flag unit_list=prohibited|restricted)。"
)


def printed(text: str, width: int, **options: object) -> list[str]:
    console = BreakingConsole(file=io.StringIO(), width=width)
    console.print(text, highlight=False, markup=False, **options)
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [44, 60, 80, 120])
def test_what_a_bullet_says_hangs_beneath_it(width: int) -> None:
    first, *others = printed(SENTENCE, width)
    assert first.startswith("  · PBF-06:")
    assert others
    for line in others:
        assert line.startswith("    ")
        assert line[4] not in " ，。；：）》”〕"


def test_numbers_and_words_stay_whole() -> None:
    lines = printed(SENTENCE, 60)
    for word in ("7.9200", "unit_list=prohibited|restricted"):
        assert sum(word in line for line in lines) == 1


LETTERS = st.sampled_from([*"一二三四，。（）《》“”ab1.· -", "\N{ROMAN NUMERAL TWO}"])


@given(st.lists(LETTERS, max_size=120).map("".join), st.integers(4, 60))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int) -> None:
    lines = printed(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_a_cell_is_folded_whole() -> None:
    console = BreakingConsole(file=io.StringIO(), width=46)
    table = terminal.table([Text("图层·类型", "layer"), Text("说明", "remark")], "zh")
    table.add_row("生态环境管控单元・一般管控单元（示意）", "确定（7.7200–8.0000公顷），平均宽12.50米")
    console.print(table)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "图层・类型" in shown
    assert all(cell_len(line) <= 46 for line in shown.splitlines())
    for letter in "生态环境管控单元一般管控单元确定公顷，平均宽米":
        assert letter in shown
    for number in ("7.7200–8.0000", "12.50"):
        assert number in shown, "a number is not broken"


def test_a_path_is_not_broken() -> None:
    path = "/a/folder/that/is/deep/导出成果/ranking.gpkg"
    assert printed(path, 20, soft_wrap=True) == [path]
