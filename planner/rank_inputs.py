"""Everything a ranking is made from, opened: mines, layers, rasters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import geopandas as gpd

from gis.errors import InputError, Text
from gis.files import postgis
from layers import load_raster, raster_layer
from layers.issue import Issue, from_notes
from layers.layer import Layer
from layers.raster_layer import RasterLayer
from planner import layer_sources, mine_file, workspace
from planner.mine_file import MineFile
from planner.priorities import Priorities
from planner.workspace import LayerEntry, Loaded, Workspace
from restoration import mines


@dataclass(frozen=True, eq=False, slots=True)
class Inputs:
    """What was opened.

    Parameters
    ----------
    patches
        Every mine patch of the file (:func:`restoration.mines.read`).
    mines_name, mines_sha256
        Of the file of mines.
    layers, rasters
        Of the workspace, by kind.
    illustrative
        Whether any of them is made up for demonstration (示意).
    issues
        What was noticed.
    """

    patches: gpd.GeoDataFrame
    mines_name: str
    mines_sha256: str
    layers: Mapping[str, Layer]
    rasters: Mapping[str, RasterLayer]
    illustrative: bool
    issues: tuple[Issue, ...]


def opened(
    question: Priorities, tell: Callable[[str], None] = lambda _: None, loaded: Loaded | None = None
) -> Inputs:
    """Open the workspace and the mines.

    Parameters
    ----------
    question
        Which mines, which workspace.
    tell
        Called with what is being opened.
    loaded
        The workspace's layers of both roles, where they were loaded before.

    Raises
    ------
    InputError
        When there is no workspace, no mines, or they can't be read.
    """
    space = workspace.open_folder(question.workspace)
    if loaded is None:
        loaded = workspace.load_layers(space, roles=("control", "context"), tell=tell)
    file = _mines(question, space)
    patches, notes = mines.read(file.features, assumed_area_m2=question.assumed_area_m2)
    told = loaded.issues
    if question.mines is None:
        # The table was read anew, whole: what the layer of its polygons left out is not left out of it.
        told = tuple(issue for issue in told if issue.layer != mine_file.KIND)
    rasters, raster_issues = open_rasters(space, tell)
    sources = [layer.source.illustrative for layer in loaded.layers.values()]
    return Inputs(
        patches=patches,
        mines_name=file.name,
        mines_sha256=file.sha256,
        layers=loaded.layers,
        rasters=rasters,
        illustrative=file.illustrative
        or any(sources)
        or any(raster.illustrative for raster in rasters.values()),
        issues=(*file.issues, *from_notes(file.name, notes), *told, *raster_issues),
    )


def _mines(question: Priorities, space: Workspace) -> MineFile:
    """Read the patches through one door, whether a file is named or the workspace lists them."""
    if question.mines is not None:
        return mine_file.read(question.mines, layer=question.layer, crs=question.crs)
    entry = next((entry for entry in space.layers if entry.kind == mine_file.KIND), None)
    if entry is None:
        raise InputError(
            "no_mines",
            Text(
                "没有给出矿山图斑，工作区里也没有该图层。",
                "No mines were given, and the workspace lists none.",
            ),
            Text(
                "用 --mines 指定图斑文件，或用 planner layers add abandoned_mine 登记到工作区。",
                "Name a file with --mines, or list one with planner layers add abandoned_mine.",
            ),
        )
    found = _listed_mines(space, entry)
    return replace(found, illustrative=found.illustrative or entry.illustrative)


def _listed_mines(space: Workspace, entry: LayerEntry) -> MineFile:
    if not layer_sources.is_in_database(entry):
        return mine_file.read(
            space.folder / entry.path, layer=entry.layer, crs=entry.crs, column_names=entry.columns
        )
    return mine_file.of_reading(
        postgis.read(entry.path, entry.layer, None, declared=entry.crs),
        name=entry.layer or "",
        sha256=postgis.version(entry.path, entry.layer),
        crs=entry.crs,
        column_names=entry.columns,
    )


def open_rasters(
    space: Workspace, tell: Callable[[str], None] = lambda _: None
) -> tuple[Mapping[str, RasterLayer], tuple[Issue, ...]]:
    """Open the rasters of a workspace that criteria can use; one that can't be opened is left out and told."""
    rasters: dict[str, RasterLayer] = {}
    issues: list[Issue] = []
    for entry in space.rasters:
        if entry.kind not in raster_layer.KINDS:
            continue
        tell(entry.kind)
        try:
            layer = load_raster.load(
                entry.kind, space.folder / entry.path, error=entry.error, illustrative=entry.illustrative
            )
        except InputError as error:
            issues.append(_failed(entry.kind, error))
        else:
            rasters[entry.kind] = layer
            issues += layer.issues
    return MappingProxyType(rasters), tuple(issues)


def _failed(kind: str, error: InputError) -> Issue:
    return Issue(
        layer=kind,
        code=error.code,
        severity="error",
        count=1,
        what=error.what,
        done=Text(
            f"该栅格未参与评估，相关指标一律未评估。{error.mend.zh}",
            f"The raster took no part: its criteria are not assessed. {error.mend.en}",
        ),
    )
