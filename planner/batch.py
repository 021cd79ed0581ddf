"""Many parcels: checked in chunks of neighbours, in bounded memory, on all cores, and resumable.

The flow is that of a single check, chunk by chunk; each chunk reads only the layers' features around it
and leaves one file. The chunks depend on the parcels alone, so the answer is the same, byte for byte,
whatever the number of processes, and a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context, parent_process
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.errors import InputError, Text
from gis.files import table_parts
from gis.files import write as files
from layers import load, spec
from layers.issue import Issue
from layers.site import Site
from planner import batch_versions, layer_cache, texts, workspace
from planner.batch_versions import Versions
from planner.project import Project
from planner.workspace import Loaded
from zoning import conflicts, project_class, remedies, rulebook
from zoning.rule import Verdict

PARCELS_PER_CHUNK = 500
MANY = 2_000
"""From so many parcels on, ``planner check`` goes by chunks."""
SMALL_BYTES = 100_000
"""A smaller file holds fewer parcels than that."""
PARTS = ".parts"

FINDING_COLUMNS = [
    "parcel", "row", "parcel_name", "layer", "sub_class", "relation", "state", "reason", "rule_id",
    "verdict", "counts_as", "missing_flags", "if_yes", "if_no", "subject_m2", "conflict_m2", "clear_m2",
    "not_assessed_m2", "share", "standing", "sliver", "conflict_least_m2", "conflict_most_m2",
    "feature_count", "nearest_m", "nearest_error_m", "accuracy_m", "width_m",
]  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class Batch:
    """What came of a batch.

    Parameters
    ----------
    parcels
        One row per row of the file, in its order: ``row``, ``parcel_name``, ``verdict``, the areas and
        counts of :func:`zoning.remedies.per_parcel`. A row without usable geometry is undecidable, and
        has no areas.
    lost_rows
        Rows without usable geometry.
    finding_rows
        How many findings were written.
    issues
        Faults of the file and of the layers.
    illustrative
        Whether a layer that took part is made up for demonstration (示意).
    written
        Files.
    """

    parcels: pd.DataFrame
    lost_rows: tuple[int, ...]
    finding_rows: int
    issues: tuple[Issue, ...]
    illustrative: bool
    written: tuple[Path, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all rows, lost ones among them."""
        return Verdict.worst([Verdict.from_code(code) for code in self.parcels["verdict"].unique()])


@dataclass(frozen=True, eq=False, slots=True)
class Chunk:
    """Neighbouring parcels, the layers they are put to, and the files that hold what came of them."""

    number: int
    site: Site
    key: str
    path: Path
    versions: Versions

    @property
    def findings_path(self) -> Path:
        """The file of the findings."""
        return self.path.with_suffix(".findings.part")

    @property
    def parcels_path(self) -> Path:
        """The file of the parcels; written last, so it says that the chunk is done."""
        return self.path.with_suffix(".parcels.part")

    @property
    def is_done(self) -> bool:
        """Whether both files are there, whole, and made from the same."""
        return table_parts.is_whole(self.parcels_path, self.key) and table_parts.is_whole(
            self.findings_path, self.key
        )


def chunks_of(project: Project, site: Site, versions: Versions, out: Path) -> list[Chunk]:
    """Cut a site into chunks of neighbours along a Hilbert curve.

    Parameters
    ----------
    project
        The question.
    site
        Its parcels.
    versions
        Of the layers it is put to (:func:`planner.batch_versions.of_layers`): part of every chunk's key.
    out
        Folder of the batch.
    """
    asked = json.dumps(
        [project.to_json(), site.sha256, dict(versions), batch_versions.software()], sort_keys=True
    )
    order = np.argsort(site.parcels.geometry.hilbert_distance().to_numpy(), kind="stable")
    made = []
    for number, start in enumerate(range(0, len(order), PARCELS_PER_CHUNK)):
        parcels = site.parcels.iloc[np.sort(order[start : start + PARCELS_PER_CHUNK])]
        content = f"{asked}{number}{table_parts.checksum(parcels)}{site.accuracy_m}"
        key = hashlib.sha256(content.encode()).hexdigest()
        path = out / PARTS / f"{number:06d}"
        made.append(Chunk(number, replace(site, parcels=parcels), key, path, versions))
    return made


