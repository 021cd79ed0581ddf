"""Every page in either language, as a visitor walks through them; the pictures of the READMEs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app_pages import texts
from gis.errors import Language
from planner.samples import samples
from tests.app.browser_session import PATIENCE_MS, Session

SAMPLE = 12
ASSESSING_MS = 180_000
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page(session: Session, workspace: Path, language: Language) -> None:
    page = session.page
    session.open(f"?lang={language}")
    sample = samples(workspace)[SAMPLE]
    page.get_by_role("button", name=sample.title.said(language)).click()
    session.verdict()
    session.settle()
    session.idle()
    session.picture(f"app-siting.{language}")

    session.go(texts.LAYERS.said(language))
    page.get_by_text(texts.LAYERS_LEAD.said(language)).wait_for(timeout=PATIENCE_MS)
    session.map.wait_for(timeout=PATIENCE_MS)
    session.settle()
    session.idle()
    session.picture(f"app-layers.{language}")

    session.go(texts.LAW.said(language))
    page.get_by_text(texts.RULES_FOUND.said(language)).wait_for(timeout=PATIENCE_MS)
    session.settle()
    session.picture(f"app-law.{language}")

    session.go(texts.DOWNLOAD.said(language))
    page.get_by_role("button", name=texts.FILES[0][1].said(language)).wait_for(timeout=PATIENCE_MS)
    session.settle()
    session.picture(f"app-download.{language}")

    session.go(texts.PRIORITIES.said(language))
    page.get_by_text(texts.WHOLE_NOTE.said(language)).wait_for(timeout=ASSESSING_MS)
    session.settle()
    session.idle()
    session.picture(f"app-priorities.{language}")
    buttons = page.locator("button:visible").all_inner_texts()
    if language == "en":
        chinese = [words.split()[-1] for words in buttons if CHINESE.search(words)]
        assert chinese == [texts.OTHER_LANGUAGE.en]


def test_the_keyboard_reaches_the_tools_and_pans_the_map(session: Session) -> None:
    session.open()
    seen = set()
    for _ in range(120):
        session.page.keyboard.press("Tab")
        seen.add(
            session.page.evaluate(
                "() => { let one = document.activeElement;"
                " while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;"
                " return one.dataset.tool ?? (one.classList.contains('lm-map') ? 'map' : '') }"
            )
        )
        if {"draw", "length", "area", "home", "map"} <= seen:
            break
    assert {"draw", "length", "area", "home", "map"} <= seen
    link = session.page.locator("[data-testid=stTopNavLink]").first
    link.focus()
    assert link.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    session.map.locator(".lm-map").focus()
    centre = "root => root.landmap.map.getView().getCenter()[0]"
    before = session.map.evaluate(centre)
    session.page.keyboard.press("ArrowRight")
    session.page.wait_for_timeout(400)
    session.idle()
    assert session.map.evaluate(centre) > before


def test_corner_points_are_pasted_instead_of_drawn(session: Session) -> None:
    """For whoever can't draw with a mouse, or has the boundary as numbers."""
    session.open()
    session.choose_class("HOUS")
    session.page.get_by_text(texts.PASTE.zh, exact=True).click()
    session.page.wait_for_timeout(500)  # The folded part unfolds.
    # 500 m by 400 m with the zone before the easting, northing first: three datums have such numbers.
    points = "4187000 38466500\n4187000 38467000\n4187400 38467000\n4187400 38466500"
    session.page.locator(".st-key-pasted textarea").fill(points)
    system = session.page.get_by_role("combobox", name=texts.PASTE_CRS.zh, exact=True)
    system.click()
    session.page.get_by_role("option", name="EPSG:4526").click()
    session.settle()
    run = session.run()
    session.page.locator(".st-key-paste_take button").click()
    session.wait_run(run + 1)
    session.verdict()
    session.settle()
    assert "19.999" in session.page.inner_text("body")
