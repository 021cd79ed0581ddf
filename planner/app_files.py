"""Files to be taken away from a page, also where a text does not fit the encoding that was asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from gis.errors import InputError
from gis.note import Note

UNIVERSAL = "UTF-8"
_SHAPEFILE = ".zip"

Write = Callable[[Path, str], tuple[list[Path], tuple[Note, ...]]]
"""Writes files into a folder, shapefiles in an encoding, and returns them and what to know of them."""


@dataclass(frozen=True, eq=False, slots=True)
class Files:
    """Contents by file name, and what to know of them.

    ``fault`` says why the shapefiles are not in the encoding that was asked for; those in UTF-8 are there
    under the names of :func:`in_utf8`.
    """

    contents: Mapping[str, bytes]
    notes: tuple[Note, ...]
    fault: InputError | None = None


def in_utf8(name: str) -> str:
    """Return the name of a shapefile that is in UTF-8 although another encoding was asked for.

    Examples
    --------
    >>> in_utf8("findings.zip")
    'findings_UTF-8.zip'
    """
    path = Path(name)
    return f"{path.stem}_{UNIVERSAL}{path.suffix}"


def made(write: Write, encoding: str) -> Files:
    """Return the files that are written; where a text does not fit the encoding, shapefiles in UTF-8.

    Raises
    ------
    InputError
        When they can't be written for another reason.
    """
    with tempfile.TemporaryDirectory(prefix="planner-app-") as name:
        folder = Path(name)
        try:
            written, notes = write(folder / "asked", encoding)
            fault, named = None, {path.name: path for path in written}
        except InputError as error:
            if error.code != "not_encodable" or encoding == UNIVERSAL:
                raise
            written, notes = write(folder / "universal", UNIVERSAL)
            fault, named = error, {_name(path): path for path in written}
        contents = {file: path.read_bytes() for file, path in named.items()}
    return Files(MappingProxyType(contents), notes, fault)


def _name(path: Path) -> str:
    return in_utf8(path.name) if path.suffix == _SHAPEFILE else path.name
