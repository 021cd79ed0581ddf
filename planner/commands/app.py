"""``planner app``: the app in a browser, on a workspace."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from gis.errors import InputError, Language, Text
from planner import workspace
from planner.cli import EXIT_OK
from planner.options import workspace_of

SETTINGS = {
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "server.enableStaticServing": "false",
    "server.enableXsrfProtection": "true",
    "server.fileWatcherType": "none",
    "server.headless": "true",
    "server.maxUploadSize": "200",
    "theme.backgroundColor": "#ffffff",
    "theme.base": "light",
    "theme.baseFontSize": "14",
    "theme.baseRadius": "6px",
    "theme.borderColor": "#c3ccc9",
    "theme.font": "'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif",
    "theme.headingFont": "'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif",
    "theme.linkColor": "#0b4f8a",
    "theme.primaryColor": "#0b4f8a",
    "theme.secondaryBackgroundColor": "#f3f6f6",
    "theme.textColor": "#1f2a30",
}
"""The same settings as ``.streamlit/config.toml``, which an installed package has not beside it."""


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out: serve until interrupted."""
    folder = workspace_of(options)
    workspace.open_folder(folder)
    words = Text(
        f"浏览器打开 http://localhost:{options.port} ；按 Ctrl+C 结束。",
        f"Open http://localhost:{options.port} in a browser; Ctrl+C ends it.",
    )
    sys.stdout.write(words.said(language) + "\n")
    sys.stdout.flush()
    try:
        return subprocess.call(arguments(options.port, options.address), env=environment(folder, options))
    except KeyboardInterrupt:
        return EXIT_OK


def arguments(port: int, address: str) -> list[str]:
    """Return the words that start Streamlit on the app.

    Raises
    ------
    InputError
        When Streamlit is not installed.
    """
    script = importlib.util.find_spec("app_streamlit")
    if script is None or script.origin is None or importlib.util.find_spec("streamlit") is None:
        raise InputError(
            "app_missing",
            Text("没有安装网页界面所需的 Streamlit。", "Streamlit, which the app needs, is not installed."),
            Text(
                "运行 pip install 'yangquan-planner[app]'。",
                "Run pip install 'yangquan-planner[app]'.",
            ),
        )
    settings = {**SETTINGS, "server.port": str(port), "server.address": address}
    given = [f"--{name}={value}" for name, value in settings.items()]
    return [sys.executable, "-m", "streamlit", "run", script.origin, *given]


def environment(folder: Path, options: argparse.Namespace) -> Mapping[str, str]:
    """Return the environment in which the app finds its workspace."""
    chosen = {"PLANNER_WORKSPACE": str(folder.resolve())}
    if options.read_only:
        chosen["PLANNER_APP_READ_ONLY"] = "1"
    if options.tiles is not None:
        chosen["PLANNER_TILES"] = options.tiles
    return {**os.environ, **chosen}
