"""Layers kept ready to use beside the workspace, so that a check reads only what lies near its sites.

What the door makes of a file (read, recognised, repaired, projected, densified) is written to the
workspace's ``.cache`` once, in spatial parts. It is keyed by the file's content, by how the manifest says
to read it, and by the code that read it: another file, another manifest or another version of this
software is another key. Where the workspace may not be written to, layers are made anew each time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import gis
import layers
from gis.errors import Text
from gis.files import feature_store
from gis.files.feature_store import Bounds, DamagedStoreError
from layers.issue import Issue

FOLDER = ".cache"
MARGIN_DEG = 0.03
"""At least 2.6 km: more than twice the largest accuracy a manifest may state, and any nearby distance."""


@dataclass(frozen=True, eq=False, slots=True)
class Prepared:
    """What came of reading a layer: its features near some bounds, and what is known of all of them."""

    features: gpd.GeoDataFrame
    feature_count: int
    issues: tuple[Issue, ...]
    unusable_rows: int
    crs_accuracy_m: float


def around(frames: list[gpd.GeoSeries]) -> Bounds:
    """Return the bounds within which features can matter to some sites, degrees."""
    west, south, east, north = shapely.total_bounds([shapely.box(*frame.total_bounds) for frame in frames])
    return west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG


def key_of(source_sha256: str, reading: Mapping[str, object]) -> str:
    """Return the key of a layer: everything that what is kept depends on."""
    content = json.dumps(
        [source_sha256, code_version(), reading], sort_keys=True, ensure_ascii=False, default=str
    )
    return hashlib.sha256(content.encode()).hexdigest()


@cache
def code_version() -> str:
    """Return a hash of the code and the catalogue that read layers, and of GEOS which repairs them."""
    return hashlib.sha256(
        f"{shapely.__version__} {shapely.geos_version_string} {code_of(gis, layers)}".encode()
    ).hexdigest()


@cache
def code_of(*packages: ModuleType) -> str:
    """Return a hash of some packages' code and definitions, the same on all systems."""
    digest = hashlib.sha256()
    for package in packages:
        for folder in package.__path__:
            for path in sorted(Path(folder).rglob("*")):
                if path.suffix in (".py", ".toml"):
                    digest.update(path.relative_to(folder).as_posix().encode())
                    digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def prepared(folder: Path, key: str, near: Bounds | None, make: Callable[[], Prepared]) -> Prepared:
    """Return a layer's features near some bounds, from the cache where it can be trusted.

    Parameters
    ----------
    folder
        Where the layer is kept.
    key
        What it must have been made from (:func:`key_of`).
    near
        Degrees; None for all features.
    make
        Reads the layer from its own file.
    """
    store = feature_store.open_store(folder, key)
    if store is not None:
        try:
            return _from_store(store, near)
        except DamagedStoreError:
            pass
    made = make()
    try:
        feature_store.write(folder, key, made.features, _meta(made))
    except OSError:
        return made
    store = feature_store.open_store(folder, key)
    if store is None:
        return made
    try:
        return _from_store(store, near)
    except DamagedStoreError:
        return made


def _meta(made: Prepared) -> dict[str, Any]:
    return {
        "feature_count": made.feature_count,
        "issues": [asdict(issue) for issue in made.issues],
        "unusable_rows": made.unusable_rows,
        "crs_accuracy_m": made.crs_accuracy_m,
        "objects": [name for name, kind in made.features.dtypes.items() if kind == np.dtype(object)],
    }


def _from_store(store: feature_store.FeatureStore, near: Bounds | None) -> Prepared:
    meta = store.meta
    return Prepared(
        features=as_written(store.near(near), meta["objects"]),
        feature_count=meta["feature_count"],
        issues=tuple(_issue(entry) for entry in meta["issues"]),
        unusable_rows=meta["unusable_rows"],
        crs_accuracy_m=meta["crs_accuracy_m"],
    )


def as_written(features: gpd.GeoDataFrame, objects: Iterable[str]) -> gpd.GeoDataFrame:
    """Return features with None, not NaN, where a column of texts says nothing."""
    for name in objects:
        column = features[name].astype(object)
        features[name] = column.where(pd.notna(column), None)
    return features


def _issue(entry: Mapping[str, Any]) -> Issue:
    texts = {name: Text(**entry[name]) for name in ("what", "done")}
    return Issue(**{**entry, **texts, "rows": tuple(entry["rows"])})
