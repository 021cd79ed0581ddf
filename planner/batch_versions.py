"""What a batch's answer depends on besides its parcels and its question: the layers, and the software.

A chunk that was made from other versions must not be taken for one made from these.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import shapely

import planner
import zoning
from gis.errors import InputError, Text
from layers import spec
from layers.layer import Layer
from planner import __version__, layer_cache
from planner.workspace import LayerEntry, Loaded, Workspace
from zoning import rulebook

Versions = Mapping[str, str]
"""Kind of a listed layer to a hash of its entry in the manifest, its file and its coverage."""


def software() -> str:
    """Return what two machines must share to give the same bytes: software, its code, Python."""
    code = layer_cache.code_version() + layer_cache.code_of(planner, zoning)
    digest = hashlib.sha256(f"{code}{rulebook.shipped().version}".encode()).hexdigest()
    return f"{__version__} ({digest[:12]}), Python {sys.version_info.major}.{sys.version_info.minor}"


def of_layers(space: Workspace, loaded: Loaded) -> Versions:
    """Return the version of every control layer that a manifest lists, of those that can't be loaded too."""
    listed = [entry for entry in space.layers if spec.catalogue()[entry.kind].role == "control"]
    return {entry.kind: _version(entry, loaded.layers.get(entry.kind)) for entry in listed}


def _version(entry: LayerEntry, layer: Layer | None) -> str:
    content = [[_plain(getattr(entry, field.name)) for field in fields(entry)], _read(layer)]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=repr).encode()).hexdigest()


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value


def _read(layer: Layer | None) -> Any:
    """Return the content of a layer's file, and of its coverage as it was read."""
    if layer is None:
        return "not loaded"
    covered = [] if layer.coverage is None else shapely.to_wkb(layer.coverage.to_numpy()).tolist()
    return [layer.source.sha256, hashlib.sha256(b"".join(covered)).hexdigest(), len(covered)]


def require(expected: Versions, space: Workspace, loaded: Loaded) -> None:
    """Refuse layers that are no longer those a batch began with.

    Raises
    ------
    InputError
        When one changed, appeared, was taken away or can't be read any more.
    """
    found = of_layers(space, loaded)
    changed = sorted(kind for kind in expected.keys() | found.keys() if expected.get(kind) != found.get(kind))
    if not changed:
        return
    unread = set(changed) - set(loaded.layers)
    reasons = [issue.what for issue in loaded.issues if issue.layer in unread]
    names = "、".join(changed)
    raise InputError(
        "layer_changed",
        Text(
            f"批量检查期间图层有变化或读不出：{names}。{''.join(reason.zh for reason in reasons)}",
            f"Layers changed, or could not be read, during the batch: {', '.join(changed)}."
            + "".join(f" {reason.en}" for reason in reasons),
        ),
        Text(
            "请等图层不再变动，再用同一命令运行：用旧图层检查过的地块会重新检查。",
            "Let the layers rest, then run the same command: what was checked with others is checked anew.",
        ),
    )
