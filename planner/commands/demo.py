"""``planner demo``: build the demonstration workspace, check its samples, write every export."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data import make_demo
from gis.errors import Language, Text
from planner import export, flow, rank_export, rank_flow, rank_report, terminal, texts, wording, workspace
from planner.cli import EXIT_OK
from planner.options import day_of
from planner.priorities import Choices, Priorities
from planner.project import Project
from planner.rank_result import Decision
from planner.report import VERDICT_STYLES
from planner.result import Result
from planner.samples import Sample, samples

JSON_SCHEMA = "planner.demo/1"
RANKING_FOLDER = "priorities"
DEMONSTRATION = Choices(
    assumed_costs="shanxi_2018_2021",
    budgets=tuple((year, 6e6) for year in range(2026, 2036)),
    top=10,
)
"""Made up for show: a published average for all modes, and six million yuan a year."""


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
        decision = _ranked(folder, lambda what: progress.update(task, description=what))
        progress.update(task, description="ranking")
        written = rank_export.write_all(decision, out / RANKING_FOLDER, language)[0]
    if options.json:
        content = _to_json(results, folder, out) | {"ranking": _ranking_json(decision, written)}
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    else:
        _show(results, folder, out, language)
        _show_ranking(decision, written, folder, language)
    return EXIT_OK


def _ranked(folder: Path, tell: Callable[[str], None]) -> Decision:
    assessed = rank_flow.assess(Priorities(folder, as_of=day_of(None)), tell)
    return rank_flow.decide(assessed, DEMONSTRATION, tell)


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
        (Text("每个示例的 shapefile、GeoPackage、GeoJSON、Excel、Word", "Exports of each sample"), out),
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


def _show_ranking(decision: Decision, written: list[Path], folder: Path, language: Language) -> None:
    console = terminal.console()
    console.rule(Text("矿山修复优先次序", "Priorities of mine restoration").said(language), characters="-")
    console.print(f"[bold reverse] {texts.ILLUSTRATIVE_WARNING.said(language)} [/]", highlight=False)
    made_up = Text(
        "费用取已公布的项目平均值，年度预算每年600万元，均为演示假定。",
        "Costs are a published project average, budgets six million yuan a year: assumed for the demonstration.",
    )
    console.print(made_up.said(language), highlight=False)
    rank_report.show_short(decision, console, language)
    console.print(Text("写出的文件：", "Files written:").said(language), highlight=False)
    for path in written:
        console.print(f"  {path}", highlight=False, soft_wrap=True, markup=False)
    program = Path(sys.argv[0]).as_posix()
    hint = f"{program} rank --workspace {folder.as_posix()} --why {decision.order[0]}"
    effect = f"{program} effect --workspace {folder.as_posix()}"
    for title, command in (
        (Text("解释一个排名", "Explain a rank"), hint),
        (Text("已修复图斑的效果", "What became of restored patches"), effect),
    ):
        console.print(f"{title.said(language)}: {command}", highlight=False, soft_wrap=True, markup=False)


def _ranking_json(decision: Decision, written: list[Path]) -> dict[str, Any]:
    plan = decision.plan
    return {
        "first": [str(label) for label in decision.order[:10]],
        "ranked": len(decision.assessed.mines),
        "left_out": len(decision.assessed.left_out),
        "lost_benefit": None if plan is None or plan.nested is None else plan.nested.lost_benefit,
        "files": [path.as_posix() for path in written],
    }


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
