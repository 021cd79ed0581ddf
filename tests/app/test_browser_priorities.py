"""Mine priorities in a real browser: table and map, weights, programme, downloads, language."""

from __future__ import annotations

import zipfile
from pathlib import Path

import fiona
import pyproj

from app_pages import texts
from planner.options import day_of
from tests.app.browser_session import PATIENCE_MS, Session

ASSESSING_MS = 180_000
HEADER_PX, ROW_PX = 35, 30


def marks(session: Session) -> dict[str, tuple[str, float, float]]:
    """Mark, patch number, longitude and latitude of the numbered mines on the map."""
    found = session.map.evaluate(
        """root => root.landmap.overlays.get('findings').source.getFeatures()
            .filter(item => item.get('mark'))
            .map(item => [item.get('mark'), item.get('id'), ...item.getGeometry().getCoordinates()])"""
    )
    to_degrees = pyproj.Transformer.from_crs(3857, 4326, always_xy=True)
    return {mark: (label, *to_degrees.transform(x, y)) for mark, label, x, y in found}


def open_page(session: Session) -> None:
    session.open()
    session.go(texts.PRIORITIES.zh)
    session.page.get_by_text(texts.WHOLE_NOTE.zh).wait_for(timeout=ASSESSING_MS)
    session.settle()
    session.idle()


def choose_row(session: Session, row: int) -> None:
    box = session.page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    run = session.run()
    session.page.mouse.click(box["x"] + 15, box["y"] + HEADER_PX + ROW_PX * row + ROW_PX / 2)
    session.wait_run(run + 1)
    session.settle()


def selected(session: Session) -> str:
    return str(session.map.evaluate("root => root.landmap.data.selected"))


def wait_for_row(session: Session, label: str) -> None:
    """Wait until the table shows a mine's row as selected; its rows stand in the page for screen readers."""
    rows = session.page.get_by_test_id("stDataFrame").first.locator("tr[aria-selected=true]")
    rows.filter(has_text=label).wait_for(state="attached", timeout=PATIENCE_MS)
    assert rows.count() == 1


def test_table_map_and_weights(session: Session) -> None:
    open_page(session)
    mines = marks(session)
    third, longitude, latitude = mines["3"]
    choose_row(session, 2)
    assert selected(session) == third
    session.page.wait_for_timeout(500)
    session.idle()
    box = session.map.bounding_box()
    assert box is not None
    x, y = session.place(longitude, latitude)
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]

    sixth, longitude, latitude = mines["6"]
    session.look_at(longitude, latitude, 6.0)
    run = session.run()
    session.click_place(longitude, latitude)
    session.wait_run(run + 1)
    session.settle()
    assert selected(session) == sixth
    wait_for_row(session, sixth)
    assert session.page.get_by_text(texts.RANKED_AS.zh.replace("{rank}", "6")).count() == 1

    slider = session.page.locator(".st-key-mines_road_distance_m input")
    slider.focus()
    run = session.run()
    session.page.keyboard.press("ArrowRight")
    session.wait_run(run + 1)
    session.page.get_by_text(texts.QUICK_NOTE.zh).wait_for(timeout=PATIENCE_MS)
    session.settle()
    assert slider.get_attribute("aria-valuetext") == "6"
    assert selected(session) == sixth

    run = session.run()
    session.page.get_by_role("button", name="English").click()
    session.wait_run(run + 1)
    session.page.get_by_text(texts.QUICK_NOTE.en).wait_for(timeout=PATIENCE_MS)
    session.settle()
    session.go(texts.LAW.en)
    session.page.get_by_text(texts.RULES_FOUND.en).wait_for(timeout=PATIENCE_MS)
    session.go(texts.PRIORITIES.en)
    session.page.get_by_text(texts.QUICK_NOTE.en).wait_for(timeout=PATIENCE_MS)
    session.settle()
    assert slider.get_attribute("aria-valuetext") == "6"
    assert selected(session) == sixth


def test_programme_on_the_map_and_downloads(session: Session, tmp_path: Path) -> None:
    open_page(session)
    first_mines = {label for label, _, _ in marks(session).values()}
    session.page.get_by_text(texts.MONEY.zh, exact=True).click()
    # A list that opens while its frame still grows would close again.
    session.page.wait_for_timeout(600)
    session.page.get_by_role("combobox", name=texts.COSTS.zh).click()
    session.page.get_by_role("option").filter(has_text="山西省2018").click()
    session.page.locator(".st-key-decide button").click()
    session.page.get_by_text(texts.WHOLE_NOTE.zh).wait_for(timeout=ASSESSING_MS)
    session.settle()
    sections = session.page.locator("[class*='st-key-mines_section']")
    sections.get_by_text(texts.SECTION_PROGRAMME.zh, exact=True).click()
    session.page.locator("[class*='st-key-mines_colour']").get_by_text(texts.BY_YEAR.zh, exact=True).click()
    first = str(day_of(None).year)
    # On a map as narrow as this page's the legend starts folded.
    session.page.locator(".lm-panel-head").click()
    session.map.locator(".lm-legend").get_by_text(first, exact=True).wait_for(timeout=PATIENCE_MS)
    session.settle()
    session.idle()
    session.picture("app-programme.zh")
    sections.get_by_text(texts.SECTION_FILES.zh, exact=True).click()
    session.page.get_by_text(texts.MAKE_FILES.zh, exact=True).click()
    name = next(title.zh for file, title, _ in texts.RANK_FILES if file == "ranking.zip")
    button = session.page.get_by_role("button", name=name, exact=False).first
    button.wait_for(timeout=ASSESSING_MS)
    with session.page.expect_download(timeout=PATIENCE_MS) as waiting:
        button.click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    with fiona.open(f"zip://{path}") as source:
        rows = [row["properties"] for row in source]
        assert source.crs.to_epsg() == 4490
    assert first_mines <= {row["TBBH"] for row in rows}
    assert sorted(row["PM"] for row in rows) == [row["PM"] for row in rows]
    assert {row["SYBZ"] for row in rows} == {"示意"}
    assert any(row["JHND"] for row in rows)
    assert zipfile.is_zipfile(path)
