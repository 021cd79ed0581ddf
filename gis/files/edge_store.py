"""Edges kept on disk as plain arrays, mapped into memory when they are wanted.

Opening reads nothing but a small index and, once, every byte for its checksum: arrays of another key, of
another length or with a byte that changed are not used.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gis.edges import Edges
from gis.equal_area import CountArray
from gis.files import atomic

FORMAT = 1
_INDEX = "edges.json"
_ARRAYS = tuple(field.name for field in fields(Edges) if field.name != "proven")
_LABELS = "labels"


def write(folder: Path, key: str, edges: Edges, labels: CountArray) -> None:
    """Write edges known to be valid, with the label of each polygon, whole or not at all.

    Raises
    ------
    ValueError
        When the polygons are not proven valid.
    OSError
        When the place can't be written to.
    """
    if not edges.proven:
        raise ValueError("only edges of valid polygons are kept")
    with atomic.whole_folder(folder) as made:
        arrays = {name: getattr(edges, name) for name in _ARRAYS} | {_LABELS: np.asarray(labels)}
        checksums = {}
        for name, array in arrays.items():
            np.save(made / f"{name}.npy", np.ascontiguousarray(array))
            checksums[name] = zlib.crc32((made / f"{name}.npy").read_bytes())
        index = {"format": FORMAT, "key": key, "checksums": checksums}
        (made / _INDEX).write_text(json.dumps(index), encoding="utf-8", newline="\n")


def open_edges(folder: Path, key: str) -> tuple[Edges, CountArray] | None:
    """Return edges and labels mapped into memory; None when there are none that can be trusted.

    Parameters
    ----------
    folder
        Where they lie.
    key
        What they must have been made from.
    """
    try:
        index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        if index["format"] != FORMAT or index["key"] != key:
            return None
        arrays = {
            name: _mapped(folder / f"{name}.npy", index["checksums"][name]) for name in (*_ARRAYS, _LABELS)
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None
    labels = arrays.pop(_LABELS)
    return Edges(**arrays, proven=True), labels


def _mapped(path: Path, checksum: int) -> npt.NDArray[Any]:
    """Map an array; raise ValueError when it is not the one that was written."""
    if zlib.crc32(path.read_bytes()) != checksum:
        raise ValueError(path.name)
    # Copy on write: the kernels are compiled once, for arrays that may be written to; nobody does.
    return np.asarray(np.load(path, mmap_mode="c", allow_pickle=False))
