"""Batches: equal to a single check, the same bytes however run, resumable, on a cluster that loses a worker."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import fiona
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers import load
from planner import batch, batch_versions, cli, flow, layer_cache
from planner import workspace as workspaces
from planner.batch import Chunk
from planner.project import Project

PARCELS = 24
PER_CHUNK = 8
SEED = 20261123


@pytest.fixture(scope="module")
def parcels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parcels of 100-900 m strewn over the city and a little beyond it."""
    rng = np.random.default_rng(SEED)
    corner = rng.uniform([113.1, 37.75], [113.95, 38.3], (PARCELS, 2))
    size = rng.uniform(0.001, 0.01, (PARCELS, 2))
    frame = gpd.GeoDataFrame(
        {"name": [f"地块{n}" for n in range(PARCELS)]},
        geometry=shapely.box(*corner.T, *(corner + size).T),
        crs=4490,
    )
    path = tmp_path_factory.mktemp("batch") / "many.gpkg"
    frame.to_file(path)
    return path


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "PARCELS_PER_CHUNK", PER_CHUNK)


@pytest.fixture(scope="module")
def project(parcels: Path, workspace: Path) -> Project:
    return Project(
        sites=(parcels,),
        activity="PV",
        answers=(),
        as_of=date(2026, 11, 23),
        workspace=workspace,
        crs=None,
        layer=None,
        width_m=None,
    )


