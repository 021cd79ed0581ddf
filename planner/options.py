"""What several commands have in common: the day, the workspace, the terminal."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

from gis.errors import InputError, Text
from planner import clock


def workspace_of(options: argparse.Namespace) -> Path:
    """Return the workspace's folder: option, environment, ``./workspace``."""
    if options.workspace is not None:
        return Path(options.workspace)
    return Path(os.environ.get("PLANNER_WORKSPACE") or "workspace")


def day_of(text: str | None) -> date:
    """Return the day a command asks for; today in Beijing when none is given.

    Raises
    ------
    InputError
        When it is not a date.
    """
    if text is None:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            "date",
            Text(f"“{text}”不是日期。", f"'{text}' is not a date."),
            Text("请写成 2026-11-23 的形式。", "Write it like 2026-11-23."),
        ) from error