def findings_of(project: Project, site: Site, loaded: Loaded) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check one chunk.

    Returns
    -------
    findings, parcels
        Without geometry; ``parcel`` is the label in the whole site.
    """
    activity = project_class.find_class(project.activity)
    answers = project_class.read_answers(dict(project.answers), activity)
    question = conflicts.Question(activity.id, answers, project.as_of)
    specs = [entry for entry in spec.catalogue().values() if entry.role == "control"]
    found = conflicts.find(site, specs, loaded.layers, rulebook.shipped(), question)
    parcels = remedies.per_parcel(site, found)
    named = site.parcels[["row", "parcel_name"]]
    findings = pd.DataFrame(found.drop(columns="geometry")).join(named, on="parcel")[FINDING_COLUMNS]
    table = pd.DataFrame(parcels.drop(columns="geometry"))
    table.insert(0, "row", named["row"])
    sources = {name: layer.source.illustrative for name, layer in loaded.layers.items()}
    findings["illustrative"] = [
        texts.ILLUSTRATIVE.zh if sources.get(name) else "" for name in findings["layer"]
    ]
    return findings, table


def run_chunk(project: Project, chunk: Chunk) -> int:
    """Check one chunk and write its files; return its number. Runs in a process of its own.

    Raises
    ------
    InputError
        When the layers are no longer those that the chunk's key names.
    """
    near = layer_cache.around([chunk.site.parcels.geometry])
    space = workspace.open_folder(project.workspace)
    loaded = workspace.load_layers(space, near=near)
    batch_versions.require(chunk.versions, space, loaded)
    write_chunk(chunk, *findings_of(project, chunk.site, loaded))
    return chunk.number


def write_chunk(chunk: Chunk, findings: pd.DataFrame, parcels: pd.DataFrame) -> None:
    """Write what came of a chunk."""
    table_parts.write(chunk.findings_path, chunk.key, findings)
    table_parts.write(chunk.parcels_path, chunk.key, parcels)


Runner = Callable[[Project, list[Chunk]], Iterator[int]]
"""Carries chunks out and gives back the number of each that is done, in any order."""


def on_this_machine(processes: int | None = None) -> Runner:
    """Return a runner over processes of this machine; all cores for None."""

    def run(project: Project, chunks: list[Chunk]) -> Iterator[int]:
        count = min(processes or os.cpu_count() or 1, len(chunks))
        if count <= 1:
            for chunk in chunks:
                yield run_chunk(project, chunk)
            return
        context = get_context("spawn")
        with ProcessPoolExecutor(count, mp_context=context, initializer=_end_with_parent) as pool:
            asked = [pool.submit(run_chunk, project, chunk) for chunk in chunks]
            try:
                for done in as_completed(asked):
                    yield done.result()
            finally:
                pool.shutdown(cancel_futures=True)

    return run


def _end_with_parent() -> None:
    """End this process when the one that started it is gone: a killed run must leave none behind."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def check(project: Project, out: Path, runner: Runner, tell: Callable[[int, int], None]) -> Batch:
    """Check every parcel of a project's files.

    Parameters
    ----------
    project
        The question; one file.
    out
        Folder for the tables. Chunks that an interrupted run of the same question left there are kept.
    runner
        :func:`on_this_machine`, or a cluster (:mod:`planner.batch_cluster`).
    tell
        Called with how many chunks are done, of how many.

    Raises
    ------
    InputError
        When the question can't be asked, the folder can't be written to, or a layer changes meanwhile.
    """
    site = read_site(project)
    first = site.parcels.geometry.iloc[:1]
    space = workspace.open_folder(project.workspace)
    loaded = workspace.load_layers(space, near=layer_cache.around([first]))
    chunks = chunks_of(project, site, batch_versions.of_layers(space, loaded), out)
    waiting = [chunk for chunk in chunks if not chunk.is_done]
    done = len(chunks) - len(waiting)
    tell(done, len(chunks))
    for _ in runner(project, waiting):
        done += 1
        tell(done, len(chunks))
    return _joined(project, site, loaded, chunks, out)


def is_many(project: Project) -> bool:
    """Return whether a project has so many parcels that it goes by chunks."""
    files = [path for path in project.sites if path.is_file()]
    if len(project.sites) != 1 or sum(path.stat().st_size for path in files) < SMALL_BYTES:
        return False
    return len(read_site(project).parcels) >= MANY


def read_site(project: Project) -> Site:
    """Load the parcels of a batch.

    Raises
    ------
    InputError
        When the project names several files, or the file can't be read.
    """
    if len(project.sites) != 1:
        raise InputError(
            "batch_of_files",
            Text("批量检查一次只接受一个文件。", "A batch is one file."),
            Text("请先合并为一个文件。", "Merge the files into one first."),
        )
    return load.site(project.sites[0], crs=project.crs, layer=project.layer, width_m=project.width_m)


def _joined(project: Project, site: Site, loaded: Loaded, chunks: list[Chunk], out: Path) -> Batch:
    checked = pd.concat([table_parts.read(chunk.parcels_path, chunk.key) for chunk in chunks])
    parcels = _with_lost_rows(checked, site)
    illustrative = any(layer.source.illustrative for layer in loaded.layers.values())
    parcels["illustrative"] = texts.ILLUSTRATIVE.zh if illustrative else ""
    rows = table_parts.join([(chunk.findings_path, chunk.key) for chunk in chunks], out / "findings.parquet")
    table_parts.write_csv(parcels, out / "parcels.csv")
    written = [out / "findings.parquet", out / "parcels.csv", out / "parcels.gpkg", out / "run.json"]
    _write_map(site, parcels, written[2])
    written[3].write_text(project.beside(out).to_json(), encoding="utf-8", newline="\n")
    issues = (*site.issues, *loaded.issues)
    return Batch(parcels, site.lost_rows, rows, issues, illustrative, tuple(written))


def _with_lost_rows(checked: pd.DataFrame, site: Site) -> pd.DataFrame:
    """Return every row of the file: those that have no usable geometry are undecidable, not clear."""
    lost = pd.DataFrame(
        {"row": list(site.lost_rows), "parcel_name": "", "verdict": Verdict.UNDECIDABLE.code},
    ).astype({"row": checked["row"].dtype})
    # A count that nobody made is blank, and the others stay whole numbers.
    counts = [name for name, kind in checked.dtypes.items() if pd.api.types.is_integer_dtype(kind)]
    every = pd.concat([checked.astype(dict.fromkeys(counts, "Int64")), lost], ignore_index=True)
    return every.sort_values("row", kind="stable").reset_index(drop=True)


def _write_map(site: Site, parcels: pd.DataFrame, path: Path) -> None:
    geometries = site.parcels.set_index("row").geometry.reindex(parcels["row"].to_numpy())
    frame = gpd.GeoDataFrame(parcels, geometry=geometries.to_numpy(), crs=4490)
    files.write(frame, path, layer="parcels")
