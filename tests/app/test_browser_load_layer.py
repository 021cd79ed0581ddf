"""A layer is loaded in a real browser, into a workspace of one's own that has none yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from app_pages import texts
from layers.spec import catalogue
from planner import workspace as workspaces
from planner.workspace import MANIFEST
from tests.app.browser_session import PATIENCE_MS, Session, start, stop
from tests.app.conftest import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ["甲镇", "乙乡", "丙街道"]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "自己的工作区"
    folder.mkdir()
    (folder / MANIFEST).write_text('format = 1\ntitle = {zh = "自己的", en = "my own"}\n', encoding="utf-8")
    return folder


@pytest.fixture
def own_session(browser: Browser, empty: Path) -> Iterator[Session]:
    server = start(empty)
    try:
        yield from watched(browser, server)
    finally:
        stop(server)


@pytest.fixture
def two_layers(tmp_path: Path) -> Path:
    """A GeoPackage with the townships and an older state of them."""
    path = tmp_path / "乡镇.gpkg"
    squares = [shapely.box(113.5 + 0.1 * k, 37.9, 113.6 + 0.1 * k, 38.0) for k in range(len(NAMES))]
    frame = gpd.GeoDataFrame({"XZQMC": NAMES}, geometry=squares, crs=4490)
    frame.to_file(path, layer="现状")
    frame.iloc[:2].to_file(path, layer="旧版")
    return path


def test_a_layer_of_a_file_with_several_is_loaded_into_an_empty_workspace(
    own_session: Session, empty: Path, two_layers: Path
) -> None:
    page = own_session.page
    own_session.open()
    own_session.go(texts.LAYERS.zh)
    page.get_by_text(texts.LAYERS_LEAD.zh).wait_for(timeout=PATIENCE_MS)
    own_session.settle()
    page.get_by_text(texts.ADD_LAYER.zh, exact=True).click()
    page.wait_for_timeout(500)  # The folded part unfolds.
    kind = page.get_by_role("combobox", name=texts.ADD_KIND.zh)
    kind.click()
    kind.fill(catalogue()["township"].title.zh)
    page.get_by_role("option", name=catalogue()["township"].title.zh).click()
    own_session.settle()
    # The language changes twice, once with the form half filled in: kind and form stay as they are.
    own_session.switch_language(texts.LAYERS_LEAD.en)
    assert own_session.chosen(texts.ADD_KIND.en) == catalogue()["township"].title.en
    form = page.get_by_test_id("stForm")
    assert form.is_visible()
    form.locator("input[type=file]").first.set_input_files(two_layers)
    form.get_by_text(two_layers.name).wait_for(timeout=PATIENCE_MS)
    own_session.switch_language(texts.LAYERS_LEAD.zh)
    form.get_by_label(texts.ADD_SOURCE.zh).fill("自绘")
    submit = form.get_by_role("button", name=texts.ADD_SUBMIT.zh)

    submit.click()
    error = page.get_by_test_id("stAlertContentError")
    error.wait_for(timeout=PATIENCE_MS)
    assert "“文件中的图层名”一栏" in error.inner_text()
    assert workspaces.open_folder(empty).layers == ()

    form.get_by_label(texts.LAYER_IN_FILE.zh).fill("现状")
    submit.click()
    page.get_by_text(f"{texts.ADD_DONE.zh}{len(NAMES)}").wait_for(timeout=PATIENCE_MS)
    own_session.settle()
    assert error.count() == 0
    listed = workspaces.open_folder(empty).layers
    assert [(item.kind, item.layer) for item in listed] == [("township", "现状")]
    assert list(workspaces.load_layers(workspaces.open_folder(empty), ("context",)).layers) == ["township"]
