"""The files of a ranking: open them with other software, look for the marks, compare the bytes."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import fiona
import openpyxl
import pytest
from matplotlib import font_manager

from gis.errors import InputError
from planner import chart_font, priorities, rank_export, rank_flow, rank_tables
from planner.rank_result import Decision
from tests.planner.rank_examples import EXPORTED, SOME


def test_what_is_written(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        "ranking.zip",
        "ranking.gpkg",
        "left_out.zip",
        "left_out.gpkg",
        "ranking.xlsx",
        "report.docx",
        "rank.json",
        "result.json",
        "acceptability.png",
        "contributions.png",
        "budget_benefit.png",
        "programme.png",
    }


def test_the_shapefile_has_short_names_ranks_and_marks(folder: Path, decision: Decision) -> None:
    with fiona.open(f"zip://{folder / 'ranking.zip'}") as shapefile:
        assert shapefile.crs.to_epsg() == 4490
        assert max(len(name.encode("gbk")) for name in shapefile.schema["properties"]) <= 10
        rows = [dict(feature["properties"]) for feature in shapefile]
    assert len(rows) == len(decision.assessed.mines)
    assert [row["PM"] for row in rows] == sorted(row["PM"] for row in rows)
    assert {row["SYBZ"] for row in rows} == {"示意"}
    assert rows[0]["TBBH"] == str(decision.order[0])
    started = [row["JHND"] for row in rows if row["JHND"]]
    assert set(map(int, started)) <= {2027, 2030, 2035}
    with fiona.open(f"zip://{folder / 'left_out.zip'}") as shapefile:
        assert {feature["properties"]["SYBZ"] for feature in shapefile} == {"示意"}
        assert {"已治理", "伪变化"} <= {feature["properties"]["LB"] for feature in shapefile}


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_both_encodings_read_back(decision: Decision, tmp_path: Path, encoding: str) -> None:
    rank_export.write_all(decision, tmp_path, "zh", encoding=encoding, crs="EPSG:4547")
    with fiona.open(f"zip://{tmp_path / 'ranking.zip'}", encoding=encoding) as shapefile:
        assert shapefile.crs.to_epsg() == 4547
        counties = {feature["properties"]["XZX"] for feature in shapefile}
    assert counties <= {"城区", "矿区", "郊区", "平定县", "盂县"}


def test_the_geopackage_keeps_long_names(folder: Path) -> None:
    with fiona.open(folder / "ranking.gpkg") as geopackage:
        names = set(geopackage.schema["properties"])
        assert {"patch_id", "rank", "safety_class", "top_share", "mode_title", "cost_yuan", "why"} <= names
        assert {feature["properties"]["illustrative"] for feature in geopackage} == {"示意"}


def test_short_names_are_short_and_unique() -> None:
    for fields in (rank_tables.FIELDS, rank_tables.LEFT_OUT_FIELDS):
        names = [field.short_name for field in fields]
        assert len(set(names)) == len(names)
        assert max(len(name.encode("gbk")) for name in names) <= 10


def test_the_workbook_says_everything(folder: Path, decision: Decision) -> None:
    book = openpyxl.load_workbook(folder / "ranking.xlsx")
    assert book.sheetnames == [
        "排序", "指标矩阵", "权重", "排名可接受度", "中心权重", "方法一致性", "分年计划", "预算效益曲线",
        "修复方式依据", "用途冲突", "项目区", "未参与排序", "假定与设定", "数据问题", "字段说明",
    ]  # fmt: skip
    ranking = list(book["排序"].iter_rows(values_only=True))
    assert len(ranking) == len(decision.assessed.mines) + 1
    column = ranking[0].index("示意标注")
    assert {row[column] for row in ranking[1:]} == {"示意"}
    left_out = list(book["未参与排序"].iter_rows(values_only=True))
    assert len(left_out) == len(decision.assessed.left_out) + 1
    assert all(row[left_out[0].index("未参与排序的原因")] for row in left_out[1:])
    assumed = "".join(str(row[0]) for row in book["假定与设定"].iter_rows(values_only=True))
    assert "假定：所有方式的单位费用均取 242,000 元/公顷" in assumed
    assert "示意" in assumed
    assert "建议" in assumed
    acceptability = list(book["排名可接受度"].iter_rows(values_only=True))
    for row in acceptability[1:]:
        assert sum(row[1:9]) + row[9] == pytest.approx(1, abs=1e-5)
        assert row[10] == pytest.approx(sum(row[1:9]), abs=1e-5)
    central = list(book["中心权重"].iter_rows(values_only=True))
    assert len(central) > 3
    assert all(sum(row[2:]) == pytest.approx(1, abs=1e-4) for row in central[1:])
    assert central[1][0] == str(decision.order[0]), "the first of all is the first of its class"
    weights = {row[0]: row[2] for row in book["权重"].iter_rows(min_row=2, values_only=True)}
    assert sum(weights[name] for name in SOME) == pytest.approx(1, abs=1e-5)
    plan = list(book["分年计划"].iter_rows(min_row=2, values_only=True))
    said, told = {row[0] for row in plan if row[1]}, [row[0] for row in plan if not row[1]]
    assert said == {"当年启动", "累计（嵌套计划）", "自由最优（不嵌套，同额资金）", "嵌套损失"}
    assert len(told) == 1
    assert "拟修复用途被管控规则禁止" in told[0]


def test_json_and_run_file(folder: Path, decision: Decision) -> None:
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert result == json.loads(json.dumps(rank_export.to_json(decision, "zh")))
    assert result["ranking"][0]["patch_id"] == str(decision.order[0])
    assert sum(result["central_weights"][str(decision.order[0])].values()) == pytest.approx(1)
    text = (folder / "rank.json").read_text(encoding="utf-8")
    question, choices = priorities.from_json(text, "rank.json")
    assert (question.seen_from(folder), choices) == (decision.assessed.question, decision.choices)


def test_same_decision_same_bytes(folder: Path, decision: Decision) -> None:
    again = folder.parent / "again"
    rank_export.write_all(rank_flow.decide(decision.assessed, EXPORTED), again, "zh")
    for path in sorted(folder.iterdir()):
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def chunks(path: Path) -> list[bytes]:
    content, start, found = path.read_bytes(), 8, []
    while start < len(content):
        length = struct.unpack(">I", content[start : start + 4])[0]
        found.append(content[start + 4 : start + 8])
        start += 12 + length
    return found


def test_charts_are_pictures_without_a_clock(folder: Path) -> None:
    for path in folder.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
        assert set(chunks(path)) <= {b"IHDR", b"pHYs", b"IDAT", b"IEND"}, path.name
        assert path.stat().st_size > 20_000


def test_the_font_holds_every_character() -> None:
    font = chart_font.covering(["阳泉市盂县：娘子关（泉域）τ − 100%"])
    assert Path(font.get_file()).is_file()
    with pytest.raises(InputError) as caught:
        chart_font.covering(["\ue000"])
    assert caught.value.code == "no_chinese_font"
    assert "Noto Sans CJK" in caught.value.mend.en


def test_without_a_font_there_are_no_charts_and_no_boxes(
    decision: Decision, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    chart_font._of_the_system.cache_clear()
    try:
        written, _, issues = rank_export.write_all(decision, tmp_path, "zh")
    finally:
        chart_font._of_the_system.cache_clear()
    assert not [path for path in written if path.suffix == ".png"]
    assert not list(tmp_path.glob("*.png"))
    assert [issue.code for issue in issues] == ["no_chinese_font"]
    assert "安装" in issues[0].done.zh
    book = openpyxl.load_workbook(tmp_path / "ranking.xlsx")
    codes = [row[1] for row in book["数据问题"].iter_rows(min_row=2, values_only=True)]
    assert "no_chinese_font" in codes


def test_english_exports(decision: Decision, tmp_path: Path) -> None:
    rank_export.write_all(decision, tmp_path, "en")
    book = openpyxl.load_workbook(tmp_path / "ranking.xlsx")
    assert "Ranking" in book.sheetnames
    header = [cell.value for cell in book["Ranking"][1]]
    assert "safety class" in header
