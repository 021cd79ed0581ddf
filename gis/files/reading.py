"""A file, read but not yet interpreted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyproj

from gis.errors import InputError, Text
from gis.note import Note


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """What stands in one layer of one file.

    Parameters
    ----------
    frame
        Coordinates as in the file and **without** a CRS: what they mean is for
        :func:`gis.recognition.recognise` to say. Index 0, 1, 2 … in the file's order.
    stated
        The coordinate system the file states, if any.
    declared
        A system that only a name can state (``GCJ-02`` in a text header), if any.
    path, layer, kind
        Where it was read from.
    encoding
        Encoding of the attributes, where the format leaves it open.
    precision_m
        The precision the file claims for its coordinates, if it does.
    suspected_gcj02
        It has the marks of a web map, whose coordinates are moved although the format says WGS84:
        nobody may take ``stated`` for granted before a person has declared the system.
    notes
        What was noticed while reading.
    extent
        Bounds of the whole, when only a part of its rows was read: what tells the coordinate system.
    """

    frame: gpd.GeoDataFrame
    stated: pyproj.CRS | None
    path: Path
    layer: str
    kind: str
    encoding: str = ""
    declared: str | None = None
    precision_m: float | None = None
    suspected_gcj02: bool = False
    notes: tuple[Note, ...] = ()
    extent: tuple[float, float, float, float] | None = None


def unreadable(path: Path, detail: str) -> InputError:
    """Return the error for a file that its driver can't read; ``detail`` is the driver's own word."""
    short = " ".join(detail.split())[:200]
    return InputError(
        "file_unreadable",
        Text(f"“{path.name}”读不出来（{short}）。", f"'{path.name}' can't be read ({short})."),
        Text(
            "文件可能不完整或已损坏，请重新导出或重新拷贝。",
            "It may be truncated or damaged: export or copy it again.",
        ),
    )


def choose_layer(path: Path, names: list[str], wanted: str | None) -> list[str]:
    """Return the layers to read: the only one, the one asked for, or all of them for ``*``.

    Raises
    ------
    InputError
        When there is none, when there are several and nobody said which, or when the one asked for
        is not there.
    """
    if not names:
        raise InputError(
            "no_layer",
            Text(f"“{path.name}”里没有可读的图层。", f"There is no layer to read in '{path.name}'."),
            Text(
                "请确认其中有shapefile、GDB、GeoPackage等空间数据。",
                "Make sure that it holds a shapefile, GDB, GeoPackage or the like.",
            ),
        )
    listed = "、".join(names)
    if wanted == "*":
        return names
    if wanted is not None:
        if wanted in names:
            return [wanted]
        raise InputError(
            "layer_missing",
            Text(f"“{path.name}”里没有图层“{wanted}”。", f"There is no layer '{wanted}' in '{path.name}'."),
            Text(f"其中有：{listed}。", f"It holds: {', '.join(names)}."),
        )
    if len(names) > 1:
        raise InputError(
            "several_layers",
            Text(
                f"“{path.name}”里有{len(names)}个图层：{listed}。",
                f"'{path.name}' holds {len(names)} layers: {', '.join(names)}.",
            ),
            Text(
                '请用 --layer 指定其一，或用 --layer "*" 全部读取。',
                'Name one with --layer, or take all with --layer "*".',
            ),
        )
    return names


def geometry_unreadable(path: Path, rows: Sequence[int]) -> Note:
    """Return the note for rows whose geometry is so broken that it is none."""
    return Note(
        "geometry_unreadable",
        "error",
        Text(
            f"“{path.name}”有{len(rows)}个图形残缺（如只有两个点的环）。",
            f"{len(rows)} shapes of '{path.name}' are broken (such as rings of two points).",
        ),
        Text("这些行没有可用的图形。", "These rows have no usable geometry."),
        tuple(int(row) for row in rows),
    )


def unique(names: Sequence[str]) -> list[str]:
    """Return field names, each one once; a name used twice would lose a column.

    Examples
    --------
    >>> unique(["永久基本农", "MJ", "永久基本农"])
    ['永久基本农', 'MJ', '永久基本农_2']
    """
    result: list[str] = []
    for name in names:
        number, candidate = 1, name
        while candidate in result:
            number += 1
            candidate = f"{name}_{number}"
        result.append(candidate)
    return result
