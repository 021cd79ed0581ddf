"""The form that loads a layer, without a browser: one file is one layer, whatever parts it comes in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import streamlit as st
from streamlit.testing.v1 import AppTest

from app_pages import session, texts
from planner import workspace as workspaces
from planner.workspace import MANIFEST

PATIENCE_S = 120
SCRIPT = "from app_pages import load_layer\nload_layer.form()\n"
KIND = "county"
Sent = list[tuple[str, bytes, str]]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / MANIFEST).write_text('format = 1\ntitle = {zh = "空", en = "empty"}\n', encoding="utf-8")
    monkeypatch.setenv(session.WORKSPACE_VARIABLE, str(folder))
    yield folder
    st.cache_resource.clear()


@pytest.fixture
def form(own: Path) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=PATIENCE_S).run()
    at.selectbox(key="add_kind_zh").select(KIND).run()
    at.text_input(key="add_source").set_value("自绘")
    return at


def sent(folder: Path, name: str, *boxes: tuple[float, float, float, float]) -> Sent:
    """A file as a browser sends it, with those that go with it."""
    folder.mkdir()
    squares = [shapely.box(*box) for box in boxes]
    names = ["盂县", "平定县"][: len(squares)]
    gpd.GeoDataFrame({"XZQMC": names}, geometry=squares, crs=4490).to_file(folder / name, encoding="utf-8")
    return [(item.name, item.read_bytes(), "application/octet-stream") for item in sorted(folder.iterdir())]


WEST, EAST = (113.2, 38.0, 113.5, 38.2), (113.5, 37.7, 113.8, 37.9)


def submit(at: AppTest, **files: Sent) -> None:
    for name, uploads in files.items():
        at.file_uploader(key=f"add_{name}").set_value(uploads)
    at.button[0].click().run()
    assert not at.exception


def test_two_files_are_not_one_layer(form: AppTest, own: Path, tmp_path: Path) -> None:
    west, east = sent(tmp_path / "a", "west.geojson", WEST), sent(tmp_path / "b", "east.geojson", EAST)
    submit(form, file=west + east)
    (error,) = form.error
    assert "west.geojson、east.geojson" in error.value.replace("\\", "")
    assert len(error.value.split("\n\n")) == 2
    assert workspaces.open_folder(own).layers == ()


def test_two_files_are_not_one_coverage(form: AppTest, own: Path, tmp_path: Path) -> None:
    west, east = sent(tmp_path / "a", "west.geojson", WEST), sent(tmp_path / "b", "east.geojson", EAST)
    submit(form, file=west, coverage=west + east)
    assert "west.geojson、east.geojson" in form.error[0].value.replace("\\", "")
    assert workspaces.open_folder(own).layers == ()


def test_the_parts_of_a_shapefile_are_one_layer(form: AppTest, own: Path, tmp_path: Path) -> None:
    parts = sent(tmp_path / "a", "counties.shp", WEST, EAST)
    assert {Path(name).suffix for name, *_ in parts} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    ground = sent(tmp_path / "b", "ground.shp", (113.0, 37.5, 114.0, 38.5))
    submit(form, file=parts, coverage=ground)
    assert not form.error
    assert f"{texts.ADD_DONE.zh}2" in form.success[0].value
    (listed,) = workspaces.open_folder(own).layers
    assert (own / listed.path).name == "counties.shp"
    assert (own / listed.coverage).name == "ground.shp"
