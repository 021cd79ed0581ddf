"""A page left open for a day: the server has let go of its session, or was started again meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app_pages import texts
from planner import app_question
from planner.samples import samples
from tests.app.browser_session import PATIENCE_MS, Session, free_port, start, stop
from tests.app.conftest import WINDOW

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TRIANGLE = [(-60, -40), (60, -40), (0, 50)]


def wait_for_server(session: Session, *, is_there: bool) -> None:
    session.page.wait_for_function(
        "there => (document.querySelector('[data-testid=stApp]').dataset.testConnectionState === 'CONNECTED')"
        " === there",
        arg=is_there,
        timeout=PATIENCE_MS,
    )


@pytest.fixture
def left_open(browser: Browser, workspace: Path) -> Iterator[Session]:
    """A page with a drawing, whose server knows nothing of it any more.

    The browser complains of the lost connection, as it should: this session is not watched.
    """
    port = free_port()
    server = start(workspace, port)
    context = browser.new_context(viewport=WINDOW, locale="zh-CN")
    found = Session(context.new_page(), server.address)
    try:
        found.open()
        found.choose_class("PV")
        run = found.run()
        found.draw(TRIANGLE)
        found.wait_run(run + 1)
        found.verdict()
        assert found.run() > 2
        stop(server)
        wait_for_server(found, is_there=False)
        server = start(workspace, port)
        wait_for_server(found, is_there=True)
        yield found
    finally:
        context.close()
        stop(server)


def test_a_page_whose_session_is_gone_goes_on_with_what_it_has_drawn(
    left_open: Session, workspace: Path
) -> None:
    page = left_open.page
    language = page.get_by_role("button", name=texts.OTHER_LANGUAGE.zh)
    # The new session knows no button yet: the first press wakes it. Its first run learns what the page has
    # drawn and which words the class was found by, its second answers.
    language.click()
    for _ in range(PATIENCE_MS // 100):
        if left_open.run() == 2:
            break
        page.wait_for_timeout(100)
    left_open.settle()
    language.click()
    page.get_by_text(texts.HITS.en).wait_for(timeout=PATIENCE_MS)
    assert left_open.verdict()
    assert page.get_by_test_id("stSidebar").get_by_text(app_question.DRAWN_NAME.en).count() == 1
    assert len(left_open.drawn()) == 1
    assert page.get_by_test_id("stAlertContentError").count() == 0
    run = left_open.run()
    page.locator(".st-key-clear_site button").click()
    left_open.wait_run(run + 1)
    left_open.settle()
    assert page.get_by_role("button", name=samples(workspace)[0].title.en).count() == 1
    assert left_open.drawn() == []
