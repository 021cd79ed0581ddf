"""``planner check``: what stands in a project's way."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from gis.errors import InputError, Language, Text
from gis.note import Note
from layers import spec
from planner import batch, batch_report, export, flow, report, run_file, target_crs, terminal
from planner.cli import EXIT_FAILED_ON, EXIT_OK
from planner.options import day_of, workspace_of
from planner.project import Project
from planner.result import Result
from zoning import project_class
from zoning.rule import Verdict

_FAIL_ON = {
    "prohibited": Verdict.PROHIBITED,
    "approval": Verdict.NEEDS_APPROVAL,
    "undecidable": Verdict.UNDECIDABLE,
}


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    project = _project(options)
    target_crs.named(options.to_crs)
    if options.batch or options.scheduler is not None or batch.is_many(project):
        return _run_batch(project, options, language)
    result = checked(project)
    console = terminal.console()
    if not options.json:
        # Before the files: what hinders them must not take the verdict away.
        report.show(result, console, language)
    written: list[Path] = []
    notes: tuple[Note, ...] = ()
    if options.out is not None:
        written, notes = export.write_all(
            result, options.out, language, encoding=options.encoding, crs=options.to_crs
        )
    if options.json:
        sys.stdout.write(json.dumps(export.to_json(result, language), ensure_ascii=False) + "\n")
        return _exit_code(result.verdict, options.fail_on)
    for path in written:
        console.print(str(path), highlight=False, soft_wrap=True)
    for note in notes:
        console.print(f"{note.what.said(language)} {note.done.said(language)}", highlight=False)
    return _exit_code(result.verdict, options.fail_on)


def _run_batch(project: Project, options: argparse.Namespace, language: Language) -> int:
    if options.out is None:
        raise InputError(
            "batch_without_folder",
            Text(
                "地块很多，按批量检查，但没有给出导出目录。",
                "There are many parcels, but no folder for the tables.",
            ),
            Text("请加 --out 目录；中断后用同一命令继续。", "Add --out DIR; the same command resumes."),
        )
    runner = batch.on_this_machine(options.processes)
    if options.scheduler is not None:
        runner = _cluster(options.scheduler)
    with terminal.progress_bar() as progress:
        task = progress.add_task("")
        result = batch.check(
            project,
            options.out,
            runner,
            lambda done, total: progress.update(
                task, completed=done, total=total, description=f"{done}/{total}"
            ),
        )
    if options.json:
        content = batch_report.to_json(result, project, language)
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    else:
        batch_report.show(result, project, terminal.console(), language)
    return _exit_code(result.verdict, options.fail_on)


def _cluster(address: str) -> batch.Runner:
    try:
        from planner import batch_cluster
    except ModuleNotFoundError as error:
        if error.name != "distributed":
            raise
        raise InputError(
            "no_cluster_package",
            Text("没有安装集群所需的 distributed 包。", "The package 'distributed' is not installed."),
            Text(
                "请运行 pip install 'yangquan-planner[scale]'。", "Run pip install 'yangquan-planner[scale]'."
            ),
        ) from error
    return batch_cluster.on_cluster(address)


def checked(project: Project) -> Result:
    """Check a project, with a progress line on stderr when that is a terminal."""
    with terminal.progress_bar() as progress:
        task = progress.add_task("", total=_steps(project))
        return flow.check(project, tell=lambda what: progress.update(task, description=what, advance=1))


def _steps(project: Project) -> int:
    """Return how often the flow tells what it does: each layer it loads, each site and its layers."""
    control = sum(kind.role == "control" for kind in spec.catalogue().values())
    return control + len(project.sites) * (1 + control)


def _project(options: argparse.Namespace) -> Project:
    if options.run is not None:
        run_file.stands_alone(options)
        project = Project.from_json(run_file.read(options.run), options.run.name).seen_from(
            options.run.parent
        )
        return project if options.workspace is None else replace(project, workspace=options.workspace)
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
        activity=project_class.find_class(options.activity).id,
        answers=_answers(options.flag),
        as_of=day_of(options.as_of),
        workspace=workspace_of(options),
        crs=options.crs,
        layer=options.layer,
        width_m=options.width,
    )


def _answers(given: list[str]) -> tuple[tuple[str, str], ...]:
    answers: dict[str, str] = {}
    for name, value in map(_answer, given):
        if answers.setdefault(name, value) != value:
            raise InputError(
                "flag_contradicts",
                Text(
                    f"标志 {name} 给了两个答案：{answers[name]}、{value}。",
                    f"Flag {name} was given two answers: {answers[name]}, {value}.",
                ),
                Text("请只给一个。", "Give one."),
            )
    return tuple(sorted(answers.items()))


def _answer(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    return name.strip(), value.strip() if equals else "yes"


def _exit_code(verdict: Verdict, fail_on: str | None) -> int:
    if fail_on is not None and verdict.severity >= _FAIL_ON[fail_on].severity:
        return EXIT_FAILED_ON
    return EXIT_OK
