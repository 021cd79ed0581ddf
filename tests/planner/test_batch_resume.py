"""What a resumed batch may keep: nothing that was made from other layers, other coverage or damaged files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import shapely

from gis.errors import InputError
from planner import batch, batch_versions, layer_cache, layer_sources
from planner import workspace as workspaces
from planner.batch import Batch, Chunk
from planner.project import Project
from tests.planner import small_workspace as small

ELSEWHERE = [shapely.box(113.9, 38.5, 113.91, 38.51)]
PER_CHUNK = 3


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "PARCELS_PER_CHUNK", PER_CHUNK)


@pytest.fixture
def space(tmp_path: Path) -> Path:
    return small.make(tmp_path / "ws")


@pytest.fixture
def project(space: Path, tmp_path: Path) -> Project:
    small.write(tmp_path / "parcels.gpkg", small.parcels(2 * PER_CHUNK))
    return small.project(space, tmp_path / "parcels.gpkg")


def run(
    project: Project, out: Path, tell: Callable[[int, int], None] = lambda *_: None
) -> tuple[Batch, list[int]]:
    """Check a batch; return what came of it and which chunks were made."""
    ran: list[int] = []

    def noted(asked: Project, chunks: list[Chunk]) -> Iterator[int]:
        for number in batch.on_this_machine(1)(asked, chunks):
            ran.append(number)
            yield number

    return batch.check(project, out, noted, tell), ran


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in ("findings.parquet", "parcels.csv")}


def states(out: Path) -> list[str]:
    found = pd.read_parquet(out / "findings.parquet")
    return found.loc[found["layer"] == small.KIND, "state"].tolist()


CHANGES: dict[str, Callable[[Path], None]] = {
    "coverage file": lambda folder: small.coverage(folder, small.NOWHERE),
    "coverage entry": lambda folder: small.manifest(folder, coverage="features"),
    "coverage gone": lambda folder: (folder / "coverage.gpkg").unlink(),
    "accuracy": lambda folder: small.manifest(folder, more="positional_accuracy_m = 500"),
    "illustrative": lambda folder: small.manifest(folder, illustrative=True),
    "coordinate system": lambda folder: small.manifest(folder, more='crs = "GCJ-02"'),
    "columns": lambda folder: small.manifest(folder, more='columns = {sub_class = "name"}'),
    "layer of the file": lambda folder: small.manifest(folder, more='layer = "not there"'),
    "layer file": lambda folder: small.lines(folder, ELSEWHERE),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_resumed_batch_says_what_a_fresh_one_says(
    project: Project, space: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    run(project, tmp_path / "out")
    before = tables(tmp_path / "out")
    change(space)
    _, ran = run(project, tmp_path / "out")
    run(project, tmp_path / "fresh")
    assert ran == [0, 1]
    assert tables(tmp_path / "out") == tables(tmp_path / "fresh")
    assert tables(tmp_path / "out") != before


def test_where_nothing_changed_nothing_is_made_again(project: Project, tmp_path: Path) -> None:
    run(project, tmp_path / "out")
    before = tables(tmp_path / "out")
    assert run(project, tmp_path / "out")[1] == []
    assert tables(tmp_path / "out") == before


def test_other_code_of_any_room_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = batch_versions.software()
    asked: list[str] = []

    def noted(*packages: object) -> str:
        asked.extend(getattr(package, "__name__", "") for package in packages)
        return "other"

    monkeypatch.setattr(layer_cache, "code_of", noted)
    layer_cache.code_version.cache_clear()
    try:
        assert batch_versions.software() != before
    finally:
        layer_cache.code_version.cache_clear()
    assert sorted(asked) == ["gis", "layers", "planner", "zoning"]


def _swap(space: Path) -> None:
    small.lines(space, ELSEWHERE)


def _ruin(space: Path) -> None:
    (space / "lines.gpkg").write_bytes(b"half written")


def _shrink(space: Path) -> None:
    small.coverage(space, small.NOWHERE)


@pytest.mark.parametrize("change", [_swap, _ruin, _shrink])
def test_a_layer_that_changes_meanwhile_is_refused_and_its_chunks_made_anew(
    project: Project, space: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    kept = {path: path.read_bytes() for path in space.iterdir() if path.is_file()}

    def meanwhile(done: int, _total: int) -> None:
        if done == 1:
            change(space)

    with pytest.raises(InputError) as raised:
        run(project, tmp_path / "out", meanwhile)
    assert raised.value.code == "layer_changed"
    assert small.KIND in raised.value.what.en
    for path, content in kept.items():
        path.write_bytes(content)
    assert run(project, tmp_path / "out")[1] == [1], "the chunk that met other layers was not kept"
    run(project, tmp_path / "fresh")
    assert tables(tmp_path / "out") == tables(tmp_path / "fresh")


def test_a_file_that_changes_while_it_is_read_is_no_layer(
    space: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = layer_sources.load.layer
    boxes = list(ELSEWHERE)

    def slow(*given: object, **named: object) -> object:
        made = read(*given, **named)  # type: ignore[arg-type]
        boxes.append(boxes[0])
        small.lines(space, boxes)
        return made

    monkeypatch.setattr(layer_sources.load, "layer", slow)
    loaded = workspaces.load_layers(workspaces.open_folder(space))
    assert small.KIND not in loaded.layers
    assert [issue.code for issue in loaded.issues] == ["layer_changing"]
    monkeypatch.undo()
    features = workspaces.load_layers(workspaces.open_folder(space)).layers[small.KIND].features
    assert len(features) == len(boxes)


@pytest.mark.parametrize("kind", ["parcels", "findings"])
def test_a_damaged_chunk_is_made_anew(project: Project, tmp_path: Path, kind: str) -> None:
    run(project, tmp_path / "out")
    before = tables(tmp_path / "out")
    part = tmp_path / "out" / batch.PARTS / f"000001.{kind}.part"
    content = part.read_bytes()
    part.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    assert run(project, tmp_path / "out")[1] == [1]
    assert tables(tmp_path / "out") == before
    assert part.read_bytes() == content


def test_an_error_ends_the_run_without_the_chunks_that_wait(
    project: Project, space: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "PARCELS_PER_CHUNK", 1)
    small.write(project.sites[0], small.parcels(40))
    opened = workspaces.open_folder(space)
    versions = batch_versions.of_layers(opened, workspaces.load_layers(opened))
    chunks = batch.chunks_of(project, batch.read_site(project), versions, tmp_path / "out")
    chunks[0] = replace(chunks[0], versions={small.KIND: "another"})
    with pytest.raises(InputError, match="batch"):
        list(batch.on_this_machine(2)(project, chunks))
    made = sum(chunk.is_done for chunk in chunks)
    assert made < len(chunks) / 2, "what waited was carried out all the same"
