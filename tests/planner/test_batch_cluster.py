"""A cluster that runs other software is refused; a damaged part is made anew before it is sent."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely

from gis.errors import InputError
from gis.files import feature_store
from planner import batch, batch_versions, layer_cache
from planner.project import Project
from tests.planner import small_workspace as small

distributed = pytest.importorskip("distributed")
batch_cluster = pytest.importorskip("planner.batch_cluster")

STRIP = [shapely.box(113.15 + 0.05 * k, 37.9, 113.16 + 0.05 * k, 38.1) for k in range(14)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """One worker in this process: what it is asked to do is what matters here."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
    ) as made:
        yield made


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = small.make(tmp_path / "ws")
    small.lines(folder, STRIP)
    small.write(tmp_path / "parcels.gpkg", small.parcels(8))
    return small.project(folder, tmp_path / "parcels.gpkg")


def check(project: Project, out: Path, runner: batch.Runner) -> dict[str, bytes]:
    batch.check(project, out, runner, lambda *_: None)
    return {name: (out / name).read_bytes() for name in ("findings.parquet", "parcels.csv")}


def test_workers_that_run_other_software_are_refused(
    project: Project, tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_cluster, "_software", lambda: "0.0.1 (abc), Python 3.9")
    with pytest.raises(InputError) as raised:
        check(project, tmp_path / "out", batch_cluster.on_cluster(cluster.scheduler_address))
    assert raised.value.code == "cluster_software"
    what, mend = raised.value.said("en")
    assert "0.0.1 (abc), Python 3.9" in what
    assert batch_versions.software() in what
    assert "restart" in mend
    assert not list((tmp_path / "out").rglob("*.part"))


def test_a_worker_that_can_not_say_what_it_runs_is_refused() -> None:
    with pytest.raises(InputError, match="No module"):
        batch_cluster._require_same_software("1", {"a": "1", "b": ModuleNotFoundError("No module 'planner'")})
    batch_cluster._require_same_software("1", {"a": "1"})


def test_a_worker_that_comes_late_is_refused_by_its_first_chunk(project: Project) -> None:
    with pytest.raises(InputError) as raised:
        batch_cluster.check_chunk(project, batch.read_site(project), (), {}, "another")
    assert raised.value.code == "cluster_software"


@pytest.mark.parametrize("damage", ["byte", "gone"])
def test_a_damaged_part_is_made_anew_and_sent(
    project: Project, tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setattr(batch, "PARCELS_PER_CHUNK", 2)
    monkeypatch.setattr(feature_store, "VERTICES_PER_PART", 50)
    here = check(project, tmp_path / "here", batch.on_this_machine(1))
    parts = sorted((project.workspace / layer_cache.FOLDER / "layers" / small.KIND).glob("part-*"))
    contents = [part.read_bytes() for part in parts]
    near_first = layer_cache.around([batch.read_site(project).parcels.geometry.iloc[:1]])
    index = (parts[0].parent / "index.json").read_text(encoding="utf-8")
    store = feature_store.open_store(parts[0].parent, index.partition('"key": "')[2].partition('"')[0])
    assert store is not None
    spared = set(store.touching(near_first).tolist())
    assert len(spared) < len(parts)
    for position, part in enumerate(parts):
        if position in spared:
            continue
        if damage == "gone":
            part.unlink()
        else:
            part.write_bytes(contents[position][:-30])
    runner = batch_cluster.on_cluster(cluster.scheduler_address)
    assert check(project, tmp_path / "there", runner) == here
    assert [part.read_bytes() for part in parts] == contents
