"""A batch on a ``dask.distributed`` cluster: the same chunks, the same function, the same bytes.

The workers need this software and nothing else: no shared disk. A chunk of parcels and the parts of the
layers that touch it travel to a worker, once for each part and worker; what comes back is written by
the machine that asked. Everything a task needs stands in the task, so whatever a killed worker held is
made again elsewhere.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
from distributed import Client, Future
from distributed import wait as wait_for

from gis.errors import InputError, Text
from gis.files import feature_store
from gis.files.feature_store import DamagedStoreError, FeatureStore
from layers import spec
from layers.layer import Layer, Source
from layers.site import Site
from planner import batch, batch_versions, layer_cache, layer_sources, workspace
from planner.batch import Chunk, Runner
from planner.project import Project
from planner.workspace import Loaded, Workspace

CHUNKS_PER_CORE = 3
"""In flight at a time: enough that no core waits, few enough that memory is bounded."""
_RETRIES = 10
_CONNECT_S = 10


@dataclass(frozen=True, eq=False, slots=True)
class Head:
    """All of a layer but its features; its kind by name, because catalogues don't travel."""

    kind: str
    coverage: gpd.GeoSeries | None
    source: Source
    unusable_rows: int
    crs_accuracy_m: float
    feature_count: int
    objects: tuple[str, ...]


def on_cluster(address: str) -> Runner:
    """Return a runner over the workers of a scheduler.

    Parameters
    ----------
    address
        As in ``tcp://10.0.0.7:8786``.
    """

    def run(project: Project, chunks: list[Chunk]) -> Iterator[int]:
        if not chunks:
            return
        with _connected(address) as client:
            yield from _run(client, project, chunks)

    return run


def _connected(address: str) -> Client:
    try:
        return Client(address, timeout=_CONNECT_S)
    except (OSError, ValueError) as error:
        raise InputError(
            "no_scheduler",
            Text(f"连不上调度器“{address}”。", f"The scheduler '{address}' can't be reached."),
            Text(
                "请确认地址正确，且已启动 dask scheduler 和 dask worker。",
                "Check the address, and that dask scheduler and dask worker are running.",
            ),
        ) from error


def _run(client: Client, project: Project, chunks: list[Chunk]) -> Iterator[int]:
    ours = batch_versions.software()
    _require_same_software(ours, client.run(_software, on_error="return"))
    space = workspace.open_folder(project.workspace)
    first = chunks[0].site.parcels.geometry.iloc[:1]
    loaded = workspace.load_layers(space, near=layer_cache.around([first]))
    batch_versions.require(chunks[0].versions, space, loaded)
    parts = _Parts(client, space, loaded)
    heads = client.submit(_itself, _heads(loaded, parts.stores), pure=False)
    flying: dict[Future, Chunk] = {}
    waiting = list(reversed(chunks))
    while waiting or flying:
        room = CHUNKS_PER_CORE * max(1, sum(client.ncores().values()))
        while waiting and len(flying) < room:
            chunk = waiting.pop()
            asked = (project, chunk.site, heads, parts.touching(chunk), ours)
            flying[client.submit(check_chunk, *asked, key=f"chunk-{chunk.key}", retries=_RETRIES)] = chunk
        for future in wait_for(list(flying), return_when="FIRST_COMPLETED").done:
            chunk = flying.pop(future)
            batch.write_chunk(chunk, *future.result())
            yield chunk.number
        parts.keep_for(flying.values())


def _software() -> str:
    """Return what a worker runs; called there."""
    return batch_versions.software()


def _require_same_software(ours: str, theirs: Mapping[str, object]) -> None:
    """Refuse workers that run other software: their chunks would be kept as made by this one.

    Raises
    ------
    InputError
        When one does, or can't say what it runs.
    """
    others = {address: said for address, said in theirs.items() if said != ours}
    if not others:
        return
    address, said = min(others.items())
    raise InputError(
        "cluster_software",
        Text(
            f"集群中有{len(others)}个节点的软件版本与本机（{ours}）不同，如 {address}：{said}。",
            f"{len(others)} workers run other software than this machine ({ours}), as {address}: {said}.",
        ),
        Text(
            "请在所有机器上安装同一版本的本软件和Python，再重启 dask worker。",
            "Install the same version of this software and of Python on all, and restart dask worker.",
        ),
    )


