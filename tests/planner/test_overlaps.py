"""``planner overlap``: the features a check meets, with the same areas, from edges kept on disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from gis import edge_overlap, edges
from gis.files import edge_store
from layers import load
from planner import cli, layer_cache, layer_sources, overlaps
from planner import workspace as workspaces
from zoning import features


@pytest.fixture
def site(workspace: Path) -> Path:
    return next((workspace / "sites").glob("产业园区*.geojson"))


def test_the_features_a_check_meets(site: Path, workspace: Path) -> None:
    footprint = load.site(site)
    space = workspaces.open_folder(workspace)
    loaded = workspaces.load_layers(space, near=layer_cache.around([footprint.parcels.geometry]))
    found = overlaps.of_site(footprint, space, loaded, threads=1)
    met = features.met(footprint, loaded.layers)
    keys = ["parcel", "layer", "feature"]
    assert len(found) > 5
    assert found[keys].to_numpy().tolist() == met[keys].to_numpy().tolist()
    assert found["overlap_m2"].to_numpy() == pytest.approx(met["overlap_m2"].to_numpy(), abs=0.0051)
    assert found["sub_class"].tolist() == met["sub_class"].tolist()


def test_threads_change_nothing(site: Path, workspace: Path) -> None:
    footprint = load.site(site)
    space = workspaces.open_folder(workspace)
    loaded = workspaces.load_layers(space, near=layer_cache.around([footprint.parcels.geometry]))
    one = overlaps.of_site(footprint, space, loaded, threads=1)
    pd.testing.assert_frame_equal(one, overlaps.of_site(footprint, space, loaded, threads=3))


def test_the_command(site: Path, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "重叠.csv"
    command = ["overlap", str(site), "--workspace", str(workspace), "--out", str(table)]
    assert cli.main([*command, "--json"]) == cli.EXIT_OK
    said = json.loads(capsys.readouterr().out)
    assert said["schema"] == "planner.overlap/1"
    assert len(said["overlaps"]) == len(pd.read_csv(table)) > 5
    assert said["layers_not_loaded"] == ["main_functional_overlay_zone"], "what was not asked is told"
    assert cli.main(command) == cli.EXIT_OK
    assert "示意" in capsys.readouterr().out


def _kept(folder: Path) -> edges.Edges:
    squares = np.array([shapely.box(k, 0, k + 2, 3) for k in range(4)])
    made = edge_overlap.proven(edges.of_geometries(squares))
    edge_store.write(folder, "key", made, np.array([7, 8, 9, 10]))
    return made


def test_edges_come_back_mapped(tmp_path: Path) -> None:
    made = _kept(tmp_path / "kept")
    opened = edge_store.open_edges(tmp_path / "kept", "key")
    assert opened is not None
    kept, labels = opened
    assert labels.tolist() == [7, 8, 9, 10]
    assert kept.proven
    assert isinstance(kept.xy.base, np.memmap)
    for ours, theirs in zip(kept.arrays, made.arrays, strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("damage", ["byte", "cut", "gone", "index", "key"])
def test_damaged_or_stale_edges_are_not_used(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "kept"
    _kept(folder)
    array = folder / "xy.npy"
    content = array.read_bytes()
    if damage == "byte":
        array.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    elif damage == "cut":
        array.write_bytes(content[:-16])
    elif damage == "gone":
        array.unlink()
    elif damage == "index":
        (folder / "edges.json").write_text("[]", encoding="utf-8")
    assert edge_store.open_edges(folder, "other" if damage == "key" else "key") is None


def test_edges_that_nobody_proved_are_not_kept(tmp_path: Path) -> None:
    made = replace(edges.of_geometries(np.array([shapely.box(0, 0, 1, 1)])), proven=False)
    with pytest.raises(ValueError, match="valid"):
        edge_store.write(tmp_path / "kept", "key", made, np.array([0]))


def test_a_layer_is_indexed_once(site: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    footprint = load.site(site)
    space = workspaces.open_folder(workspace)
    loaded = workspaces.load_layers(space, near=layer_cache.around([footprint.parcels.geometry]))
    stores = layer_sources.stores(space.folder, space.layers, loaded.layers)
    folder = layer_sources.edges_folder(space.folder, "ecological_red_line")
    first = overlaps.index_of(stores["ecological_red_line"], folder)
    monkeypatch.setattr(edges, "together", None)
    second = overlaps.index_of(stores["ecological_red_line"], folder)
    assert np.array_equal(first.edges.xy, second.edges.xy)
