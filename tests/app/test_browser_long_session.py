"""A page left open for a day: the server has let go of its session, or was started again meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planner import app_question
from planner.samples import samples
from tests.app.browser_session import PATIENCE_MS, Session, free_port, start, stop
from tests.app.conftest import WINDOW

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.xdist_group("browser")
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
    page.get_by_role("button", name="English").click()
    boundary = page.get_by_test_id("stSidebar").get_by_text(f"{app_question.DRAWN_NAME.zh}.geojson")
    boundary.wait_for(timeout=PATIENCE_MS)
    left_open.settle()
    assert len(left_open.drawn()) == 1
    # The class comes back with the words it was found by; the answer is that of the drawing.
    assert left_open.verdict()
    assert page.get_by_test_id("stAlertContentError").count() == 0
    page.locator(".st-key-clear_site button").click()
    page.get_by_role("button", name=samples(workspace)[0].title.zh).wait_for(timeout=PATIENCE_MS)
    left_open.settle()
    left_open.idle()
    assert left_open.drawn() == []
