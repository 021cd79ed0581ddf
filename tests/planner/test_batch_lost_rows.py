"""Rows of a batch's file that have no usable geometry: they count, and are told everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import fiona
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers import spec
from planner import batch, cli
from tests.planner import small_workspace as small

CLEAR = [shapely.box(113.5 + 0.01 * k, 38.2, 113.501 + 0.01 * k, 38.201) for k in range(3)]
LAYER = """
[[layer]]
kind = "{kind}"
path = "{kind}.gpkg"
source = {{zh = "试", en = "test"}}
licence = {{zh = "试", en = "test"}}
illustrative = false
coverage = "coverage.gpkg"
"""


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which every control layer answers, and has nothing near the parcels."""
    folder = small.make(tmp_path_factory.mktemp("lost") / "ws")
    kinds = [kind.id for kind in spec.catalogue().values() if kind.role == "control"]
    for kind in kinds:
        small.write(folder / f"{kind}.gpkg", [shapely.box(114.0, 38.5, 114.01, 38.51)])
    text = 'format = 1\ntitle = {zh = "试", en = "test"}\n' + "".join(
        LAYER.format(kind=kind) for kind in kinds
    )
    (folder / "workspace.toml").write_text(text, encoding="utf-8")
    return folder


def verdict_of(
    site: Path, space: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, dict[str, object]]:
    command = ["check", str(site), "--activity", "LIN", "--workspace", str(space)]
    code = cli.main([*command, "--fail-on", "undecidable", "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def test_a_batch_fails_on_a_lost_row_as_a_single_check_does(
    space: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "PARCELS_PER_CHUNK", 2)
    whole, lost = tmp_path / "whole.gpkg", tmp_path / "lost.gpkg"
    small.write(whole, CLEAR)
    small.write(lost, [CLEAR[0], None, *CLEAR[1:], shapely.Polygon()])
    by_chunks = ("--batch", "--processes", "1", "--out", str(tmp_path / "out"))
    assert verdict_of(whole, space, capsys)[0] == cli.EXIT_OK
    assert verdict_of(whole, space, capsys, *by_chunks)[0] == cli.EXIT_OK
    assert verdict_of(lost, space, capsys)[0] == cli.EXIT_FAILED_ON
    code, said = verdict_of(lost, space, capsys, *by_chunks)
    assert code == cli.EXIT_FAILED_ON
    assert said["verdict"] == "?"
    assert said["lost_rows"] == [2, 5]
    assert said["parcels"] == 5
    assert said["verdicts"]["?"] == {"parcels": 2, "area_m2": 0.0}  # type: ignore[index]

    table = pd.read_csv(tmp_path / "out" / "parcels.csv", dtype=str, keep_default_na=False)
    assert table["row"].tolist() == ["1", "2", "3", "4", "5"]
    assert [code == "?" for code in table["verdict"]] == [False, True, False, False, True]
    assert table["subject_m2"].eq("").tolist() == [False, True, False, False, True]
    assert table["hits"].tolist() == ["1", "", "1", "1", ""], "counts are whole, or blank"

    with fiona.open(tmp_path / "out" / "parcels.gpkg") as opened:
        geometries = [feature["geometry"] for feature in opened]
    assert [geometry is None for geometry in geometries] == [False, True, False, False, True]
    drawn = gpd.read_file(tmp_path / "out" / "parcels.gpkg").geometry.dropna().to_numpy()
    assert np.allclose(shapely.bounds(drawn), shapely.bounds(np.array(CLEAR)))


@pytest.mark.parametrize(("language", "said"), [("zh", "有1行没有可用图形"), ("en", "1 rows of the file")])
def test_lost_rows_are_told_at_the_terminal(
    space: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    small.write(tmp_path / "lost.gpkg", [CLEAR[0], None])
    command = ["check", str(tmp_path / "lost.gpkg"), "--activity", "LIN", "--workspace", str(space)]
    cli.main([*command, "--batch", "--processes", "1", "--out", str(tmp_path / "out"), "--lang", language])
    told = capsys.readouterr().out
    assert said in told
    assert "2" in told.partition(said)[2].partition("\n")[0], "which row it is"
