"""Listing layers in a workspace: one at a time, whole, and never at the cost of a layer that is listed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pytest
import shapely

from gis.errors import InputError, Text
from layers.layer import Layer
from planner import app_workspace, cli, layer_sources, workspace
from planner.workspace import LayerEntry
from tests.planner import small_workspace as small


def entry(path: Path | str, kind: str = small.KIND) -> LayerEntry:
    return LayerEntry(
        kind=kind,
        path=str(path),
        layer=None,
        crs=None,
        coverage=workspace.UNDER_FEATURES_ONLY,
        columns=MappingProxyType({}),
        as_of=None,
        source=Text("试", "test"),
        licence=Text("", ""),
        illustrative=False,
        positional_accuracy_m=None,
    )


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / workspace.MANIFEST).write_bytes('format = 1\r\ntitle = {zh = "空", en = "empty"}'.encode())
    return folder


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A file as the app has stored it."""
    (tmp_path / "sent").mkdir()
    small.lines(tmp_path / "sent")
    return tmp_path / "sent" / "lines.gpkg"


def counties(path: Path) -> Path:
    frame = gpd.GeoDataFrame({"XZQMC": ["盂县"]}, geometry=[shapely.box(113.2, 38, 113.5, 38.2)], crs=4490)
    frame.to_file(path)
    return path


def test_a_layer_sent_twice_leaves_the_listed_one_alone(empty: Path, sent: Path) -> None:
    assert app_workspace.add(empty, sent, entry(""), None) == 3
    (listed,) = workspace.open_folder(empty).layers
    with pytest.raises(InputError) as caught:
        app_workspace.add(empty, sent, entry(""), None)
    assert caught.value.code == "layer_listed"
    assert (empty / listed.path).is_file()
    assert list(workspace.load_layers(workspace.open_folder(empty)).layers) == [small.KIND]
    assert len(list((empty / "layers").iterdir())) == 1


def test_a_layer_sent_twice_at_the_same_time_leaves_one(
    empty: Path, sent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_looked(monkeypatch)
    outcomes = at_the_same_time(lambda _: app_workspace.add(empty, sent, entry(""), None), 2)
    assert sorted(map(str, outcomes)) == ["3", "layer_listed"]
    (listed,) = workspace.open_folder(empty).layers
    assert (empty / listed.path).is_file()
    assert len(list((empty / "layers").iterdir())) == 1


def test_layers_added_at_the_same_time_are_all_listed(
    empty: Path, sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [entry(sent), entry(counties(tmp_path / "county.gpkg"), "county")]
    both_have_looked(monkeypatch)
    at_the_same_time(lambda number: workspace.add(empty, entries[number]), 2)
    assert {item.kind for item in workspace.open_folder(empty).layers} == {small.KIND, "county"}
    with pytest.raises(InputError) as caught:
        workspace.add(empty, entries[0])
    assert caught.value.code == "layer_listed"


def both_have_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have two additions load only when both have seen that nothing of their kind is listed."""
    barrier = threading.Barrier(2, timeout=20)
    load = layer_sources.layer

    def loaded(folder: Path, *rest: object) -> Layer:
        barrier.wait()
        return load(folder, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(workspace.layer_sources, "layer", loaded)


def at_the_same_time(add: object, count: int) -> list[object]:
    def outcome(number: int) -> object:
        try:
            return add(number)  # type: ignore[operator]
        except InputError as error:
            return error.code

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(outcome, range(count)))


def test_the_manifest_is_there_at_any_moment_while_it_is_written(
    empty: Path, sent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (empty / workspace.MANIFEST).read_bytes()
    seen = []
    replace = Path.replace

    def watched(path: Path, target: Path) -> Path:
        moved = replace(path, target)
        if path.name == workspace.MANIFEST:
            seen.append((empty / workspace.MANIFEST).is_file())
        return moved

    monkeypatch.setattr(Path, "replace", watched)
    workspace.add(empty, entry(sent))
    assert seen == [True]
    assert (empty / workspace.MANIFEST).read_bytes().startswith(before)


def test_a_failed_addition_makes_no_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing, typo = str(tmp_path / "nofile.shp"), tmp_path / "typo_ws"
    adding = ["layers", "add", small.KIND, missing, "--workspace", str(typo), "--source", "a"]
    assert cli.main([*adding, "--coverage", "features"]) == cli.EXIT_INPUT
    assert not typo.exists()
    assert capsys.readouterr().err


def test_a_manifest_that_is_being_written_is_waited_for_and_then_told(
    empty: Path, sent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "_LOCK_PATIENCE_S", 0.1)
    with workspace.FileLock(empty / workspace.LOCK), pytest.raises(InputError) as caught:
        workspace.add(empty, entry(sent))
    assert caught.value.code == "workspace_busy"
    assert len(workspace.add(empty, entry(sent)).features) == 3
