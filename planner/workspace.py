"""The workspace: a folder with a manifest that says which layers there are and what they are worth."""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from filelock import FileLock, Timeout

from gis.errors import InputError, Text
from gis.files import atomic
from gis.files.feature_store import Bounds
from gis.toml import DefinitionError, Table
from layers import load, spec
from layers.coverage import Coverage
from layers.issue import Issue
from layers.layer import Layer
from planner import layer_sources

MANIFEST = "workspace.toml"
LOCK = ".workspace.lock"
_LOCK_PATIENCE_S = 10.0
FORMAT = 1
UNDER_FEATURES_ONLY = "features"
MOST_ACCURACY_M = 1000.0
"""A layer known no better than this says nothing about a site."""
MOST_RASTER_ERROR = 100.0
"""Metres of a DEM: one that is worth less says nothing about a slope or a view."""


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """A layer as the manifest lists it.

    ``coverage`` names a file of polygons within which absence means absence, or ``features``:
    the layer answers only under its own features.
    """

    kind: str
    path: str
    layer: str | None
    crs: str | None
    coverage: str
    columns: Mapping[str, str]
    as_of: date | None
    source: Text
    licence: Text
    illustrative: bool
    positional_accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class RasterEntry:
    """A raster as the manifest lists it.

    ``error``: what a cell's value is worth (mean square error, in the unit of the kind); None when nobody said.
    """

    kind: str
    path: str
    source: Text
    licence: Text
    illustrative: bool
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder of layers, described by its manifest."""

    folder: Path
    title: Text
    layers: tuple[LayerEntry, ...]
    rasters: tuple[RasterEntry, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Loaded:
    """Layers that could be loaded, and what was wrong with those and with the others."""

    layers: Mapping[str, Layer]
    issues: tuple[Issue, ...]


def open_folder(folder: Path) -> Workspace:
    """Read a workspace's manifest.

    Raises
    ------
    InputError
        When there is none, or it is not one we understand.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise InputError(
            "no_workspace",
            Text(
                f"“{folder}”不是工作区（没有 {MANIFEST}）。",
                f"'{folder}' is not a workspace (no {MANIFEST}).",
            ),
            Text(
                "用 make demo 或 planner demo 生成示范工作区，或用 --workspace 指定目录。",
                "Build the demonstration with make demo or planner demo, or name yours with --workspace.",
            ),
        )
    try:
        return _parse(manifest.read_text(encoding="utf-8"), folder)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, DefinitionError, ValueError) as error:
        raise InputError(
            "workspace_unreadable",
            Text(f"工作区清单“{manifest}”有误：{error}。", f"The manifest '{manifest}' is wrong: {error}."),
            Text("请按 docs/how-to/add-a-layer.md 改正。", "Mend it as docs/how-to/add-a-layer.md says."),
        ) from error


def _parse(text: str, folder: Path) -> Workspace:
    table = Table(tomllib.loads(text), MANIFEST)
    if table.need("format") != FORMAT:
        raise table.fail(f"format {table.need('format')} is not {FORMAT}")
    workspace = Workspace(
        folder=folder,
        title=table.text("title"),
        layers=tuple(_layer_entry(entry) for entry in table.tables("layer")),
        rasters=tuple(_raster_entry(entry) for entry in table.tables("raster")),
    )
    table.close()
    kinds = [entry.kind for entry in workspace.layers]
    twice = sorted({kind for kind in kinds if kinds.count(kind) > 1})
    if twice:
        raise table.fail(f"layer kind {twice[0]!r} is listed twice")
    return workspace


def _layer_entry(table: Table) -> LayerEntry:
    kind = table.text_key("kind")
    if kind not in spec.catalogue():
        raise table.fail(f"unknown layer kind {kind!r}")
    as_of = table.get("as_of")
    if as_of is not None and not isinstance(as_of, date):
        raise table.fail("'as_of' is not a date (write it without quotes: 2026-11-23)")
    entry = LayerEntry(
        kind=kind,
        path=table.text_key("path"),
        layer=table.text_key("layer", "") or None,
        crs=table.text_key("crs", "") or None,
        coverage=table.text_key("coverage"),
        columns=_columns(table, kind),
        as_of=as_of,
        source=table.text("source"),
        licence=table.text("licence"),
        illustrative=_yes_or_no(table, "illustrative"),
        positional_accuracy_m=_number(table, "positional_accuracy_m", MOST_ACCURACY_M),
    )
    table.close()
    return entry


def _columns(table: Table, kind: str) -> Mapping[str, str]:
    columns = table.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
        raise table.fail("'columns' is not a table of our columns and the file's fields")
    unknown = sorted(set(columns) - set(spec.catalogue()[kind].columns))
    if unknown:
        raise table.fail(f"{kind} has no column {unknown[0]!r}")
    return MappingProxyType(dict(columns))


def _yes_or_no(table: Table, key: str) -> bool:
    value = table.need(key)
    if not isinstance(value, bool):
        raise table.fail(f"{key!r} is not true or false")
    return value


def _number(table: Table, key: str, most: float) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= most:
        raise table.fail(f"{key!r} is not a number from 0 to {most:g}")
    return float(value)


def _raster_entry(table: Table) -> RasterEntry:
    entry = RasterEntry(
        kind=table.text_key("kind"),
        path=table.text_key("path"),
        source=table.text("source"),
        licence=table.text("licence"),
        illustrative=_yes_or_no(table, "illustrative"),
        error=_number(table, "error", MOST_RASTER_ERROR),
    )
    table.close()
    return entry


