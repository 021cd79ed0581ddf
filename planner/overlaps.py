"""How much ground many parcels share with every feature of every layer: areas alone, no law.

Each layer's edges are kept beside its features, mapped into memory, and the kernel does the rest: a
hundred thousand parcels take seconds. What the overlap means is for ``planner check`` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gis import edge_overlap, edges, equal_area
from gis.edges import Edges
from gis.equal_area import CountArray
from gis.files import edge_store
from gis.files.feature_store import DamagedStoreError, FeatureStore
from layers.layer import Layer
from layers.site import Site
from planner import layer_cache, layer_sources, workspace
from planner.workspace import LayerEntry, Loaded, Workspace

COLUMNS = ["parcel", "row", "parcel_name", "layer", "feature", "sub_class", "name", "overlap_m2", "share"]


@dataclass(frozen=True, eq=False, slots=True)
class Indexed:
    """A layer's polygons as edges, and the label of each."""

    edges: Edges
    labels: CountArray


def load(site: Site, space: Workspace) -> Loaded:
    """Load the layers: what each is and, where it lies in a database, its features near the site."""
    databases = tuple(entry for entry in space.layers if layer_sources.is_in_database(entry))
    files = tuple(entry for entry in space.layers if not layer_sources.is_in_database(entry))
    parcels = site.parcels.geometry
    kept = workspace.load_layers(replace(space, layers=files), near=layer_cache.around([parcels.iloc[:1]]))
    read = workspace.load_layers(replace(space, layers=databases), near=layer_cache.around([parcels]))
    return Loaded({**kept.layers, **read.layers}, (*kept.issues, *read.issues))


def index_of(store: FeatureStore, folder: Path) -> Indexed:
    """Return the edges of a layer, from where they are kept, else made and kept.

    Parameters
    ----------
    store
        The layer's features.
    folder
        Where its edges are kept.

    Raises
    ------
    DamagedStoreError
        When a part of the store is not what was written.
    """
    kept = edge_store.open_edges(folder, store.key)
    if kept is not None:
        return Indexed(*kept)
    made = _index([store.part(position) for position in range(len(store.parts))])
    try:
        edge_store.write(folder, store.key, made.edges, made.labels)
    except OSError:
        return made
    kept = edge_store.open_edges(folder, store.key)
    return made if kept is None else Indexed(*kept)


def _index(frames: Sequence[gpd.GeoDataFrame]) -> Indexed:
    several = [
        edge_overlap.proven(edges.of_geometries(equal_area.geometries_to_plane(frame.geometry.to_numpy())))
        for frame in frames
    ]
    return Indexed(edges.together(several), np.concatenate([frame.index.to_numpy() for frame in frames]))


def of_site(
    site: Site,
    space: Workspace,
    loaded: Loaded,
    *,
    threads: int | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Return every pair of parcel and feature that share ground.

    Parameters
    ----------
    site
        The parcels.
    space, loaded
        The workspace, and its layers as :func:`load` loads them.
    threads
        How many to use; the answer does not depend on it.
    tell
        Called with each layer's id.

    Returns
    -------
    DataFrame
        Ordered by parcel, layer and feature, columns as in ``COLUMNS``. Features that overlap one
        another are each listed whole.

    Raises
    ------
    InputError
        When a layer that must be read again can't be, or is no longer the same.
    """
    parcels = site.ground.edges
    frames = []
    for entry in sorted(space.layers, key=lambda listed: listed.kind):
        if entry.kind not in loaded.layers:
            continue
        tell(entry.kind)
        index, names = _indexed(space, entry, loaded.layers[entry.kind])
        if not len(index.labels):
            continue
        left, right, area_m2 = edge_overlap.areas(parcels, index.edges, threads=threads)
        frames.append(
            pd.DataFrame(
                {
                    "parcel": site.parcels.index.to_numpy()[left],
                    "layer": entry.kind,
                    "feature": index.labels[right],
                    "overlap_m2": np.round(area_m2, 2),
                    "share": np.round(area_m2 / parcels.area_m2[left], 6),
                }
            ).merge(names, on="feature", how="left")
        )
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(frames, ignore_index=True).join(site.parcels[["row", "parcel_name"]], on="parcel")
    ordered = table.sort_values(["parcel", "layer", "feature"], kind="stable")
    return ordered.reindex(columns=COLUMNS).reset_index(drop=True)


def _indexed(space: Workspace, entry: LayerEntry, layer: Layer) -> tuple[Indexed, pd.DataFrame]:
    """Return the edges of a layer and the names of its features; without a store, from the features."""
    store = layer_sources.store_of(space.folder, entry, layer)
    if store is not None:
        try:
            index = index_of(store, layer_sources.edges_folder(space.folder, entry.kind))
            parts = [store.part(position, geometry=False) for position in range(len(store.parts))]
            return index, _named(pd.concat(parts))
        except DamagedStoreError:
            layer = layer_sources.again(space.folder, entry, layer)
    elif not layer_sources.is_in_database(entry) and len(layer.features) < layer.feature_count:
        layer = layer_sources.again(space.folder, entry, layer)
    return _index([layer.features]), _named(layer.features)


def _named(features: pd.DataFrame) -> pd.DataFrame:
    """Return label, sub-class and name of a layer's features."""
    table = features.rename_axis("feature").reset_index()
    if "sub_class" in table:
        table["sub_class"] = table["sub_class"].astype(object).where(table["sub_class"].notna(), "")
    named: pd.DataFrame = pd.DataFrame(table.reindex(columns=["feature", "sub_class", "name"]))
    return named