class _Parts:
    """Parts of layers on the workers: each is sent once, and held as long as a chunk in flight needs it."""

    def __init__(self, client: Client, space: Workspace, loaded: Loaded) -> None:
        self._client = client
        self._space = space
        self._loaded = loaded
        self.stores = layer_sources.stores(space.folder, space.layers, loaded.layers)
        self._sent: dict[tuple[str, int], Future] = {}

    def touching(self, chunk: Chunk) -> dict[str, list[Future]]:
        """Return the parts that touch a chunk, by kind of layer; send those that are not there yet."""
        found: dict[str, list[Future]] = {kind: [] for kind in self.stores}
        for kind, position in self._places(chunk):
            if (kind, position) not in self._sent:
                content = self._content(kind, position)
                name = f"part-{kind}-{position}-{self.stores[kind].parts[position].checksum:08x}"
                self._sent[kind, position] = self._client.submit(_itself, content, key=name, retries=_RETRIES)
            found[kind].append(self._sent[kind, position])
        return found

    def keep_for(self, chunks: Iterable[Chunk]) -> None:
        """Let go of the parts that none of these chunks needs."""
        needed = {place for chunk in chunks for place in self._places(chunk)}
        self._sent = {place: future for place, future in self._sent.items() if place in needed}

    def _places(self, chunk: Chunk) -> list[tuple[str, int]]:
        near = layer_cache.around([chunk.site.parcels.geometry])
        return [
            (kind, int(position)) for kind, store in self.stores.items() for position in store.touching(near)
        ]

    def _content(self, kind: str, position: int) -> bytes:
        """Return a part; where it is damaged, the layer's parts are made anew.

        Raises
        ------
        InputError
            When that is not possible.
        """
        try:
            return self.stores[kind].bytes_of(position)
        except DamagedStoreError:
            self._make_anew(kind)
        try:
            return self.stores[kind].bytes_of(position)
        except DamagedStoreError as error:
            raise layer_sources.unwritable(self._space.folder) from error

    def _make_anew(self, kind: str) -> None:
        entry = next(entry for entry in self._space.layers if entry.kind == kind)
        known, before = self._loaded.layers[kind], self.stores[kind]
        layer_sources.again(self._space.folder, entry, known)
        made = layer_sources.required_store(self._space.folder, entry, known)
        # Chunks in flight count on the parts as they were cut.
        if [(part.rows, part.bounds) for part in made.parts] != [
            (part.rows, part.bounds) for part in before.parts
        ]:
            raise layer_sources.changed(kind)
        self.stores[kind] = made


def _heads(loaded: Loaded, stores: Mapping[str, FeatureStore]) -> tuple[Head, ...]:
    return tuple(
        Head(
            kind=kind,
            coverage=layer.coverage,
            source=layer.source,
            unusable_rows=layer.unusable_rows,
            crs_accuracy_m=layer.crs_accuracy_m,
            feature_count=layer.feature_count,
            objects=tuple(stores[kind].meta["objects"]),
        )
        for kind, layer in sorted(loaded.layers.items())
    )


def _itself(content: Any) -> Any:
    """Return what was sent: a task, so that a lost copy is made again."""
    return content


def check_chunk(
    project: Project,
    site: Site,
    heads: tuple[Head, ...],
    parts: Mapping[str, list[bytes]],
    software: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check one chunk on a worker; see :func:`planner.batch.findings_of`.

    Raises
    ------
    InputError
        When this worker, which may have come late, runs other software than the machine that asks.
    """
    _require_same_software(software, {platform.node(): _software()})
    near = layer_cache.around([site.parcels.geometry])
    layers = {}
    for head in heads:
        frames = [feature_store.frame_of(content) for content in parts[head.kind]]
        features = layer_cache.as_written(feature_store.joined(frames, near), head.objects)
        layers[head.kind] = Layer(
            spec=spec.catalogue()[head.kind],
            features=features,
            coverage=head.coverage,
            source=head.source,
            issues=(),
            unusable_rows=head.unusable_rows,
            crs_accuracy_m=head.crs_accuracy_m,
            feature_count=head.feature_count,
        )
    return batch.findings_of(project, site, Loaded(layers, ()))