@pytest.fixture(scope="module")
def here(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The batch's folder after an uninterrupted run in one process: what every other run must equal."""
    folder = tmp_path_factory.mktemp("here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "PARCELS_PER_CHUNK", PER_CHUNK)
        batch.check(project, folder, batch.on_this_machine(1), quiet)
    return folder


def quiet(_done: int, _total: int) -> None:
    """Tell nobody."""


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in ("findings.parquet", "parcels.csv")}


def test_a_batch_says_what_a_single_check_says(project: Project, here: Path) -> None:
    together = flow.check(project).sites[0]
    single = pd.DataFrame(together.findings.drop(columns="geometry"))
    keys = ["parcel", "layer", "rule_id", "sub_class", "state", "reason"]
    ours = pd.read_parquet(here / "findings.parquet").sort_values(keys).reset_index(drop=True)
    theirs = single.sort_values(keys).reset_index(drop=True)
    assert len(ours) == len(theirs) > PARCELS
    for column in ("parcel", "layer", "rule_id", "state", "verdict", "counts_as", "standing"):
        assert ours[column].tolist() == theirs[column].tolist(), column
    for column in ("conflict_m2", "clear_m2", "not_assessed_m2", "subject_m2"):
        assert ours[column].to_numpy() == pytest.approx(theirs[column].to_numpy(), abs=0.011), column
    nearest = ours["nearest_m"].to_numpy()
    assert nearest == pytest.approx(theirs["nearest_m"].to_numpy(), abs=0.002, nan_ok=True)
    verdicts = pd.read_csv(here / "parcels.csv")["verdict"].tolist()
    assert verdicts == together.parcels["verdict"].tolist()


def test_the_same_bytes_however_many_processes(project: Project, here: Path, tmp_path: Path) -> None:
    batch.check(project, tmp_path, batch.on_this_machine(2), quiet)
    assert contents(tmp_path) == contents(here)


def test_an_interrupted_run_goes_on_where_it_stopped(project: Project, here: Path, tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    def stop_at_two(done: int, _total: int) -> None:
        if done == 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        batch.check(project, tmp_path, batch.on_this_machine(1), stop_at_two)
    damaged = tmp_path / batch.PARTS / "000001.findings.part"
    damaged.write_bytes(damaged.read_bytes()[:-20])
    ran: list[int] = []

    def noted(asked: Project, chunks: list[Chunk]) -> Iterator[int]:
        for number in batch.on_this_machine(1)(asked, chunks):
            ran.append(number)
            yield number

    batch.check(project, tmp_path, noted, quiet)
    assert ran == [1, 2], "chunk 0 was whole, chunk 1 was damaged, chunk 2 was missing"
    assert contents(tmp_path) == contents(here)


def test_a_killed_run_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import os, time\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from multiprocessing import get_context\n"
        "from planner import batch\n"
        "if __name__ == '__main__':\n"
        "    context = get_context('spawn')\n"
        "    pool = ProcessPoolExecutor(1, mp_context=context, initializer=batch._end_with_parent)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(120)\n",
        encoding="utf-8",
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) != process.pid
        process.kill()
        # The worker writes to the same pipe: it ends only when the worker has ended too.
        process.communicate(timeout=30)


def test_another_question_does_not_take_over_what_is_there(project: Project, here: Path) -> None:
    site, asked = batch.read_site(project), replace(project, activity="COAL")
    near = layer_cache.around([site.parcels.geometry])
    space = workspaces.open_folder(project.workspace)
    versions = batch_versions.of_layers(space, workspaces.load_layers(space, near=near))
    assert all(chunk.is_done for chunk in batch.chunks_of(project, site, versions, here))
    assert not any(chunk.is_done for chunk in batch.chunks_of(asked, site, versions, here))


def test_the_command_writes_tables_that_other_programs_open(
    parcels: Path, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["check", str(parcels), "--activity", "PV", "--workspace", str(workspace), "--batch"]
    out = tmp_path / "结果"
    options = ["--processes", "1", "--out", str(out), "--json", "--to-crs", "EPSG:4547"]
    assert cli.main([*command, *options]) == cli.EXIT_OK
    said = json.loads(capsys.readouterr().out)
    assert said["schema"] == "planner.batch/1"
    stamp = json.loads((out / "stamp.json").read_text(encoding="utf-8"))
    assert {**stamp, "made_at": said["stamp"]["made_at"]} == said["stamp"]
    assert stamp["sites"] == [{"name": parcels.name, "sha256": load.sha256_of(parcels)}]
    assert stamp["layers"]
    assert stamp["coverages"]
    assert said["illustrative"] is True
    assert said["parcels"] == PARCELS == sum(entry["parcels"] for entry in said["verdicts"].values())
    with fiona.open(out / "parcels.gpkg") as opened:
        assert len(opened) == PARCELS
        assert opened.crs.to_epsg() == 4547
        assert {feature["properties"]["illustrative"] for feature in opened} == {"示意"}
    assert (out / "parcels.csv").read_bytes().startswith(b"\xef\xbb\xbf"), (
        "Excel needs the mark to read Chinese"
    )


def test_a_batch_needs_a_folder(parcels: Path, workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["check", str(parcels), "--activity", "PV", "--workspace", str(workspace), "--batch"]
    assert cli.main(command) == cli.EXIT_INPUT
    assert "--out" in capsys.readouterr().err


def test_many_parcels_go_by_chunks_unasked(
    parcels: Path, workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MANY", PARCELS)
    monkeypatch.setattr(batch, "SMALL_BYTES", 0)
    command = ["check", str(parcels), "--activity", "PV", "--workspace", str(workspace)]
    assert cli.main(command) == cli.EXIT_INPUT
    assert "--out" in capsys.readouterr().err


def test_a_cluster_that_loses_a_worker_gives_the_same_tables(
    project: Project, here: Path, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    from planner import batch_cluster

    killed = threading.Event()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
    ) as cluster:

        def kill_one(done: int, _total: int) -> None:
            if done == 1 and not killed.is_set():
                killed.set()
                os.kill(cluster.workers[0].pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

        runner = batch_cluster.on_cluster(cluster.scheduler_address)
        batch.check(project, tmp_path, runner, kill_one)
    assert killed.is_set()
    assert contents(tmp_path) == contents(here)


def test_a_scheduler_that_is_not_there_is_told(
    parcels: Path,
    workspace: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch_cluster = pytest.importorskip("planner.batch_cluster")
    monkeypatch.setattr(batch_cluster, "_CONNECT_S", 1)
    command = [
        "check",
        str(parcels),
        "--activity",
        "PV",
        "--workspace",
        str(workspace),
        "--out",
        str(tmp_path),
    ]
    assert cli.main([*command, "--scheduler", "tcp://127.0.0.1:9"]) == cli.EXIT_INPUT
    assert "127.0.0.1:9" in capsys.readouterr().err
