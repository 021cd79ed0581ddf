"""Draw the terminal output of a real check as docs/images/check.svg: run after `make demo`."""

from __future__ import annotations

import re
import sys
from datetime import date
from io import StringIO
from pathlib import Path

from rich.console import Console

from planner import flow, report
from planner.project import Project

ROOT = Path(__file__).parents[1]
FONT = '"Noto Sans Mono CJK SC", "Sarasa Mono SC", "NSimSun", monospace'


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
    console = Console(record=True, width=110, file=StringIO(), force_terminal=True)
    report.show(flow.check(project), console, "zh")
    drawing = console.export_svg(title="planner check 光伏发电_示意.zip --activity PV", unique_id="check")
    # The picture must not ask the network for a font.
    drawing = re.sub(r"@font-face \{.*?\}\s*", "", drawing, flags=re.DOTALL)
    drawing = drawing.replace("Fira Code, monospace", FONT.replace('"', "'"))
    (ROOT / "docs" / "images" / "check.svg").write_text(drawing, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "workspace")
