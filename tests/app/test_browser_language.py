"""Whatever is chosen on a page stays chosen when the language changes, and is what the next action goes by."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import fiona

from app_pages import texts
from layers.spec import catalogue
from planner import app_question, app_wish
from planner.samples import samples
from tests.app.browser_session import PATIENCE_MS, Session
from tests.app.test_browser_files import download
from tests.app.test_browser_priorities import ASSESSING_MS, choose_row, marks, open_page

PAGES = Path(__file__).parents[2] / "app_pages"
COSTS = "shanxi_2018_2021"


def rules_found(session: Session) -> int:
    return int(session.page.locator("p", has=session.page.locator("strong")).first.inner_text().split()[0])


def findings(session: Session) -> list[str]:
    """Areas and shares of the findings, which are no words of any language."""
    cards = session.page.locator("[class*='st-key-finding_'] [data-testid=stCaptionContainer]")
    return [re.findall(r"[\d.]+ ?%?", text.split(" · ")[1])[0] for text in cards.all_text_contents()]


def test_no_page_draws_a_translated_choice_of_its_own() -> None:
    """A choice whose titles change with the language under a key that does not is taken for another item."""
    own = [path.name for path in PAGES.glob("*.py") if "format_func" in path.read_text(encoding="utf-8")]
    assert own == ["choice.py"]


def test_siting(session: Session, workspace: Path) -> None:
    page = session.page
    session.open()
    sample = next(item for item in samples(workspace) if item.activity == "PV")
    page.get_by_role("button", name=sample.title.zh).click()
    session.verdict()
    forest = app_question.classes()["FOREST"]
    session.choose(texts.CLASS.zh, forest.title.zh)
    session.verdict()
    page.get_by_text(texts.PASTE.zh, exact=True).click()
    page.wait_for_timeout(500)  # The folded part unfolds.
    session.choose(texts.PASTE_CRS.zh, "EPSG:4547")
    before = findings(session)

    session.switch_language(texts.HITS.en)
    assert session.chosen(texts.CLASS.en) == f"{forest.title.en}  FOREST"
    assert session.chosen(texts.PASTE_CRS.en) == "EPSG:4547"
    run = session.run()
    page.locator("[class*='st-key-go_'] button").first.click()
    session.wait_run(run + 1)
    session.verdict()
    assert session.chosen(texts.CLASS.en) == f"{forest.title.en}  FOREST"
    assert findings(session) == before != []


def test_law(session: Session) -> None:
    layer, activity = catalogue()["ecological_red_line"], app_question.classes()["PV"]
    session.open()
    session.go(texts.LAW.zh)
    session.page.get_by_text(texts.RULES_FOUND.zh).wait_for(timeout=PATIENCE_MS)
    everything = rules_found(session)
    session.choose(texts.COLUMN_LAYER.zh, layer.title.zh)
    of_layer = rules_found(session)
    session.choose(texts.CLASS.zh, activity.title.zh)
    of_both = rules_found(session)
    assert 0 < of_both < of_layer < everything

    session.switch_language(texts.RULES_FOUND.en)
    shown = (layer.title.en, f"{activity.title.en}  PV")
    assert (session.chosen(texts.COLUMN_LAYER.en), session.chosen(texts.CLASS.en)) == shown
    box = session.page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    session.page.mouse.click(box["x"] + 15, box["y"] + 50)
    session.page.locator("h4").wait_for(timeout=PATIENCE_MS)
    session.settle()
    assert (session.chosen(texts.COLUMN_LAYER.en), session.chosen(texts.CLASS.en)) == shown
    assert rules_found(session) == of_both


def test_download(session: Session, workspace: Path, tmp_path: Path) -> None:
    session.open()
    session.page.get_by_role("button", name=samples(workspace)[1].title.zh).click()
    session.verdict()
    session.go(texts.DOWNLOAD.zh)
    session.page.get_by_role("button", name="Shapefile（zip）").wait_for(timeout=PATIENCE_MS)
    session.page.get_by_text("UTF-8", exact=True).click()
    session.settle()
    session.choose(texts.TARGET_CRS.zh, "EPSG:4526")
    session.switch_language(texts.DOWNLOAD_LEAD.en)
    # Another page and back.
    session.go(texts.LAW.en)
    session.page.get_by_text(texts.RULES_FOUND.en).wait_for(timeout=PATIENCE_MS)
    session.go(texts.DOWNLOAD.en)
    session.page.get_by_role("button", name="Shapefile (zip)").wait_for(timeout=PATIENCE_MS)
    session.settle()
    assert session.chosen(texts.TARGET_CRS.en) == "EPSG:4526"
    path = download(session, "Shapefile (zip)", tmp_path)
    with zipfile.ZipFile(path) as archive:
        (code_page,) = [name for name in archive.namelist() if name.endswith(".cpg")]
        assert archive.read(code_page).strip() == b"UTF-8"
    with fiona.open(f"zip://{path}") as source:
        assert source.crs.to_epsg() == 4526
        easting, northing = source.bounds[:2]
        assert 38_000_000 < easting < 39_000_000
        assert 4_100_000 < northing < 4_300_000
        assert {row["properties"]["SYBZ"] for row in source} >= {"illustrative"}


def test_priorities(session: Session) -> None:
    method, costs = app_wish.METHODS["topsis"], app_wish.published_costs()[COSTS]
    mode = next(iter(app_wish.mode_titles().values()))
    page = session.page
    open_page(session)
    page.get_by_text(texts.MONEY.zh, exact=True).click()
    page.wait_for_timeout(600)  # The folded part unfolds.
    session.choose(texts.COSTS.zh, costs.zh)
    session.choose(texts.MAY_FAIL.zh, mode.zh)
    page.keyboard.press("Escape")
    session.choose(texts.RANK_METHOD.zh, method.zh)
    page.get_by_text(texts.QUICK_NOTE.zh).wait_for(timeout=ASSESSING_MS)
    session.settle()
    session.idle()
    before = marks(session)

    session.switch_language(texts.QUICK_NOTE.en)
    session.idle()
    assert session.chosen(texts.COSTS.en) == costs.en
    choose_row(session, 3)
    session.idle()
    assert session.chosen(texts.COSTS.en) == costs.en
    assert session.chosen(texts.RANK_METHOD.en) == method.en
    assert (
        page.get_by_test_id("stMultiSelect").filter(has_text=texts.MAY_FAIL.en).get_by_text(mode.en).count()
    )
    assert marks(session).keys() == before.keys()
    assert {mark: found[0] for mark, found in marks(session).items()} == {
        mark: found[0] for mark, found in before.items()
    }
    # And a wish that is changed then is changed from what was wished.
    run = session.run()
    slider = page.locator(".st-key-mines_road_distance_m input")
    slider.focus()
    page.keyboard.press("ArrowRight")
    session.wait_run(run + 1)
    session.settle()
    assert page.get_by_test_id("stAlertContentError").count() == 0
    assert session.chosen(texts.COSTS.en) == costs.en
    assert session.chosen(texts.RANK_METHOD.en) == method.en
