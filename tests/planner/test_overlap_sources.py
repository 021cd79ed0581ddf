"""``planner overlap`` from every kind of source: damaged, read-only, in a database, absent; nothing is lost unsaid."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely

from gis.files import feature_store
from gis.files import read as files
from gis.files.feature_store import Bounds
from gis.files.reading import Reading
from layers import load
from planner import cli, layer_cache, layer_sources, overlaps
from planner import workspace as workspaces
from tests.planner import small_workspace as small

PARCELS = [shapely.box(west + 0.002, 38.002, west + 0.004, 38.004) for west in (113.2, 113.5, 113.8)]


@pytest.fixture
def space(tmp_path: Path) -> Path:
    return small.make(tmp_path / "ws")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    small.write(tmp_path / "parcels.gpkg", PARCELS)
    return tmp_path / "parcels.gpkg"


def found(site: Path, folder: Path) -> pd.DataFrame:
    footprint, space = load.site(site), workspaces.open_folder(folder)
    return overlaps.of_site(footprint, space, overlaps.load(footprint, space), threads=1)


def said(site: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert cli.main(["overlap", str(site), "--workspace", str(folder), "--json"]) == cli.EXIT_OK
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize("edges", ["kept", "gone"])
@pytest.mark.parametrize("damage", ["byte", "gone"])
def test_a_damaged_part_is_made_anew(
    site: Path, space: Path, monkeypatch: pytest.MonkeyPatch, edges: str, damage: str
) -> None:
    monkeypatch.setattr(feature_store, "VERTICES_PER_PART", 50)
    before = found(site, space)
    assert len(before) == len(PARCELS)
    parts = sorted((space / layer_cache.FOLDER / "layers" / small.KIND).glob("part-*"))
    contents = [part.read_bytes() for part in parts]
    assert len(parts) == len(small.LINES)
    if edges == "gone":
        shutil.rmtree(space / layer_cache.FOLDER / "edges")
    for part, content in zip(parts[1:], contents[1:], strict=True):
        if damage == "gone":
            part.unlink()
        else:
            part.write_bytes(content[:300] + bytes([content[300] ^ 1]) + content[301:])
    pd.testing.assert_frame_equal(found(site, space), before)
    assert [part.read_bytes() for part in parts] == contents


def test_a_workspace_that_can_not_be_written_to(site: Path, space: Path) -> None:
    before = found(site, space)
    shutil.rmtree(space / layer_cache.FOLDER)
    (space / layer_cache.FOLDER).write_text("no folder", encoding="utf-8")
    pd.testing.assert_frame_equal(found(site, space), before)


def test_a_store_that_is_gone_leaves_no_feature_out(
    site: Path, space: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = found(site, space)
    footprint, opened = load.site(site), workspaces.open_folder(space)
    loaded = overlaps.load(footprint, opened)
    assert len(loaded.layers[small.KIND].features) < len(small.LINES)
    monkeypatch.setattr(layer_sources, "store_of", lambda *_: None)
    pd.testing.assert_frame_equal(overlaps.of_site(footprint, opened, loaded), before)


def _database(space: Path, monkeypatch: pytest.MonkeyPatch) -> list[Bounds | None]:
    """Say that the red line lies in a database; return what is asked of it."""
    asked: list[Bounds | None] = []

    def read(_address: str, _table: str | None, near: Bounds | None, **_declared: object) -> Reading:
        asked.append(near)
        reading = files.read(space / "lines.gpkg")
        if near is None:
            return reading
        kept = reading.frame.intersects(shapely.box(*near))
        west, south, east, north = map(float, reading.frame.total_bounds)
        return replace(
            reading,
            frame=reading.frame[kept].reset_index(drop=True),
            extent=(west, south, east, north),
        )

    monkeypatch.setattr(layer_sources.postgis, "read", read)
    monkeypatch.setattr(layer_sources.postgis, "version", lambda *_: "version")
    text = (space / "workspace.toml").read_text(encoding="utf-8")
    address = 'path = "postgresql://reader@example/plan"'
    (space / "workspace.toml").write_text(text.replace('path = "lines.gpkg"', address), encoding="utf-8")
    return asked


def test_a_layer_in_a_database(site: Path, space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = found(site, space)
    asked = _database(space, monkeypatch)
    pd.testing.assert_frame_equal(found(site, space), before)
    assert len(asked) == 1
    assert asked[0] is not None


def test_a_database_that_has_nothing_near(
    space: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _database(space, monkeypatch)
    small.write(tmp_path / "far.gpkg", [shapely.box(113.35, 38.3, 113.351, 38.301)])
    answer = said(tmp_path / "far.gpkg", space, capsys)
    assert answer["overlaps"] == []
    assert small.KIND not in answer["layers_not_loaded"]


def test_no_usable_layer(site: Path, space: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (space / "lines.gpkg").write_bytes(b"junk")
    answer = said(site, space, capsys)
    assert answer["overlaps"] == []
    assert small.KIND in answer["layers_not_loaded"]
    assert [(issue["layer"], issue["severity"]) for issue in answer["issues"]] == [(small.KIND, "error")]
    (space / "workspace.toml").write_text('format = 1\ntitle = {zh = "空", en = "empty"}\n', encoding="utf-8")
    assert said(site, space, capsys)["overlaps"] == []


def test_what_has_no_geometry_is_told(
    space: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.lines(space, [*small.LINES, None])
    small.write(tmp_path / "lost.gpkg", [PARCELS[0], None])
    answer = said(tmp_path / "lost.gpkg", space, capsys)
    assert len(answer["overlaps"]) == 1
    assert answer["lost_rows"] == [2]
    missing = {issue["layer"]: issue for issue in answer["issues"] if issue["code"] == "missing"}
    assert missing[small.KIND]["rows"] == ["4"]
    assert missing["lost.gpkg"]["rows"] == ["2"]
    command = ["overlap", str(tmp_path / "lost.gpkg"), "--workspace", str(space), "--lang", "en"]
    assert cli.main(command) == cli.EXIT_OK
    text = capsys.readouterr().out
    assert "1 rows of the file have no usable geometry" in text
    assert f"{small.KIND}: " in text
