"""Features kept ready: the same when they come back, and never used when they are not the same."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.files import feature_store
from gis.files.feature_store import DamagedStoreError, FeatureStore, open_store, write

SEED = 20261123
META = {"title": "红线", "issues": [{"rows": [1, 2]}], "accuracy_m": 0.1}
COUNT = 60


def features(seed: int = SEED) -> gpd.GeoDataFrame:
    """Some 60 discs of 10,000 vertices, which makes three parts, with a column of each kind."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform([113.0, 37.7], [114.0, 38.4], (COUNT, 2))
    turn = np.linspace(0, 2 * np.pi, 10_000)
    rings = centre[:, None] + 0.01 * np.column_stack([np.cos(turn), np.sin(turn)])
    rings[:, -1] = rings[:, 0]
    number = np.arange(COUNT)
    return gpd.GeoDataFrame(
        {
            "name": [f"地块 {k}" for k in number],
            "code": np.array([None] * COUNT, dtype=object),
            "count": number,
            "share": np.where(number % 3 == 0, np.nan, number / 7),
            "sure": number % 2 == 0,
            "class": pd.Categorical([f"c{k % 4}" for k in number]),
            "day": pd.Timestamp("2026-11-23") + pd.to_timedelta(number, unit="D"),
            "parts": pd.array([None, *range(1, COUNT)], dtype="Int64"),
            "row": -number,
        },
        geometry=shapely.polygons(rings),
        index=pd.Index(10 + 3 * number),
        crs=4490,
    )


