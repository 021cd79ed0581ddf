"""Layers kept ready: the same as read afresh, never stale, never damaged, never a reason to fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from gis.files import feature_store, write
from layers.layer import Layer
from planner import layer_cache, workspace
from tests.planner import small_workspace as small

MANIFEST = """format = 1
title = {zh = "试", en = "test"}

[[layer]]
kind = "ecological_red_line"
path = "lines.geojson"
source = {zh = "试", en = "test"}
licence = {zh = "试", en = "test"}
illustrative = true
coverage = "features"
"""
FAR_APART = [113.2, 113.5, 113.8]


def _write_lines(path: Path, classes: list[str | None]) -> None:
    boxes = [shapely.box(west, 38.0, west + 0.01, 38.01) for west in FAR_APART[: len(classes)]]
    gpd.GeoDataFrame({"HXLX": classes}, geometry=boxes, crs=4490).to_file(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "workspace.toml").write_text(MANIFEST, encoding="utf-8")
    _write_lines(tmp_path / "lines.geojson", ["水源涵养", None, "其他说法"])
    return tmp_path


def _layer(folder: Path, near: feature_store.Bounds | None = None) -> Layer:
    loaded = workspace.load_layers(workspace.open_folder(folder), near=near)
    return loaded.layers["ecological_red_line"]


def _kept(folder: Path) -> Path:
    return folder / layer_cache.FOLDER / "layers" / "ecological_red_line"


def test_kept_is_as_read(folder: Path) -> None:
    fresh = _layer(folder)
    shutil.rmtree(folder / layer_cache.FOLDER)
    again, kept = _layer(folder), _layer(folder)
    assert (_kept(folder) / "index.json").is_file()
    for other in (again, kept):
        assert_geodataframe_equal(fresh.features, other.features)
        assert other.issues == fresh.issues
        assert other.feature_count == fresh.feature_count == 3
    assert fresh.features["sub_class"].tolist()[1] is None, "unknown stays unknown"


def test_only_what_is_near_is_read_and_the_rest_is_counted(folder: Path) -> None:
    near = _layer(folder, (113.49, 37.99, 113.52, 38.02))
    assert near.features.index.tolist() == [1]
    assert near.feature_count == 3
    nothing = _layer(folder, (110.0, 30.0, 110.1, 30.1))
    assert len(nothing.features) == 0
    assert "sub_class" in nothing.features


def test_a_file_that_changed_is_read_anew(folder: Path) -> None:
    assert len(_layer(folder).features) == 3
    _write_lines(folder / "lines.geojson", ["水源涵养"])
    assert len(_layer(folder).features) == 1


def test_columns_named_otherwise_are_read_anew(folder: Path) -> None:
    before = _layer(folder).features["sub_class"].tolist()
    manifest = folder / "workspace.toml"
    manifest.write_text(MANIFEST + 'columns = {name = "HXLX"}\n', encoding="utf-8")
    assert _layer(folder).features["sub_class"].tolist() == before
    assert "name" in _layer(folder).features


@pytest.mark.parametrize("damage", ["byte", "cut", "gone", "index"])
def test_what_is_damaged_is_made_anew(folder: Path, damage: str) -> None:
    fresh = _layer(folder)
    part = _kept(folder) / "part-00000.parquet"
    content = part.read_bytes()
    if damage == "byte":
        part.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    elif damage == "cut":
        part.write_bytes(content[:-10])
    elif damage == "gone":
        part.unlink()
    else:
        (_kept(folder) / "index.json").write_text("{", encoding="utf-8")
    assert_geodataframe_equal(_layer(folder).features, fresh.features)
    assert part.read_bytes() == content


def test_a_workspace_that_can_not_be_written_to_is_read_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(feature_store, "write", refuse)
    layer = _layer(folder, (113.49, 37.99, 113.52, 38.02))
    assert 1 in layer.features.index
    assert not (folder / layer_cache.FOLDER).exists()


def test_bounds_reach_beyond_the_largest_accuracy() -> None:
    box = gpd.GeoSeries([shapely.box(113.5, 38.6, 113.6, 38.7)], crs=4490)
    west, south, east, north = layer_cache.around([box])
    ends = gpd.GeoSeries(
        [shapely.Point(west, 38.7), shapely.Point(113.5, 38.7), shapely.Point(113.5, south)], crs=4490
    ).to_crs(4547)
    assert ends.iloc[0].distance(ends.iloc[1]) > 2 * workspace.MOST_ACCURACY_M + 600
    assert east > 113.6
    assert north > 38.7
    assert pd.notna(south)


EDITOR = """
import sqlite3, struct, sys
import shapely
editor = sqlite3.connect(sys.argv[1])
editor.execute("PRAGMA journal_mode=WAL")
editor.execute("PRAGMA wal_autocheckpoint=0")
for (trigger,) in editor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
    editor.execute(f'DROP TRIGGER "{trigger}"')
