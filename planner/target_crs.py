"""The coordinate system that results are written in."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pyproj

from gis import recognition
from gis.errors import InputError, Text
from gis.note import Note

_TOLD = Text(
    "写出的坐标带有这一误差；请优先用 EPSG:4490 或 EPSG:4547。",
    "What is written carries that error; EPSG:4490 or EPSG:4547 is better.",
)


@dataclasses.dataclass(frozen=True, slots=True)
class TargetCrs:
    """A system to write in, and what is to be said of it."""

    crs: pyproj.CRS
    notes: tuple[Note, ...]

    def moved(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return a frame in this system."""
        return frame.to_crs(self.crs)


def named(words: str) -> TargetCrs:
    """Return the system that a person names for results.

    Raises
    ------
    InputError
        ``gcj02_unwritable`` for the offset system of web maps; what
        :func:`gis.recognition.from_declaration` raises.

    Examples
    --------
    >>> named("2000国家大地坐标系").crs.to_epsg(), named("EPSG:4547").notes
    (4490, ())
    >>> [note.code for note in named("EPSG:2383").notes]
    ['legacy_datum']
    """
    found = recognition.from_declaration(words)
    if found.datum == "GCJ-02":
        raise InputError(
            "gcj02_unwritable",
            Text("成果不能写成GCJ-02。", "Results are not written in GCJ-02."),
            Text("请用 EPSG:4490 或 EPSG:4547。", "Use EPSG:4490 or EPSG:4547."),
        )
    return TargetCrs(found.crs, tuple(dataclasses.replace(note, done=_TOLD) for note in found.notes))
