"""A tile base that was configured: its source's own line stands on the map, as text."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app_pages import session as app_session
from tests.app.browser_session import Session, start, stop
from tests.app.conftest import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CREDIT = "审图号：GS(2026)1号 © <img src=x onerror=alert(1)> & Co."


def pixel() -> bytes:
    """A grey PNG of one pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.fixture
def with_tiles(browser: Browser, tmp_path: Path) -> Iterator[Session]:
    (tmp_path / "workspace.toml").write_text('format = 1\ntitle = {zh = "空", en = "e"}\n', encoding="utf-8")
    environment = {
        app_session.TILES_VARIABLE: "http://127.0.0.1:9/tiles/{z}/{x}/{y}.png",
        app_session.TILES_ATTRIBUTION_VARIABLE: CREDIT,
    }
    server = start(tmp_path, **environment)
    try:
        for found in watched(browser, server):
            found.page.route(
                "**/tiles/**", lambda route: route.fulfill(body=pixel(), content_type="image/png")
            )
            yield found
    finally:
        stop(server)


def test_the_line_of_the_tiles_source_is_shown_with_them(with_tiles: Session) -> None:
    with_tiles.open()
    credit = with_tiles.page.locator(".lm-credit")
    assert credit.is_visible()
    assert credit.inner_text() == CREDIT
    assert credit.locator("img").count() == 0
    box, frame = credit.bounding_box(), with_tiles.map.bounding_box()
    assert box is not None
    assert frame is not None
    assert frame["x"] <= box["x"] < box["x"] + box["width"] <= frame["x"] + frame["width"]
    assert frame["y"] <= box["y"] < box["y"] + box["height"] <= frame["y"] + frame["height"]
    bar = with_tiles.page.locator(".ol-scale-line").bounding_box()
    assert bar is not None
    assert box["y"] + box["height"] <= bar["y"]
    # Switched off, its source goes with them.
    with_tiles.page.locator(".lm-panel-more").click()
    with_tiles.page.locator(".lm-panel input[data-layer=tiles]").uncheck()
    assert not credit.is_visible()