print("open", flush=True)
sys.stdin.readline()
near = shapely.to_wkb(shapely.box(113.2, 38.0, 113.21, 38.01))
editor.execute("INSERT INTO lines (geom, HXLX) VALUES (?, ?)", (b"GP\\0\\x01" + struct.pack("<i", 4490) + near, ""))
editor.execute("UPDATE gpkg_ogr_contents SET feature_count = 2")
editor.commit()
print("saved", flush=True)
sys.stdin.readline()
"""
"""What QGIS does while a project is open; another process, because locks don't work within one."""


@pytest.mark.parametrize("editor_ends", ["closed", "killed"])
def test_edits_in_the_log_of_an_open_geopackage_are_seen(tmp_path: Path, editor_ends: str) -> None:
    folder = small.make(tmp_path / "ws")
    path = folder / "lines.gpkg"
    path.unlink()
    far = [shapely.box(113.9, 38.5, 113.91, 38.51)]
    gpd.GeoDataFrame({"HXLX": [""]}, geometry=far, crs=4490).to_file(path, SPATIAL_INDEX="NO")
    command = [sys.executable, "-c", EDITOR, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as editor:
        assert editor.stdin is not None
        assert editor.stdout is not None
        assert editor.stdout.readline() == "open\n"
        assert len(_layer(folder).features) == 1
        content = path.read_bytes()
        editor.stdin.write("\n")
        editor.stdin.flush()
        assert editor.stdout.readline() == "saved\n"
        assert path.read_bytes() == content, "the edit lies in the log alone"
        if editor_ends == "killed":
            editor.kill()
            editor.wait()
            assert path.with_name("lines.gpkg-wal").stat().st_size > 0
        assert len(_layer(folder).features) == 2
        editor.communicate("\n" if editor_ends == "closed" else None)
    assert len(_layer(folder).features) == 2


def test_a_file_under_another_name_is_another_file(tmp_path: Path) -> None:
    """An .ovkml is probably in GCJ-02; what was kept of the .kml of the same bytes must not answer for it."""
    folder = small.make(tmp_path / "workspace")
    lines = gpd.GeoDataFrame({"HXLX": ["其他"]}, geometry=small.LINES[:1], crs=4326)
    write.write(lines, folder / "lines.kml")
    manifest = (folder / workspace.MANIFEST).read_text(encoding="utf-8")
    for name, suspected in (("lines.kml", False), ("lines.ovkml", True)):
        if name != "lines.kml":
            (folder / "lines.kml").rename(folder / name)
        (folder / workspace.MANIFEST).write_text(manifest.replace("lines.gpkg", name), encoding="utf-8")
        loaded = workspace.load_layers(workspace.open_folder(folder))
        assert ("gcj02_suspected" in [issue.code for issue in loaded.issues]) is suspected
        assert bool(loaded.layers) is not suspected


def test_a_sidecar_under_another_name_is_another_file(tmp_path: Path) -> None:
    folder = small.make(tmp_path / "workspace")
    lines = gpd.GeoDataFrame({"HXLX": ["其他"]}, geometry=small.LINES[:1], crs=4490)
    lines.to_file(folder / "lines.shp", encoding="utf-8")
    manifest = (folder / workspace.MANIFEST).read_text(encoding="utf-8")
    (folder / workspace.MANIFEST).write_text(manifest.replace("lines.gpkg", "lines.shp"), encoding="utf-8")
    assert workspace.load_layers(workspace.open_folder(folder)).layers
    # Behind .prj in the alphabet like before: the bytes come in the same order.
    (folder / "lines.prj").rename(folder / "lines.prk")
    loaded = workspace.load_layers(workspace.open_folder(folder))
    assert [issue.code for issue in loaded.issues] == ["crs_unknown"]