def load_layers(
    workspace: Workspace,
    roles: tuple[str, ...] = ("control",),
    tell: Callable[[str], None] = lambda _: None,
    *,
    near: Bounds | None = None,
) -> Loaded:
    """Load the layers of a workspace.

    A layer that can't be loaded is left out with an issue of severity ``error``: what it would
    have said is then *not assessed*, and the check of the other layers goes on.

    Parameters
    ----------
    workspace
        The workspace.
    roles
        Roles of the catalogue wanted (``control``, ``context``).
    tell
        Called with each layer's id before it is loaded.
    near
        Bounds in degrees: only features whose boxes meet them are wanted.
    """
    layers: dict[str, Layer] = {}
    issues: list[Issue] = []
    coverages: dict[str, Coverage | None] = {UNDER_FEATURES_ONLY: None}
    for entry in sorted(workspace.layers, key=lambda item: item.kind):
        kind = spec.catalogue()[entry.kind]
        if kind.role not in roles:
            continue
        tell(entry.kind)
        try:
            if entry.coverage not in coverages:
                covered = load.coverage(workspace.folder / entry.coverage)
                coverages[entry.coverage] = covered
                issues += covered.issues
            layers[entry.kind] = layer_sources.layer(
                workspace.folder, entry, kind, coverages[entry.coverage], near
            )
            issues += layers[entry.kind].issues
        except InputError as error:
            issues.append(_failed(entry, error))
    return Loaded(MappingProxyType(layers), tuple(issues))


def _failed(entry: LayerEntry, error: InputError) -> Issue:
    return Issue(
        layer=entry.kind,
        code=error.code,
        severity="error",
        count=1,
        what=error.what,
        done=Text(
            f"该图层未参与评估，一律记为“未评估”。{error.mend.zh}",
            f"The layer took no part: not assessed. {error.mend.en}",
        ),
    )


def add(folder: Path, entry: LayerEntry) -> Layer:
    """List a layer in a workspace's manifest, after loading it once to see that it can be.

    Several may be added at the same time, of different kinds.

    Parameters
    ----------
    folder
        The workspace; made, with a manifest, when it is not there and the layer can be loaded.
    entry
        The layer; paths are relative to the folder or absolute.

    Raises
    ------
    InputError
        When the layer can't be loaded, the workspace lists one of its kind already, or it can't be written
        to.
    """
    check_unlisted(folder, entry.kind)
    _layer_entry(Table(tomllib.loads(_block(entry))["layer"][0], MANIFEST))
    area = None
    if entry.coverage != UNDER_FEATURES_ONLY:
        area = load.coverage(folder / entry.coverage)
    loaded = layer_sources.layer(folder, entry, spec.catalogue()[entry.kind], area)
    with _locked(folder):
        # Loading took its time: meanwhile another may have listed a layer.
        check_unlisted(folder, entry.kind)
        _write_entry(folder / MANIFEST, entry)
    return loaded


def check_unlisted(folder: Path, kind: str) -> None:
    """Raise an error where a workspace lists a layer of a kind; a folder without manifest lists none.

    Raises
    ------
    InputError
        When it does, or its manifest is not one we understand.
    """
    if (folder / MANIFEST).exists() and any(entry.kind == kind for entry in open_folder(folder).layers):
        raise InputError(
            "layer_listed",
            Text(f"工作区里已有图层“{kind}”。", f"The workspace lists a layer '{kind}' already."),
            Text(f"请先从 {MANIFEST} 中删去原有条目。", f"Remove its entry from {MANIFEST} first."),
        )


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one at a time change a workspace's manifest, in this process and in others."""
    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_LOCK_PATIENCE_S)
    except Timeout as error:
        raise InputError(
            "workspace_busy",
            Text("另一个程序正在改写工作区清单。", "Another program is writing the workspace's manifest."),
            Text("请稍后再试。", "Try again in a while."),
        ) from error
    except OSError as error:
        raise atomic.not_writable(folder / MANIFEST) from error
    try:
        yield
    finally:
        lock.release()


def _write_entry(manifest: Path, entry: LayerEntry) -> None:
    """Write the manifest with one layer more, whole; what is not a manifest is never written."""
    name = _quoted(manifest.parent.resolve().name)
    head = f"format = {FORMAT}\ntitle = {{zh = {name}, en = {name}}}\n"
    before = manifest.read_bytes() if manifest.exists() else head.encode()
    after = before + _block(entry).encode()
    _parse(after.decode(), manifest.parent)
    with atomic.whole(manifest) as path:
        path.write_bytes(after)


def _quoted(text: str) -> str:
    """Return a TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _block(entry: LayerEntry) -> str:
    lines = ["", "[[layer]]", f"kind = {_quoted(entry.kind)}", f"path = {_quoted(entry.path)}"]
    for key, value in (("layer", entry.layer), ("crs", entry.crs)):
        if value is not None:
            lines.append(f"{key} = {_quoted(value)}")
    if entry.as_of is not None:
        lines.append(f"as_of = {entry.as_of.isoformat()}")
    for key, text in (("source", entry.source), ("licence", entry.licence)):
        lines.append(f"{key} = {{zh = {_quoted(text.zh)}, en = {_quoted(text.en)}}}")
    lines.append(f"illustrative = {str(entry.illustrative).lower()}")
    if entry.positional_accuracy_m is not None:
        lines.append(f"positional_accuracy_m = {entry.positional_accuracy_m}")
    lines.append(f"coverage = {_quoted(entry.coverage)}")
    if entry.columns:
        pairs = ", ".join(f"{key} = {_quoted(value)}" for key, value in sorted(entry.columns.items()))
        lines.append(f"columns = {{{pairs}}}")
    return "\n".join(lines) + "\n"
