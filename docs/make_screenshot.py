"""Draw the terminal output of a real check as docs/images/check.png.

Run after `make demo`, on a machine with Chromium and a Chinese monospace font.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from datetime import date
from io import StringIO
from pathlib import Path

from rich.terminal_theme import MONOKAI

from planner import flow, report
from planner.line_breaks import BreakingConsole
from planner.project import Project

ROOT = Path(__file__).parents[1]
PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>{stylesheet}
body {{ background: {background}; color: {foreground}; margin: 12px; }}
pre {{ font: 14px/1.3 "Noto Sans Mono CJK SC", "Sarasa Mono SC", "NSimSun", monospace; }}
</style><pre>{code}</pre>"""


def main(workspace: Path) -> None:
    """Check the photovoltaic sample and draw what the terminal shows."""
    project = Project(
        sites=(workspace / "sites" / "光伏发电_示意.zip",),
        activity="PV",
        answers=(
            ("national_major", "no"),
            ("polluting_groundwater", "no"),
            ("pv_part", "array"),
            ("unit_list", "not_named"),
        ),
        as_of=date(2026, 11, 23),
        workspace=workspace,
    )
    console = BreakingConsole(record=True, width=112, file=StringIO(), force_terminal=True)
    console.print("[bold]$ planner check 光伏发电_示意.zip --activity PV --flag …[/]")
    report.show(flow.check(project), console, "zh")
    body = console.export_html(theme=MONOKAI, code_format=PAGE)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(body, encoding="utf-8")
        subprocess.run(
            [
                shutil.which("chromium") or "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--screenshot={ROOT / 'docs' / 'images' / 'check.png'}",
                "--window-size=830,1250",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "workspace")
