"""`planner check BATCH`: the province's sites, twice, on its 22.6 M vertices; whole, from the layer's own file."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import psutil
import pytest
import shapely

from benchmarks.questions import PROVINCE
from gis import equal_area

PLANNER = str(Path(sys.executable).with_name("planner"))
SITES = 100_000
SHIFT_DEG = (0.004, 0.003)
LOOK_EVERY_S = 0.5
MANIFEST = """format = 1
title = {zh = "批量", en = "batch"}
[[layer]]
kind = "ecological_red_line"
path = "red_line.parquet"
source = {zh = "生成", en = "generated"}
licence = {zh = "生成", en = "generated"}
illustrative = true
coverage = "features"
"""


@pytest.fixture
def workspace(folder: Path, tmp_path: Path) -> Path:
    """A workspace with the province's layer, in degrees as the command line reads it."""
    sites, layer = (_degrees(path) for path in PROVINCE.files(folder))
    red_line = {"HXLX": ["一般控制区"] * len(layer)}
    gpd.GeoDataFrame(red_line, geometry=layer, crs=4490).to_parquet(tmp_path / "red_line.parquet")
    beside = shapely.transform(sites, lambda xy: xy + SHIFT_DEG)
    twice = np.concatenate([sites, beside])[:SITES]
    names = {"name": [f"{number}" for number in range(len(twice))]}
    gpd.GeoDataFrame(names, geometry=twice, crs=4490).to_file(tmp_path / "sites.gpkg")
    (tmp_path / "workspace.toml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path


def _degrees(path: Path) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    plane = gpd.read_parquet(path).geometry.to_numpy()
    return np.asarray(shapely.transform(plane, equal_area.from_plane), dtype=object)


@pytest.mark.benchmark(group="batch")
def test_batch(benchmark: Any, workspace: Path) -> None:
    """The peak is of all its processes together; memory that they share counts once."""
    peaks: list[int] = []

    def run() -> None:
        shutil.rmtree(workspace / "out", ignore_errors=True)
        sites, out = str(workspace / "sites.gpkg"), str(workspace / "out")
        command = [PLANNER, "check", sites, "--activity", "PV", "--workspace", str(workspace), "--out", out]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            watch = threading.Thread(target=_watch, args=(process, peaks))
            watch.start()
            assert process.wait() == 0
            watch.join()

    benchmark.pedantic(run, rounds=1)
    assert len(pd.read_csv(workspace / "out" / "parcels.csv")) == SITES
    findings = pd.read_parquet(workspace / "out" / "findings.parquet", columns=["state"])
    benchmark.extra_info.update(
        sites=SITES,
        findings=len(findings),
        hits=int((findings["state"] == "hit").sum()),
        peak_bytes=max(peaks),
    )


def _watch(process: subprocess.Popen[bytes], peaks: list[int]) -> None:
    peaks.append(0)
    while process.poll() is None:
        try:
            parent = psutil.Process(process.pid)
            held = [one.memory_full_info().pss for one in (parent, *parent.children(recursive=True))]
        except psutil.Error:
            continue
        peaks.append(sum(held))
        time.sleep(LOOK_EVERY_S)
