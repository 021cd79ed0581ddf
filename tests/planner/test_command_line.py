"""The command line, end to end, as a planner uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import fiona
import openpyxl
import pytest

from planner.cli import main

PV = [
    "--activity",
    "PV",
    "--flag",
    "national_major=no",
    "--flag",
    "polluting_groundwater=no",
    "--flag",
    "pv_part=array",
]


def check(workspace: Path, site: str, *arguments: str) -> list[str]:
    return ["check", str(workspace / "sites" / site), "--workspace", str(workspace), *arguments]


def test_a_check_prints_verdict_basis_and_what_is_not_assessed(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(check(workspace, "光伏发电_示意.zip", *PV)) == 0
    printed = capsys.readouterr().out
    for words in ("禁止", "PBF-06", "土地管理法", "示意", "未评估（不等于无冲突）", "初步研判，不替代审批"):
        assert words in printed


def test_english_at_one_switch(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(check(workspace, "光伏发电_示意.zip", *PV, "--lang", "en")) == 0
    printed = capsys.readouterr().out
    for words in ("prohibited", "Land Administration Law", "illustrative", "does not replace approval"):
        assert words in printed


def test_json_is_one_object_and_nothing_else(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(check(workspace, "光伏发电_示意.zip", *PV, "--json")) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert captured.err == ""
    assert (found["schema"], found["verdict"]) == ("planner.check/1", "P")
    assert found["illustrative"] is True
    (site,) = found["sites"]
    for row in site["findings"]:
        total = row["conflict_m2"] + row["clear_m2"] + row["not_assessed_m2"]
        assert total == pytest.approx(row["subject_m2"], abs=0.005)


@pytest.mark.parametrize(("fail_on", "code"), [("prohibited", 3), ("approval", 3), ("undecidable", 3)])
def test_fail_on_ends_with_three(
    workspace: Path, capsys: pytest.CaptureFixture[str], fail_on: str, code: int
) -> None:
    assert main(check(workspace, "光伏发电_示意.zip", *PV, "--fail-on", fail_on)) == code
    assert "禁止" in capsys.readouterr().out


def test_fail_on_prohibited_lets_the_undecidable_pass(workspace: Path) -> None:
    arguments = ["--activity", "HOUS", "--fail-on", "prohibited"]
    assert main(check(workspace, "住宅小区_示意.txt", *arguments)) == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check"], "no_site"),
        (["check", "没有.shp", "--activity", "PV"], "file_missing"),
        (["check", "没有.shp"], "no_activity"),
        (["check", "没有.shp", "--activity", "XXX"], "activity_unknown"),
        (["check", "a.shp", "--activity", "PV", "--as-of", "yesterday"], "date"),
        (["rules", "show", "NO-1"], "rule_unknown"),
        (["layers", "show", "cheese"], "layer_unknown"),
        (["measure", "没有.shp"], "file_missing"),
        (["dance"], "usage"),
        (["check", "--width", "wide"], "usage"),
    ],
)
def test_input_errors_end_with_two_and_two_sentences(
    arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 2
    assert main([*arguments, "--json", "--lang", "en"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["code"]) == ("planner.error/1", code)
    assert found["what"]
    assert found["mend"]


def test_no_workspace_is_told_with_its_mend(
    tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = str(workspace / "sites" / "光伏发电_示意.zip")
    assert main(["check", site, "--activity", "PV", "--workspace", str(tmp_path / "none")]) == 2
    assert "planner demo" in capsys.readouterr().err


def test_the_workspace_comes_from_the_environment(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANNER_WORKSPACE", str(workspace))
    assert main(["check", str(workspace / "sites" / "光伏发电_示意.zip"), *PV]) == 0
    assert "PBF-06" in capsys.readouterr().out


def test_every_export_opens_in_other_software_and_carries_its_mark(workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "导出 out"
    assert main(check(workspace, "光伏发电_示意.zip", *PV, "--out", str(out))) == 0
    names = {path.name for path in out.iterdir()}
    assert names == {
        "findings.zip",
        "findings.gpkg",
        "findings.geojson",
        "findings.xlsx",
        "report.docx",
        "run.json",
        "result.json",
    }
    with fiona.open(f"zip://{out / 'findings.zip'}") as shapefile:
        assert shapefile.crs.to_epsg() == 4490
        assert max(len(name) for name in shapefile.schema["properties"]) <= 10
        rows = [dict(feature["properties"]) for feature in shapefile]
    farmland = next(row for row in rows if row["GZBH"] == "PBF-06")
    assert farmland["JLMC"] == "禁止"
    assert farmland["SYBZ"] == "示意"
    with fiona.open(out / "findings.gpkg") as geopackage:
        assert {feature["properties"]["illustrative"] for feature in geopackage} >= {"示意"}
        assert len(geopackage) == len(rows)
    book = openpyxl.load_workbook(out / "findings.xlsx")
    assert book.sheetnames[:3] == ["汇总", "结论明细", "涉及图斑"]
    summary = {row[0].value: row[1].value for row in book["汇总"].iter_rows()}
    assert summary["总体结论"] == "禁止"
    assert "示意" in str(summary["声明"])
    assert "数据问题" in book.sheetnames
    assert json.loads((out / "result.json").read_text(encoding="utf-8"))["verdict"] == "P"


def test_a_run_file_repeats_the_check_to_the_byte(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    first, second = tmp_path / "first", tmp_path / "second"
    assert main(check(workspace, "上社抽水蓄能_示意.gpkg", "--activity", "PSH", "--out", str(first))) == 0
    assert main(["check", "--run", str(first / "run.json"), "--out", str(second)]) == 0
    for path in sorted(first.iterdir()):
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_the_law_of_another_day(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(check(workspace, "娘子关文旅_示意.kml", "--activity", "TOUR", "--as-of", "2025-06-01", "--json"))
        == 0
    )
    before = capsys.readouterr().out
    assert (
        main(check(workspace, "娘子关文旅_示意.kml", "--activity", "TOUR", "--as-of", "2026-11-23", "--json"))
        == 0
    )
    after = capsys.readouterr().out
    assert "生态环境法典" not in before
    assert "生态环境法典" in after


def test_measure_says_which_area_was_stated(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure", str(workspace / "sites" / "示例修复区_界址点.txt"), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["parcels"]
    assert rows[0]["ellipsoidal_m2"] == pytest.approx(54_783.137, abs=0.001)
    assert [row["stated_is"] for row in rows] == ["ellipsoidal", "either"]


def test_convert_to_the_corner_point_text_and_back(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, back = tmp_path / "范围.txt", tmp_path / "范围.gpkg"
    source = str(workspace / "sites" / "上社抽水蓄能_示意.gpkg")
    assert main(["convert", source, str(text), "--to-crs", "4526"]) == 0
    assert main(["convert", str(text), str(back), "--to-crs", "4490"]) == 0
    capsys.readouterr()
    areas = []
    for path in (source, str(back)):
        assert main(["measure", path, "--json"]) == 0
        rows = json.loads(capsys.readouterr().out)["parcels"]
        areas.append(sum(row["ellipsoidal_m2"] for row in rows))
    assert areas[1] == pytest.approx(areas[0], abs=1.0)


def test_convert_never_loses_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "holes.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null},'
        '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":'
        "[[[113.5,37.9],[113.51,37.9],[113.51,37.91],[113.5,37.9]]]}}]}",
        encoding="utf-8",
    )
    assert main(["convert", str(path), str(tmp_path / "out.gpkg")]) == 2
    assert "第1行" in capsys.readouterr().err
    assert not (tmp_path / "out.gpkg").exists()


def test_rules_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "verify"]) == 0
    assert "0个问题" in capsys.readouterr().out
    assert main(["rules", "show", "WSP-02", "--as-of", "2025-06-01"]) == 0
    assert "水污染防治法" in capsys.readouterr().out
    assert main(["rules", "list", "--kind", "spring_area", "--json"]) == 0
    rules = json.loads(capsys.readouterr().out)["rules"]
    assert {rule["layer"] for rule in rules} == {"spring_area"}
    assert main(["rules", "diff", "2025-06-01", "2026-11-23", "--json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert "WSP-02" in {change["rule"] for change in changes}
    assert main(["rules", "matrix", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert all(value for row in rows for value in row["verdicts"].values())


def test_stored_checks_that_a_change_of_law_would_touch(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(check(workspace, "娘子关文旅_示意.kml", "--activity", "TOUR", "--out", str(tmp_path / "runs")))
        == 0
    )
    capsys.readouterr()
    assert (
        main(["rules", "diff", "2015-01-01", "2026-11-23", "--runs", str(tmp_path / "runs"), "--json"]) == 0
    )
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert run["run"].endswith("run.json")


def test_layers_commands(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "list", "--workspace", str(workspace), "--json"]) == 0
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)["layers"]}
    assert rows["ecological_red_line"]["illustrative"] is True
    assert rows["main_functional_zone"]["illustrative"] is False
    assert rows["main_functional_overlay_zone"]["file"] is None
    assert main(["layers", "show", "生态保护红线"]) == 0
    assert "STBHHX" in capsys.readouterr().out


def test_own_data_in_an_own_workspace(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, red_line = tmp_path / "own", workspace / "layers" / "ecological_red_line.gpkg"
    adding = [
        "layers",
        "add",
        "ecological_red_line",
        str(red_line),
        "--workspace",
        str(own),
        "--source",
        "测试",
    ]
    assert main([*adding, "--coverage", str(workspace / "coverage.gpkg"), "--accuracy", "5"]) == 0
    assert main([*adding, "--coverage", "features"]) == 2
    assert "已有图层" in capsys.readouterr().err
    site = str(workspace / "sites" / "红线内矿山修复_示意.fgb")
    answers = ["--activity", "REST", "--flag", "end_use=forest", "--workspace", str(own), "--json"]
    assert main(["check", site, *answers]) == 0
    (found,) = json.loads(capsys.readouterr().out)["sites"]
    states = {row["layer"]: row["state"] for row in found["findings"]}
    assert states.pop("ecological_red_line") == "hit"
    assert set(states.values()) == {"not_assessed"}


def test_a_layer_that_cannot_be_read_is_not_assessed(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own"
    broken = own / "layers" / "red.gpkg"
    broken.parent.mkdir(parents=True)
    broken.write_bytes((workspace / "layers" / "ecological_red_line.gpkg").read_bytes()[:5000])
    (own / "workspace.toml").write_text(
        'format = 1\ntitle = {zh = "a", en = "a"}\n[[layer]]\nkind = "ecological_red_line"\n'
        'path = "layers/red.gpkg"\nsource = {zh = "a", en = "a"}\nlicence = {zh = "a", en = "a"}\n'
        'illustrative = false\ncoverage = "features"\n',
        encoding="utf-8",
    )
    site = str(workspace / "sites" / "红线内矿山修复_示意.fgb")
    assert main(["check", site, "--activity", "REST", "--workspace", str(own), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "?"
    assert [issue["severity"] for issue in found["issues"] if issue["layer"] == "ecological_red_line"] == [
        "error"
    ]


def test_a_site_outside_the_city_is_not_assessed_and_told(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "taiyuan.geojson"
    path.write_text(
        '{"type":"Polygon","coordinates":[[[112.5,37.8],[112.51,37.8],[112.51,37.81],[112.5,37.8]]]}',
        encoding="utf-8",
    )
    assert main(["check", str(path), "--activity", "PV", "--workspace", str(workspace), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "?"
    assert {row["state"] for row in found["sites"][0]["findings"]} == {"not_assessed"}
    assert "outside_city" in {issue["code"] for issue in found["issues"]}


def test_help_is_quick_and_imports_no_geodata_library() -> None:
    heavy = "('geopandas', 'shapely', 'pyproj', 'numpy', 'rich')"
    code = f"import sys, planner.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_two_answers_to_one_flag_are_refused(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--activity", "LIN", "--flag", "national_key=no", "--flag", "national_key"]
    assert main(check(workspace, "光伏发电_示意.zip", *arguments)) == 2
    assert "两个答案" in capsys.readouterr().err


@pytest.mark.parametrize("accuracy", ["nan", "inf", "-5", "1e9"])
def test_an_accuracy_that_makes_no_sense_is_refused(workspace: Path, tmp_path: Path, accuracy: str) -> None:
    layer = str(workspace / "layers" / "ecological_red_line.gpkg")
    adding = [
        "layers",
        "add",
        "ecological_red_line",
        layer,
        "--workspace",
        str(tmp_path / "own"),
        "--source",
        "a",
    ]
    assert main([*adding, "--coverage", "features", f"--accuracy={accuracy}"]) == 2


@pytest.mark.parametrize(
    "change",
    [{"sites": []}, {"activity": 5}, {"crs": 4547}, {"width_m": "5"}, {"flags": {"a": 1}}, {"run_file": 1}],
)
def test_a_run_file_edited_wrongly_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    whole = {"run_file": 2, "sites": ["a.shp"], "activity": "PV", "flags": {}, "as_of": "2026-11-23"}
    values = {**whole, "workspace": ".", "crs": None, "layer": None, "width_m": None, **change}
    path = tmp_path / "run.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    assert main(["check", "--run", str(path)]) == 2


def test_results_are_not_written_in_a_system_nobody_knows(workspace: Path, tmp_path: Path) -> None:
    for crs in ("nonsense", "GCJ-02"):
        arguments = [*PV, "--out", str(tmp_path / "out"), "--to-crs", crs]
        assert main(check(workspace, "光伏发电_示意.zip", *arguments)) == 2
    assert not (tmp_path / "out").exists()