FEATURES = features()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store; never write into it."""
    folder = tmp_path_factory.mktemp("kept") / "layer"
    write(folder, "key", FEATURES, META)
    return folder


def opened(folder: Path, key: str = "key") -> FeatureStore:
    store = open_store(folder, key)
    assert store is not None
    return store


def test_everything_comes_back(kept: Path) -> None:
    store = opened(kept)
    assert len(store.parts) == 3
    assert sum(part.rows for part in store.parts) == COUNT
    assert store.key == "key"
    assert store.meta == META
    assert_geodataframe_equal(store.near(None), FEATURES)
    assert sorted(path.name for path in kept.iterdir()) == [
        "index.json",
        *(f"part-0000{number}.parquet" for number in range(3)),
    ]


def test_a_part_comes_back_with_and_without_geometry(kept: Path) -> None:
    store = opened(kept)
    for position in range(len(store.parts)):
        part = store.part(position)
        assert_geodataframe_equal(
            gpd.GeoDataFrame(part).rename_axis(None), FEATURES.loc[part.index], check_like=True
        )
        attributes = store.part(position, geometry=False)
        assert "geometry" not in attributes
        assert attributes["name"].to_dict() == part["name"].to_dict()


@settings(max_examples=25)
@given(st.floats(112.9, 114.1), st.floats(37.6, 38.5), st.floats(0, 0.5), st.floats(0, 0.5))
def test_near_is_the_whole_filtered(
    kept: Path, west: float, south: float, width: float, height: float
) -> None:
    bounds = (west, south, west + width, south + height)
    box = FEATURES.bounds
    meets = (
        (box["minx"] <= bounds[2])
        & (box["maxx"] >= bounds[0])
        & (box["miny"] <= bounds[3])
        & (box["maxy"] >= bounds[1])
    )
    assert_geodataframe_equal(opened(kept).near(bounds), FEATURES[meets])


def test_a_box_that_is_touched_is_near(kept: Path) -> None:
    west, south, east, north = FEATURES.geometry.iloc[7].bounds
    label = FEATURES.index[7]
    for bounds in (
        (east, south, 115.0, north),
        (112.0, north, west, 39.0),
        (east, north, east, north),
    ):
        assert label in opened(kept).near(bounds).index
    assert label not in opened(kept).near((np.nextafter(east, 180.0), south, 115.0, north)).index


def test_only_parts_that_are_near_are_read(kept: Path) -> None:
    store = opened(kept)
    bounds = FEATURES.geometry.iloc[0].centroid.bounds
    assert 1 <= len(store.touching(bounds)) < 3
    nothing = store.near((10.0, 10.0, 11.0, 11.0))
    assert_geodataframe_equal(nothing, FEATURES.iloc[:0], check_index_type=False)


def test_no_features_at_all(tmp_path: Path) -> None:
    write(tmp_path / "layer", "key", FEATURES.iloc[:0], META)
    for bounds in (None, (113.0, 37.0, 114.0, 38.0)):
        back = opened(tmp_path / "layer").near(bounds)
        assert len(back) == 0
        assert back.columns.tolist() == FEATURES.columns.tolist()
        assert back.crs == FEATURES.crs


def test_missing_text_comes_back_missing(tmp_path: Path) -> None:
    # None in some parts, texts in others: what is missing stays missing, as None or as NaN
    frame = FEATURES.copy()
    frame["code"] = np.where(np.arange(COUNT) == 5, "有", None)
    write(tmp_path / "layer", "key", frame, META)
    back = opened(tmp_path / "layer").near(None)
    assert back["code"].isna().tolist() == frame["code"].isna().tolist()
    assert back["code"].iloc[5] == "有"


def test_the_same_bytes_twice(kept: Path, tmp_path: Path) -> None:
    write(tmp_path / "again", "key", features(), dict(META))
    assert contents(tmp_path / "again") == contents(kept)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def copied(kept: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "layer"
    folder.mkdir()
    for name, content in contents(kept).items():
        (folder / name).write_bytes(content)
    return folder


def test_another_key_is_not_used(kept: Path, tmp_path: Path) -> None:
    for key in ("", "Key", "key "):
        assert open_store(kept, key) is None
    assert open_store(tmp_path, "key") is None
    assert open_store(tmp_path / "none", "key") is None


def test_a_changed_byte_of_a_part_is_not_used(kept: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(SEED)
    folder = copied(kept, tmp_path)
    part = folder / "part-00001.parquet"
    content = part.read_bytes()
    for place in [0, 4, len(content) - 1, *rng.integers(0, len(content), 8).tolist()]:
        part.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        store = opened(folder)
        with pytest.raises(DamagedStoreError, match="part-00001"):
            store.near(None)
        with pytest.raises(DamagedStoreError, match="part-00001"):
            store.part(1, geometry=False)
        assert len(store.part(0)) == store.parts[0].rows
    part.write_bytes(content)
    assert_geodataframe_equal(opened(folder).near(None), FEATURES)


@pytest.mark.parametrize("damage", ["gone", "cut", "empty", "longer", "another part", "a folder"])
def test_a_part_that_is_not_what_was_written_is_not_used(kept: Path, tmp_path: Path, damage: str) -> None:
    folder = copied(kept, tmp_path)
    part = folder / "part-00002.parquet"
    content = part.read_bytes()
    part.unlink()
    if damage == "a folder":
        part.mkdir()
    elif damage != "gone":
        changed = {"cut": content[:-1], "empty": b"", "longer": content + b"\0"}
        part.write_bytes(changed.get(damage, (folder / "part-00000.parquet").read_bytes()))
    with pytest.raises(DamagedStoreError):
        opened(folder).near(None)


def test_an_index_cut_off_anywhere_is_not_used(kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    index = folder / "index.json"
    content = index.read_bytes()
    for size in range(len(content)):
        index.write_bytes(content[:size])
        assert open_store(folder, "key") is None
    index.unlink()
    assert open_store(folder, "key") is None


def test_an_index_of_which_any_byte_changed_is_not_used_or_says_the_same(kept: Path, tmp_path: Path) -> None:
    # a digit of the bounds that changed would hide features: "no conflict"
    folder = copied(kept, tmp_path)
    index = folder / "index.json"
    content, expected = index.read_bytes(), opened(folder)
    for place in range(len(content)):
        for bit in (1, 16):
            index.write_bytes(content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :])
            store = open_store(folder, "key")
            assert store is None or (store.parts, store.meta) == (expected.parts, expected.meta)


@pytest.mark.parametrize("text", ["", "null", "[]", "3", '"index"', "{}", '{"index": {}}', "\ufeff{}"])
def test_another_json_is_not_used(kept: Path, tmp_path: Path, text: str) -> None:
    folder = copied(kept, tmp_path)
    (folder / "index.json").write_text(text, encoding="utf-8")
    assert open_store(folder, "key") is None


def test_a_newer_store_takes_the_place_of_an_older_one(kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    write(folder, "new", FEATURES.iloc[:2], {})
    assert open_store(folder, "key") is None
    assert_geodataframe_equal(opened(folder, "new").near(None), FEATURES.iloc[:2])
    assert sorted(path.name for path in folder.iterdir()) == ["index.json", "part-00000.parquet"]
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]


def test_a_write_that_fails_leaves_the_old_store_and_nothing_else(kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    unwritable = FEATURES.assign(code=[*["text"] * (COUNT - 1), 3])
    with pytest.raises((TypeError, ValueError)):
        write(folder, "new", unwritable, META)
    with pytest.raises(TypeError):
        write(folder, "new", FEATURES, {"meta": {1, 2}})
    assert contents(folder) == contents(kept)
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]


def test_a_place_that_can_not_be_taken_keeps_what_is_there(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "layer").write_bytes(b"a file of somebody else's")
    with pytest.raises(OSError):
        write(tmp_path / "layer" / "inside", "key", FEATURES.iloc[:1], {})
    assert (tmp_path / "layer").read_bytes() == b"a file of somebody else's"
    assert open_store(tmp_path / "layer" / "inside", "key") is None


def test_a_store_that_can_not_take_its_place_leaves_the_old_one(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(kept, tmp_path)
    replace = Path.replace

    def held_open(path: Path, target: Path) -> Path:
        if path.parent.name == "new":
            raise PermissionError(f"{path} is in use")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", held_open)
    with pytest.raises(PermissionError):
        write(folder, "new", FEATURES.iloc[:2], META)
    assert contents(folder) == contents(kept)
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]


KILLED = """
import sys
from pathlib import Path
from gis.files.feature_store import write
from tests.gis.files.test_feature_store import FEATURES
while True:
    write(Path(sys.argv[1]), "new", FEATURES, {})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_write_that_is_killed_leaves_a_whole_store_or_none(kept: Path, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    for wait_s in (0.0, 0.06):
        folder = tmp_path / f"{wait_s}" / "layer"
        folder.parent.mkdir()
        write(folder, "key", FEATURES, META)
        writer = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], cwd=root)
        try:
            while not list(folder.parent.glob(".planner-*")):
                assert writer.poll() is None
                time.sleep(0.001)
            time.sleep(wait_s)
        finally:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        old, new = open_store(folder, "key"), open_store(folder, "new")
        if old is None and new is None:
            assert not folder.exists()
        for store in (old, new):
            if store is not None:
                assert_geodataframe_equal(store.near(None), FEATURES)
        write(folder, "after", FEATURES, META)
        assert_geodataframe_equal(opened(folder, "after").near(None), FEATURES)


@pytest.mark.parametrize("labels", [[1, 1, 2], [3, 2, 1], [1, 3, 2]])
def test_labels_that_repeat_or_do_not_ascend_are_refused(tmp_path: Path, labels: list[int]) -> None:
    with pytest.raises(ValueError, match="ascending labels"):
        write(tmp_path / "layer", "key", FEATURES.iloc[:3].set_axis(labels, axis=0), META)
    assert not (tmp_path / "layer").exists()


@pytest.mark.parametrize("nothing", [None, shapely.Polygon()])
def test_features_without_ground_are_refused(tmp_path: Path, nothing: shapely.Geometry | None) -> None:
    frame = FEATURES.iloc[:2].copy()
    frame.geometry = [nothing, frame.geometry.iloc[1]]
    with pytest.raises(ValueError, match="empty or missing"):
        write(tmp_path / "layer", "key", frame, META)
    assert list(tmp_path.iterdir()) == []


def test_features_of_about_the_same_size_lie_in_a_part() -> None:
    vertices = shapely.get_num_coordinates(FEATURES.geometry.to_numpy())
    assert vertices.sum() == COUNT * 10_000 == 3 * feature_store.VERTICES_PER_PART
