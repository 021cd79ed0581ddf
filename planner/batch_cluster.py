"""A batch on a ``dask.distributed`` cluster: the same chunks, the same function, the same bytes.

The workers need this software and nothing else: no shared disk. A chunk of parcels and the parts of the
layers that touch it travel to a worker, once for each part and worker; what comes back is written by
the machine that asked. Everything a task needs stands in the task, so whatever a killed worker held is
made again elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
from distributed import Client, Future
from distributed import wait as wait_for

from gis.errors import InputError, Text
from gis.files import feature_store
from gis.files.feature_store import FeatureStore
from layers import spec
from layers.layer import Layer, Source
from layers.site import Site
from planner import batch, batch_versions, layer_cache, layer_sources, workspace
from planner.batch import Chunk, Runner
from planner.project import Project
from planner.workspace import Loaded

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
    space = workspace.open_folder(project.workspace)
    first = chunks[0].site.parcels.geometry.iloc[:1]
    loaded = workspace.load_layers(space, near=layer_cache.around([first]))
    batch_versions.require(chunks[0].versions, space, loaded)
    stores = layer_sources.stores(space.folder, space.layers, loaded.layers)
    heads = client.submit(_itself, _heads(loaded, stores), pure=False)
    parts: dict[tuple[str, int], Future] = {}
    flying: dict[Future, Chunk] = {}
    waiting = list(reversed(chunks))
    while waiting or flying:
        room = CHUNKS_PER_CORE * max(1, sum(client.ncores().values()))
        while waiting and len(flying) < room:
            chunk = waiting.pop()
            flying[_submitted(client, project, chunk, heads, stores, parts)] = chunk
        for future in wait_for(list(flying), return_when="FIRST_COMPLETED").done:
            chunk = flying.pop(future)
            batch.write_chunk(chunk, *future.result())
            yield chunk.number
        needed = {place for chunk in flying.values() for place in _places(chunk, stores)}
        parts = {place: future for place, future in parts.items() if place in needed}


def _submitted(
    client: Client,
    project: Project,
    chunk: Chunk,
    heads: Future,
    stores: Mapping[str, FeatureStore],
    parts: dict[tuple[str, int], Future],
) -> Future:
    touching: dict[str, list[Future]] = {kind: [] for kind in stores}
    for kind, position in _places(chunk, stores):
        if (kind, position) not in parts:
            content = stores[kind].bytes_of(position)
            name = f"part-{kind}-{position}-{stores[kind].parts[position].checksum:08x}"
            parts[kind, position] = client.submit(_itself, content, key=name, retries=_RETRIES)
        touching[kind].append(parts[kind, position])
    return client.submit(
        check_chunk, project, chunk.site, heads, touching, key=f"chunk-{chunk.key}", retries=_RETRIES
    )


def _places(chunk: Chunk, stores: Mapping[str, FeatureStore]) -> list[tuple[str, int]]:
    """Return kind and position of every part that touches a chunk."""
    near = layer_cache.around([chunk.site.parcels.geometry])
    return [(kind, int(position)) for kind, store in stores.items() for position in store.touching(near)]


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
    project: Project, site: Site, heads: tuple[Head, ...], parts: Mapping[str, list[bytes]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check one chunk on a worker; see :func:`planner.batch.findings_of`."""
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
