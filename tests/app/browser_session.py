"""The app as a user meets it: a running server, and a browser session on it."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.commands import app
from tests.app.script_runs import ScriptRuns

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PATIENCE_MS = 60_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running app."""

    address: str
    workspace: Path
    process: subprocess.Popen[bytes]


def start(workspace: Path, port: int | None = None, **environment: str) -> Server:
    port = port or free_port()
    options = argparse.Namespace(read_only=False, tiles=None)
    process = subprocess.Popen(
        app.arguments(port, "127.0.0.1"),
        env={**app.environment(workspace, options), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310
                return Server(address, workspace, process)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    process.terminate()
    raise AssertionError("the app did not start")


def stop(server: Server) -> None:
    server.process.terminate()
    server.process.wait(timeout=20)


@dataclass
class Session:
    """One browser session on the app: its page, and everything it asked for and complained of."""

    page: Page
    address: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    runs: ScriptRuns = field(default_factory=ScriptRuns)

    def __post_init__(self) -> None:
        self.page.on("websocket", self.runs.watch)

    @property
    def map(self) -> Locator:
        return self.page.locator(".lm-root")

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.address}/{path}")
        self.map.wait_for(timeout=PATIENCE_MS)
        self.idle()

    def run(self) -> int:
        return int(self.map.evaluate("root => root.dataset.run ?? '0'"))

    def wait_run(self, number: int) -> None:
        """Wait until the map has been brought in line with a later run of the script."""
        for _ in range(PATIENCE_MS // 10):
            if self.run() >= number:
                return
            self.page.wait_for_timeout(10)
        raise AssertionError(f"run {number} did not come")

    def settle(self) -> None:
        """Wait until the script has answered all that was done on the page, and the page shows its answer.

        The page puts what it receives on show with a delay of some milliseconds, in its own thread: a
        timer that is set after the end of the script runs later than that, however busy the machine.
        """
        ended = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
        for _ in range(PATIENCE_MS // 100):
            self.page.wait_for_function(ended, timeout=PATIENCE_MS)
            was_answered = not self.runs.is_awaited
            self.page.evaluate(
                "() => new Promise(done => setTimeout(() => requestAnimationFrame(() =>"
                " requestAnimationFrame(done)), 60))"
            )
            if was_answered and self.page.evaluate(ended) and not self.runs.is_awaited:
                return
        raise AssertionError("the script did not come to its end")

    def choose_class(self, words: str) -> None:
        """Find a project class by words or a code that fit only one."""
        run = self.run()
        field = self.page.get_by_placeholder("如 光伏、D4416、LIN")
        field.fill(words)
        field.press("Enter")
        self.wait_run(run + 1)
        self.settle()

    def choose(self, title: str, item: str) -> None:
        """Choose an item of a list by their titles, as far as the item's title fits only one."""
        field = self.page.get_by_role("combobox", name=title, exact=True)
        field.click()
        field.fill(item)
        self.page.get_by_role("option").filter(has_text=item).first.click()
        self.settle()

    def chosen(self, title: str) -> str:
        """Return the title of what is chosen in a list."""
        return self.page.get_by_role("combobox", name=title, exact=True).input_value()

    def switch_language(self, said_there: str) -> None:
        """Change to the other language and wait for words that are said in it."""
        self.page.locator(".st-key-switch_language button").click()
        self.page.get_by_text(said_there).first.wait_for(timeout=PATIENCE_MS)
        self.settle()

    def idle(self) -> None:
        """Wait until the map has drawn all that it shows."""
        self.map.evaluate(
            """root => new Promise(done => {
                const { map } = root.landmap;
                const look = () => root.landmap.isIdle ? done(true) : setTimeout(look, 30);
                const wait = () => {
                    if (!map.getTargetElement()) { setTimeout(wait, 30); return; }
                    map.once('rendercomplete', look);
                    map.render();
                };
                wait();
            })"""
        )

    def go(self, page: str) -> None:
        self.page.locator("[data-testid=stTopNavLink]", has_text=page).first.click()

    def click_place(self, longitude: float, latitude: float) -> None:
        x, y = self.place(longitude, latitude)
        self.page.mouse.click(x, y)

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        box = self.map.bounding_box()
        assert box is not None
        pixel = self.map.evaluate("(root, place) => root.landmap.pixelOf(place)", [longitude, latitude])
        return box["x"] + pixel["x"], box["y"] + pixel["y"]

    def press(self, tool: str) -> None:
        self.page.locator(f".lm-tools button[data-tool={tool}]").click()

    def draw(self, points: list[tuple[float, float]]) -> None:
        """Draw a polygon with the mouse; points in pixels from the map's middle."""
        box = self.map.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5
        self.press("draw")
        for right, down in [*points, points[0]]:
            self.page.mouse.move(x + right, y + down)
            self.page.mouse.click(x + right, y + down)
            # Two clicks within 250 ms would be a double click.
            self.page.wait_for_timeout(270)

    def look_at(self, longitude: float, latitude: float, resolution_m: float) -> None:
        self.map.evaluate(
            """(root, [place, resolution]) => {
                const view = root.landmap.map.getView();
                view.setCenter([place[0] * 20037508.342789244 / 180,
                    Math.log(Math.tan(Math.PI / 4 + place[1] * Math.PI / 360)) * 6378137]);
                view.setResolution(resolution);
            }""",
            [[longitude, latitude], resolution_m],
        )
        self.idle()

    def drawn(self) -> list[Any]:
        found: list[Any] = self.map.evaluate(
            "root => root.landmap.drawing.source.getFeatures().map(f => f.getGeometry().getCoordinates())"
        )
        return found

    def verdict(self) -> str:
        """Wait for an answer that is there in full, and return its first banner's words."""
        # What stood in its place before may be inside the banner for a moment: buttons, never text alone.
        banner = self.page.locator("[class*='st-key-verdict_'] [data-testid=stMarkdown] p").first
        banner.wait_for(timeout=PATIENCE_MS)
        self.settle()
        return banner.inner_text()

    def picture(self, name: str) -> None:
        """Keep a screenshot for the documentation, when that is asked for."""
        folder = os.environ.get("PLANNER_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.wait_for_timeout(800)
            self.page.screenshot(path=Path(folder) / f"{name}.png")
