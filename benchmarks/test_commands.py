"""What a planner waits for: the commands in a new process, and a check with the layers loaded."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planner import flow, workspace
from planner.project import Project
from planner.samples import samples

PLANNER = Path(sys.executable).parent / "planner"
ROUNDS = 5
AS_OF = date(2026, 7, 1)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration workspace, its layers kept ready by the checks of its samples."""
    folder = tmp_path_factory.mktemp("demonstration")
    _run("demo", str(folder / "workspace"), "--out", str(folder / "out"))
    return folder / "workspace"


@pytest.fixture(scope="module")
def project(demonstration: Path) -> Project:
    """The first sample: a corner-point text with two plots and a hole."""
    sample = samples(demonstration)[0]
    site = demonstration / "sites" / sample.file
    return Project((site,), sample.activity, sample.flags, AS_OF, demonstration)


def _run(*arguments: str) -> None:
    subprocess.run([PLANNER, *arguments], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.benchmark(group="commands")
def test_help(benchmark: Any) -> None:
    benchmark.pedantic(_run, ("--help",), rounds=ROUNDS, warmup_rounds=1)
    benchmark.extra_info.update(engine="`planner --help`, new process", goal="0.5")


@pytest.mark.benchmark(group="commands")
def test_check(benchmark: Any, project: Project) -> None:
    flags = [part for name, value in project.answers for part in ("--flag", f"{name}={value}")]
    command = ("check", str(project.sites[0]), "--activity", project.activity, *flags)
    command += ("--workspace", str(project.workspace), "--as-of", AS_OF.isoformat(), "--json")
    benchmark.pedantic(_run, command, rounds=ROUNDS, warmup_rounds=1)
    what = "`planner check SITE`, new process, all demonstration layers kept ready"
    benchmark.extra_info.update(engine=what, goal="3")


@pytest.mark.benchmark(group="commands")
def test_check_with_layers_loaded(benchmark: Any, project: Project) -> None:
    loaded = workspace.load_layers(workspace.open_folder(project.workspace))
    found = benchmark.pedantic(flow.check, (project,), {"loaded": loaded}, rounds=4 * ROUNDS, warmup_rounds=2)
    assert len(found.sites) == 1
    what = "the same check with the layers loaded, site read from its file"
    benchmark.extra_info.update(engine=what, goal="0.1")
