"""The workspace as the app shows it: what is loaded, from where, and what is wrong with it."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gis.errors import InputError, Language, Text
from gis.toml import DefinitionError
from layers import load as load_door
from layers.issue import Issue
from layers.spec import catalogue
from planner import texts, workspace
from planner.workspace import LayerEntry, Loaded, Workspace

ROLES = ("control", "context")


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer of the catalogue, and what the workspace holds of it."""

    id: str
    title: str
    role: str
    is_listed: bool
    is_loaded: bool
    feature_count: int
    as_of: str
    source: str
    licence: str
    coverage: str
    accuracy: str
    illustrative: bool
    authority: str
    issues: tuple[tuple[str, str], ...]


def fingerprint(folder: Path) -> str:
    """Return a hash that changes when the manifest or any of its files does.

    The manifest counts with its content, the files with their size and time: quick enough for
    every run of a page. A result is stamped with the hashes of the files' content.

    Raises
    ------
    InputError
        When the folder is not a workspace, or no longer one.
    """
    opened = workspace.open_folder(folder)
    digest = hashlib.sha256((folder / workspace.MANIFEST).read_bytes())
    paths = {entry.path for entry in opened.layers} | {entry.path for entry in opened.rasters}
    paths |= {entry.coverage for entry in opened.layers} - {workspace.UNDER_FEATURES_ONLY}
    for name in sorted(paths):
        path = folder / name
        members = (
            sorted(path.rglob("*"))
            if path.is_dir()
            else sorted(path.parent.glob(f"{glob.escape(path.stem)}.*"))
        )
        for member in members:
            known = member.stat() if member.is_file() else None
            stamp = "" if known is None else f"{known.st_size} {known.st_mtime_ns}"
            digest.update(f"{name} {member.name} {stamp}\n".encode())
    return digest.hexdigest()


def load(folder: Path, tell: Callable[[str], None]) -> Loaded:
    """Load control and context layers of a workspace.

    Raises
    ------
    InputError
        When the folder is not a workspace.
    """
    return workspace.load_layers(workspace.open_folder(folder), ROLES, tell=tell)


def control_only(loaded: Loaded) -> Loaded:
    """Return what takes part in a check, as the command line loads it."""
    control = {name: layer for name, layer in loaded.layers.items() if layer.spec.role == "control"}
    # What is no layer's name is a coverage's.
    issues = tuple(
        issue
        for issue in loaded.issues
        if issue.layer not in catalogue() or catalogue()[issue.layer].role == "control"
    )
    return Loaded(control, issues)


def rows(opened: Workspace, loaded: Loaded, language: Language) -> tuple[LayerRow, ...]:
    """Return one row for each layer of the catalogue: control layers first, listed ones first."""
    entries = {entry.kind: entry for entry in opened.layers}
    found = [_row(name, entries.get(name), loaded, language) for name in catalogue()]
    return tuple(sorted(found, key=lambda row: (ROLES.index(row.role), not row.is_listed)))


def _row(name: str, entry: LayerEntry | None, loaded: Loaded, language: Language) -> LayerRow:
    spec = catalogue()[name]
    layer = loaded.layers.get(name)
    unknown = texts.UNKNOWN.said(language)
    accuracy_m = spec.positional_accuracy_m if layer is None else layer.source.positional_accuracy_m
    return LayerRow(
        id=name,
        title=spec.title.said(language),
        role=spec.role,
        is_listed=entry is not None,
        is_loaded=layer is not None,
        feature_count=0 if layer is None else len(layer.features),
        as_of="" if entry is None else unknown if entry.as_of is None else entry.as_of.isoformat(),
        source=(spec.source if entry is None else entry.source).said(language),
        licence=(spec.licence if entry is None else entry.licence).said(language),
        coverage="" if entry is None else _coverage(entry, language),
        accuracy=unknown if accuracy_m is None else f"{accuracy_m:g} m",
        illustrative=entry is not None and entry.illustrative,
        authority=spec.authority.said(language),
        issues=tuple(_issue(issue, language) for issue in loaded.issues if issue.layer == name),
    )


def _coverage(entry: LayerEntry, language: Language) -> str:
    if entry.coverage == workspace.UNDER_FEATURES_ONLY:
        return Text("只在要素之下", "only under its features").said(language)
    return Path(entry.coverage).name


def _issue(issue: Issue, language: Language) -> tuple[str, str]:
    return issue.severity, f"{issue.what.said(language)} {issue.done.said(language)}"


def add(folder: Path, file: Path, entry: LayerEntry, coverage: Path | None) -> int:
    """List an uploaded file in the workspace, and return its number of features.

    File and coverage are copied into the workspace's ``layers`` folder first; they are removed
    again when the layer can't be loaded.

    Parameters
    ----------
    folder
        The workspace.
    file
        Where the file lies now.
    entry
        What the manifest shall say; its ``path`` and ``coverage`` are set here.
    coverage
        Polygons within which the data are complete; None: only under the features themselves.

    Raises
    ------
    InputError
        When it can't be loaded, a layer of the kind is listed already, or the folder can't be
        written to.
    """
    workspace.check_unlisted(folder, entry.kind)
    try:
        with _new_home(folder, f"{entry.kind}-{load_door.sha256_of(file)[:8]}") as home:
            placed = _copied(file, home)
            ground = workspace.UNDER_FEATURES_ONLY
            if coverage is not None:
                ground = _copied(coverage, home / "coverage").relative_to(folder).as_posix()
            listed = replace(entry, path=placed.relative_to(folder).as_posix(), coverage=ground)
            return len(workspace.add(folder, listed).features)
    except OSError as error:
        raise InputError(
            "workspace_unwritable",
            Text(
                f"工作区写不进去（{error.strerror}）。",
                f"The workspace can't be written to ({error.strerror}).",
            ),
            Text("请检查文件夹的权限和剩余空间。", "Check the folder's rights and the space left."),
        ) from error
    except DefinitionError as error:
        raise InputError(
            "layer_entry",
            Text(f"登记内容有误：{error.what}。", f"The entry is wrong: {error.what}."),
            Text("请核对所填内容。", "Check what you entered."),
        ) from error


@contextlib.contextmanager
def _new_home(folder: Path, name: str) -> Iterator[Path]:
    """Give a folder of a layer's own among the workspace's layers; what fails in it leaves nothing behind.

    It is never one that is there already: the same file, sent twice, has two of them.
    """
    numbered = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    for home in (folder / "layers" / own for own in numbered):
        try:
            home.mkdir(parents=True)
            break
        except FileExistsError:
            continue
    try:
        yield home
    except (OSError, InputError, DefinitionError):
        shutil.rmtree(home, ignore_errors=True)
        raise


def _copied(file: Path, target: Path) -> Path:
    """Copy a file, with the files that go with it, and return where it is now."""
    target.mkdir(parents=True, exist_ok=True)
    for member in companions(file):
        shutil.copyfile(member, target / member.name)
    return target / file.name


def companions(file: Path) -> list[Path]:
    """Return a file and, for a shapefile or a MapInfo table, the files that go with it."""
    if file.suffix.lower() not in (".shp", ".tab", ".mif"):
        return [file]
    return sorted(item for item in file.parent.iterdir() if item.stem == file.stem and item.is_file())
