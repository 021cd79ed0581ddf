"""A run file repeats its question from anywhere, and no other question stands beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from planner.cli import main
from tests.planner import small_workspace as small


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The run file of a check, in a folder ``out`` beside the site and the workspace."""
    small.make(tmp_path / "work" / "规划 ws")
    small.write(tmp_path / "work" / "地块.gpkg", small.parcels(1))
    words = ["check", str(tmp_path / "work" / "地块.gpkg"), "--workspace", str(tmp_path / "work" / "规划 ws")]
    assert (
        main([*words, "--activity", "PV", "--as-of", "2026-11-23", "--out", str(tmp_path / "work/out")]) == 0
    )
    return tmp_path / "work" / "out" / "run.json"


def sites(capsys: pytest.CaptureFixture[str]) -> list[object]:
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "planner.check/1"
    return list(found["sites"])


def test_from_another_folder_and_after_a_move(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert json.loads(run.read_text(encoding="utf-8"))["sites"] == ["../地块.gpkg"]
    capsys.readouterr()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(["check", "--run", str(run), "--json"]) == 0
    first = sites(capsys)
    shutil.move(tmp_path / "work", tmp_path / "moved")
    assert main(["check", "--run", "../moved/out/run.json", "--json"]) == 0
    assert sites(capsys) == first


def test_by_another_name_of_its_folder_it_leads_to_the_same_files(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seen through a link in another place, ``..`` must not lead to a namesake there."""
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "out").symlink_to(run.parent, target_is_directory=True)
    small.write(tmp_path / "links" / "地块.gpkg", small.parcels(2)[1:])
    capsys.readouterr()
    assert main(["check", "--run", str(run), "--json"]) == 0
    first = sites(capsys)
    assert main(["check", "--run", str(tmp_path / "links" / "out" / "run.json"), "--json"]) == 0
    assert sites(capsys) == first
    again = ["check", "--run", str(run), "--out", str(tmp_path / "links" / "out")]
    assert main(again) == 0
    assert json.loads(run.read_text(encoding="utf-8"))["sites"] == ["../地块.gpkg"]


def test_the_workspace_may_stand_elsewhere(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    shutil.move(tmp_path / "work" / "规划 ws", other)
    assert main(["check", "--run", str(run)]) == 2
    capsys.readouterr()
    assert main(["check", "--run", str(run), "--workspace", str(other), "--json"]) == 0
    assert len(sites(capsys)) == 1


@pytest.mark.parametrize(
    "beside",
    [
        ["other.gpkg"],
        ["--activity", "COAL"],
        ["--as-of", "2010-01-01"],
        ["--flag", "national_major=no"],
        ["--width", "5"],
        ["--crs", "EPSG:4547"],
        ["--layer", "a"],
    ],
)
def test_no_question_stands_beside_a_run_file(
    run: Path, beside: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["check", "--run", str(run), *beside, "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert found["code"] == "run_and_question"
    assert (beside[0] if beside[0].startswith("--") else "SITE") in found["what"]


@pytest.mark.parametrize(
    "beside",
    [["--budget", "2027=1"], ["--method", "topsis"], ["--mines", "a.csv"], ["--as-of", "2010-01-01"]],
)
def test_nor_beside_that_of_a_ranking(beside: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rank", "--run", "rank.json", *beside, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "run_and_question"
