"""``planner demo``: build the demonstration workspace, check its samples, write every export."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from data import make_demo
from gis.errors import Language, Text
from planner import export, flow, terminal, texts, wording, workspace
from planner.cli import EXIT_OK
from planner.options import day_of
from planner.project import Project
from planner.report import VERDICT_STYLES
from planner.result import Result
from planner.samples import Sample, samples

JSON_SCHEMA = "planner.demo/1"


def run(options: argparse.Namespace, language: Language) -> int:
    """Carry the command out."""
    folder, out = options.folder, options.out
    with terminal.progress_bar() as progress:
        task = progress.add_task("", total=None)
        make_demo.make(folder, progress=lambda what: progress.update(task, description=what))
        loaded = workspace.load_layers(workspace.open_folder(folder))
        results = []
        for sample in samples(folder):
            progress.update(task, description=sample.file)
            result = flow.check(_project(sample, folder), loaded=loaded)
            export.write_all(result, out / Path(sample.file).stem, language)
            results.append((sample, result))
    if options.json:
        sys.stdout.write(json.dumps(_to_json(results, folder, out), ensure_ascii=False) + "\n")
    else:
        _show(results, folder, out, language)
    return EXIT_OK


def _project(sample: Sample, folder: Path) -> Project:
    return Project(
        sites=(folder / "sites" / sample.file,),
        activity=sample.activity,
        answers=sample.flags,
        as_of=day_of(None),
        workspace=folder,
        crs=sample.crs,
    )


def _show(results: list[tuple[Sample, Result]], folder: Path, out: Path, language: Language) -> None:
    console = terminal.console()
    titles = (
        Text("示例", "sample"),
        Text("文件", "file"),
        Text("类别", "class"),
        Text("面积 公顷", "area ha"),
        Text("禁止区 公顷", "prohibited ha"),
        Text("结论", "verdict"),
    )
    heading = Text("示例项目的结论", "Verdicts of the samples")
    table = terminal.table(titles, language, heading=heading, numbers=(3, 4))
    for sample, result in results:
        site = result.sites[0]
        style = VERDICT_STYLES.get(site.verdict.code, "white")
        table.add_row(
            sample.title.said(language),
            sample.file,
            sample.activity,
            wording.hectares(site.totals.subject_m2),
            wording.hectares(site.totals.prohibited_m2),
            f"[{style}]{wording.verdict_title(site.verdict.code, language)}[/]",
        )
    console.print(table)
    console.print(f"[bold reverse] {texts.ILLUSTRATIVE_WARNING.said(language)} [/]", highlight=False)
    places = (
        (Text("工作区", "Workspace"), folder),
        (Text("每个示例的 shapefile、GeoPackage、GeoJSON、Excel", "Exports of each sample"), out),
    )
    for title, place in places:
        console.print(f"{title.said(language)}: {place}", highlight=False, soft_wrap=True)
    first = results[0][0]
    program = Path(sys.argv[0]).as_posix()
    footprint = (folder / "sites" / first.file).as_posix()
    answers = " ".join(f"--flag {name}={value}" for name, value in first.flags)
    hint = (
        f"{program} check {footprint} --activity {first.activity} {answers} --workspace {folder.as_posix()}"
    )
    console.print(
        f"{Text('再看一个', 'Look at one').said(language)}: {hint}", highlight=False, soft_wrap=True
    )


def _to_json(results: list[tuple[Sample, Result]], folder: Path, out: Path) -> dict[str, Any]:
    return {
        "schema": JSON_SCHEMA,
        "workspace": folder.as_posix(),
        "out": out.as_posix(),
        "samples": [
            {"file": sample.file, "activity": sample.activity, "verdict": result.verdict.code}
            for sample, result in results
        ],
    }
