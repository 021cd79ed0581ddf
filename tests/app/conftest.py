"""One server and one Chromium for all tests of the app, one browser session for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest
import streamlit as st

from app_pages.session import WORKSPACE_VARIABLE
from tests.app.browser_session import Server, Session, start, stop
from tests.planner import small_workspace as small

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WINDOW = {"width": 1366, "height": 768}
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_HERE = ("127.0.0.1", "localhost", None)


@pytest.fixture
def small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace of one red line, which the pages that AppTest runs are on."""
    folder = small.make(tmp_path / "small")
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    yield folder
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def server(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    uploads = tmp_path_factory.mktemp("uploads")
    found = start(workspace, TMPDIR=str(uploads))
    yield found
    stop(found)
    assert list(uploads.iterdir()) == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the app was not tried in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=_ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def session(browser: Browser, server: Server) -> Iterator[Session]:
    yield from watched(browser, server)


@pytest.fixture
def other_session(browser: Browser, server: Server) -> Iterator[Session]:
    yield from watched(browser, server)


def watched(browser: Browser, server: Server) -> Iterator[Session]:
    """Give a session, and afterwards see that it asked nobody outside and had nothing to complain of."""
    context = browser.new_context(viewport=WINDOW, locale="zh-CN", accept_downloads=True)
    found = Session(context.new_page(), server.address)

    def requested(url: str) -> None:
        parts = urlparse(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in _HERE:
            found.outside.append(url)

    context.on("request", lambda request: requested(request.url))
    found.page.on("websocket", lambda socket: requested(socket.url))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on(
        "console",
        lambda message: found.complaints.append(message.text) if message.type == "error" else None,
    )
    yield found
    context.close()
    assert found.outside == []
    assert found.complaints == []
