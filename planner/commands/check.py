"""``planner check``: what stands in a project's way."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from gis.errors import InputError, Language, Text
from planner import export, flow, report
from planner.cli import EXIT_FAILED_ON, EXIT_OK
from planner.project import Project
from planner.result import Result
from zoning.rule import Verdict

_FAIL_ON = {
    "prohibited": Verdict.PROHIBITED,
    "approval": Verdict.NEEDS_APPROVAL,
    "undecidable": Verdict.UNDECIDABLE,
}


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    project = _project(options)
    result = checked(project)
    if options.out is not None:
        written, notes = export.write_all(
            result, options.out, language, encoding=options.encoding, crs=options.to_crs
        )
    if options.json:
        sys.stdout.write(json.dumps(export.to_json(result, language), ensure_ascii=False) + "\n")
    else:
        console = terminal()
        report.show(result, console, language)
        if options.out is not None:
            for path in written:
                console.print(str(path), highlight=False, soft_wrap=True)
            for note in notes:
                console.print(f"{note.what.said(language)} {note.done.said(language)}", highlight=False)
    return _exit_code(result, options.fail_on)


def checked(project: Project) -> Result:
    """Check a project, with a progress line on stderr when that is a terminal."""
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True,
        disable=not sys.stderr.isatty(),
    ) as progress:  # fmt: skip
        task = progress.add_task("")
        return flow.check(project, tell=lambda what: progress.update(task, description=what))


def terminal() -> Console:
    """Return the console for reports: as wide as the terminal, 120 columns when piped."""
    return Console(width=None if sys.stdout.isatty() else 120)


def workspace_of(options: argparse.Namespace) -> Path:
    """Return the workspace's folder: option, environment, ``./workspace``."""
    if options.workspace is not None:
        return Path(options.workspace)
    return Path(os.environ.get("PLANNER_WORKSPACE") or "workspace")


def day_of(text: str | None) -> date:
    """Return the day a command asks for; today when none is given.

    Raises
    ------
    InputError
        When it is not a date.
    """
    if text is None:
        return flow.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            "date",
            Text(f"“{text}”不是日期。", f"'{text}' is not a date."),
            Text("请写成 2026-11-23 的形式。", "Write it like 2026-11-23."),
        ) from error


def _project(options: argparse.Namespace) -> Project:
    if options.run is not None:
        return Project.from_json(_text_of(options.run), options.run.name)
    if not options.sites:
        raise InputError(
            "no_site",
            Text("没有给出项目范围文件。", "No footprint was given."),
            Text("例：planner check 范围.zip --activity PV", "As in: planner check SITE.zip --activity PV"),
        )
    if options.activity is None:
        raise InputError(
            "no_activity",
            Text("没有给出项目类别。", "No project class was given."),
            Text(
                "用 --activity 代码 指明（如 PV 光伏、LIN 线性工程）。",
                "Name it with --activity (PV, LIN …).",
            ),
        )
    return Project(
        sites=tuple(options.sites),
        activity=options.activity.upper(),
        answers=tuple(sorted(_answer(text) for text in options.flag)),
        as_of=day_of(options.as_of),
        workspace=workspace_of(options),
        crs=options.crs,
        layer=options.layer,
    )


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "run_file",
            Text(f"读不出运行文件“{path}”。", f"The run file '{path}' can't be read."),
            Text("请核对路径。", "Check the path."),
        ) from error


def _answer(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    return name.strip(), value.strip() if equals else "yes"


def _exit_code(result: Result, fail_on: str | None) -> int:
    if fail_on is not None and result.verdict.severity >= _FAIL_ON[fail_on].severity:
        return EXIT_FAILED_ON
    return EXIT_OK
