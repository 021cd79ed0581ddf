"""How much ground many parcels share with every feature of every layer: areas alone, no law.

Each layer's edges are kept beside its features, mapped into memory, and the kernel does the rest: a
hundred thousand parcels take seconds. What the overlap means is for ``planner check`` to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gis import edge_overlap, edges, equal_area
from gis.edges import Edges
from gis.equal_area import CountArray
from gis.files import edge_store
from gis.files.feature_store import FeatureStore
from layers.site import Site
from planner import layer_sources
from planner.workspace import Loaded, Workspace

COLUMNS = ["parcel", "row", "parcel_name", "layer", "feature", "sub_class", "name", "overlap_m2", "share"]


@dataclass(frozen=True, eq=False, slots=True)
class Indexed:
    """A layer's polygons as edges, and the label of each."""

    edges: Edges
    labels: CountArray


def index_of(store: FeatureStore, folder: Path) -> Indexed:
    """Return the edges of a layer, from where they are kept, else made and kept.

    Parameters
    ----------
    store
        The layer's features.
    folder
        Where its edges are kept.
    """
    kept = edge_store.open_edges(folder, store.key)
    if kept is not None:
        return Indexed(*kept)
    frames = [store.part(position) for position in range(len(store.parts))]
    several = [
        edge_overlap.proven(edges.of_geometries(equal_area.geometries_to_plane(frame.geometry.to_numpy())))
        for frame in frames
    ]
    made = Indexed(edges.together(several), np.concatenate([frame.index.to_numpy() for frame in frames]))
    try:
        edge_store.write(folder, store.key, made.edges, made.labels)
    except OSError:
        return made
    kept = edge_store.open_edges(folder, store.key)
    return made if kept is None else Indexed(*kept)


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
        The workspace, and its layers (any part of them: what they are, not their features).
    threads
        How many to use; the answer does not depend on it.
    tell
        Called with each layer's id.

    Returns
    -------
    DataFrame
        Ordered by parcel, layer and feature, columns as in ``COLUMNS``. Features that overlap one
        another are each listed whole.
    """
    parcels = site.ground.edges
    stores = layer_sources.stores(space.folder, space.layers, loaded.layers)
    frames = []
    for kind, store in sorted(stores.items()):
        tell(kind)
        index = index_of(store, layer_sources.edges_folder(space.folder, kind))
        left, right, area_m2 = edge_overlap.areas(parcels, index.edges, threads=threads)
        frames.append(
            pd.DataFrame(
                {
                    "parcel": site.parcels.index.to_numpy()[left],
                    "layer": kind,
                    "feature": index.labels[right],
                    "overlap_m2": np.round(area_m2, 2),
                    "share": np.round(area_m2 / parcels.area_m2[left], 6),
                }
            ).merge(_named(store), on="feature", how="left")
        )
    table = pd.concat(frames, ignore_index=True).join(site.parcels[["row", "parcel_name"]], on="parcel")
    ordered = table.sort_values(["parcel", "layer", "feature"], kind="stable")
    return ordered.reindex(columns=COLUMNS).reset_index(drop=True)


def _named(store: FeatureStore) -> pd.DataFrame:
    """Return label, sub-class and name of a layer's features."""
    frames = [store.part(position, geometry=False) for position in range(len(store.parts))]
    table = pd.concat(frames).rename_axis("feature").reset_index()
    if "sub_class" in table:
        table["sub_class"] = table["sub_class"].astype(object).where(table["sub_class"].notna(), "")
    named: pd.DataFrame = table.reindex(columns=["feature", "sub_class", "name"])
    return named
