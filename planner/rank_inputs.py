"""Everything a ranking is made from, opened: mines, layers, rasters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd

from gis.errors import InputError, Text
from layers import load_raster, raster_layer
from layers.issue import Issue, from_notes
from layers.layer import Layer
from layers.raster_layer import RasterLayer
from planner import mine_file, workspace
from planner.priorities import Priorities
from planner.workspace import Loaded, Workspace
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
    features, name, digest, marked, found = _mines(question, loaded)
    patches, notes = mines.read(features, assumed_area_m2=question.assumed_area_m2)
    rasters, raster_issues = open_rasters(space, tell)
    sources = [layer.source.illustrative for layer in loaded.layers.values()]
    return Inputs(
        patches=patches,
        mines_name=name,
        mines_sha256=digest,
        layers=loaded.layers,
        rasters=rasters,
        illustrative=marked or any(sources) or any(raster.illustrative for raster in rasters.values()),
        issues=(*found, *from_notes(name, notes), *loaded.issues, *raster_issues),
    )


def _mines(
    question: Priorities, loaded: Loaded
) -> tuple[gpd.GeoDataFrame, str, str, bool, tuple[Issue, ...]]:
    if question.mines is not None:
        file = mine_file.read(question.mines, layer=question.layer, crs=question.crs)
        return file.features, file.name, file.sha256, file.illustrative, file.issues
    layer = loaded.layers.get(mine_file.KIND)
    if layer is None:
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
    return layer.features, layer.source.name, layer.source.sha256, layer.source.illustrative, ()


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
