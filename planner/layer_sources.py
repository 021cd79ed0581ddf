"""Where a layer's features come from: kept ready beside the workspace, its own file, or a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd

from gis.errors import InputError, Text
from gis.files import feature_store, postgis
from gis.files.feature_store import Bounds, FeatureStore
from layers import load, spec
from layers.coverage import Coverage
from layers.layer import Layer, Source
from planner import layer_cache
from planner.layer_cache import Prepared

if TYPE_CHECKING:
    from planner.workspace import LayerEntry

_CHANGING = "layer_changing"


def layer(
    folder: Path,
    entry: LayerEntry,
    kind: spec.LayerSpec,
    coverage: Coverage | None,
    near: Bounds | None = None,
) -> Layer:
    """Load one layer of a workspace, from where it is kept ready, from its file or from a database.

    Parameters
    ----------
    folder
        The workspace.
    entry, kind
        The layer as the manifest lists it, and what kind of layer it is.
    coverage
        Where absence means absence; None: under the layer's own features only.
    near
        Degrees: only features whose boxes meet these bounds are wanted; all for None.

    Raises
    ------
    InputError
        As :func:`layers.load.layer`; when a database can't be read, or a file keeps changing.
    """
    try:
        return _layer(folder, entry, kind, coverage, near)
    except InputError as error:
        if error.code != _CHANGING:
            raise
    # The first reader folds in the log that a crashed editor left beside a GeoPackage: then it rests.
    return _layer(folder, entry, kind, coverage, near)


def _layer(
    folder: Path,
    entry: LayerEntry,
    kind: spec.LayerSpec,
    coverage: Coverage | None,
    near: Bounds | None,
) -> Layer:
    in_database = is_in_database(entry)
    path = folder / entry.path
    accuracy_m = entry.positional_accuracy_m
    area = None if coverage is None else coverage.area
    area_sha256 = "" if coverage is None else coverage.sha256
    sha256 = load.sha256_of(path) if path.exists() else ""
    source = Source(
        name=(entry.layer or "") if in_database else Path(entry.path).name,
        sha256=postgis.version(entry.path, entry.layer) if in_database else sha256,
        as_of=entry.as_of,
        origin=entry.source,
        licence=entry.licence,
        illustrative=entry.illustrative,
        positional_accuracy_m=accuracy_m if accuracy_m is not None else kind.positional_accuracy_m,
    )
    if in_database:
        made = load.layer_of(
            kind,
            postgis.read(entry.path, entry.layer, near, declared=entry.crs, kind=kind.geometry),
            source,
            coverage=area,
            crs=entry.crs,
            column_names=entry.columns,
            may_be_empty=near is not None,
        )
        return replace(made, coverage_sha256=area_sha256)

    def read() -> Prepared:
        made = load.layer(
            kind,
            path,
            source,
            coverage=area,
            crs=entry.crs,
            layer_name=entry.layer,
            column_names=entry.columns,
        )
        if load.sha256_of(path) != sha256:
            raise changed(entry.kind)
        return Prepared(
            made.features, len(made.features), made.issues, made.unusable_rows, made.crs_accuracy_m
        )

    kept, key = _kept(folder, entry, source.sha256, area)
    found = layer_cache.prepared(kept, key, near, read)
    return Layer(
        spec=kind,
        features=found.features,
        coverage=area,
        source=source,
        issues=found.issues,
        unusable_rows=found.unusable_rows,
        crs_accuracy_m=found.crs_accuracy_m,
        feature_count=found.feature_count,
        coverage_sha256=area_sha256,
    )


def changed(kind: str) -> InputError:
    """Return the error for a layer whose file was not the same before and after it was read."""
    return InputError(
        _CHANGING,
        Text(f"图层“{kind}”的文件在读取时被改动。", f"The file of '{kind}' changed while it was read."),
        Text("请等保存结束后再运行。", "Wait until it is saved, then run the command again."),
    )


def _kept(folder: Path, entry: LayerEntry, sha256: str, coverage: gpd.GeoSeries | None) -> tuple[Path, str]:
    """Return where a layer is kept ready, and the key it must have.

    How a file is read depends on its name too (an .ovkml is not what a .kml is), on the names of what
    lies beside it, and on its coverage: whether its features lie there is not asked again.
    """
    reading = {
        "name": Path(entry.path).name,
        "sidecars": load.sidecar_names(folder / entry.path),
        "kind": entry.kind,
        "crs": entry.crs,
        "layer": entry.layer,
        "columns": dict(entry.columns),
        "coverage": None if coverage is None else coverage.total_bounds.tolist(),
    }
    return folder / layer_cache.FOLDER / "layers" / entry.kind, layer_cache.key_of(sha256, reading)


def edges_folder(folder: Path, kind: str) -> Path:
    """Return where the edges of a layer are kept."""
    return folder / layer_cache.FOLDER / "edges" / kind


def is_in_database(entry: LayerEntry) -> bool:
    """Return whether a layer is read from a database, and nothing of it is kept."""
    return postgis.is_address(entry.path)


def again(folder: Path, entry: LayerEntry, known: Layer) -> Layer:
    """Load all of a layer that was loaded before; where a file kept of it is damaged, it is made anew.

    Raises
    ------
    InputError
        When the layer can't be read any more, or is no longer the same.
    """
    coverage = None
    if known.coverage is not None:
        coverage = Coverage(known.coverage, known.coverage_sha256, ())
    found = layer(folder, entry, known.spec, coverage)
    if found.source.sha256 != known.source.sha256:
        raise changed(entry.kind)
    return found


def store_of(folder: Path, entry: LayerEntry, known: Layer) -> FeatureStore | None:
    """Return the store of a layer that was loaded.

    None for a layer in a database, and where the workspace may not be written to.
    """
    if is_in_database(entry):
        return None
    return feature_store.open_store(*_kept(folder, entry, known.source.sha256, known.coverage))


def stores(
    folder: Path, entries: Iterable[LayerEntry], layers: Mapping[str, Layer]
) -> dict[str, FeatureStore]:
    """Return the stores of layers that were loaded, for sending their parts to a cluster.

    Raises
    ------
    InputError
        When a layer has none: it is in a database, or the workspace may not be written to.
    """
    return {
        entry.kind: required_store(folder, entry, layers[entry.kind])
        for entry in entries
        if entry.kind in layers
    }


def required_store(folder: Path, entry: LayerEntry, known: Layer) -> FeatureStore:
    """Return the store of a layer for a cluster; see :func:`stores`.

    Raises
    ------
    InputError
        ``database_on_cluster`` when it is in a database; ``workspace_read_only`` when the workspace may not be
        written to.
    """
    if is_in_database(entry):
        raise InputError(
            "database_on_cluster",
            Text(f"图层“{entry.kind}”在数据库里，不能用于集群。", f"'{entry.kind}' is in a database."),
            Text(
                "请在本机批量检查，或先把该图层导出为文件。",
                "Check the batch on this machine, or export the layer to a file first.",
            ),
        )
    store = store_of(folder, entry, known)
    if store is None:
        raise unwritable(folder)
    return store


def unwritable(folder: Path) -> InputError:
    """Return the error for a workspace in which layers can't be kept ready."""
    return InputError(
        "workspace_read_only",
        Text(
            f"工作区“{folder}”不可写，无法缓存图层。",
            f"The workspace '{folder}' can't be written to, so layers can't be kept ready.",
        ),
        Text("请把工作区复制到可写的目录。", "Copy the workspace to a folder you may write to."),
    )
