"""The one way to open a file of geodata, whatever its format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from gis import corner_points, corner_tables
from gis.errors import InputError, Text
from gis.files import archive, kind, tables, vector
from gis.files.reading import Reading, choose_layer, unreadable
from gis.files.text import text_of
from gis.note import Note

_LAYER_SUFFIXES = (
    ".shp", ".gpkg", ".geojson", ".json", ".kml", ".ovkml", ".kmz", ".ovkmz", ".dxf", ".fgb", ".tab",
    ".mif", ".parquet", ".geoparquet", ".txt", ".csv", ".xlsx",
)  # fmt: skip
_ARCHIVES = (".zip", ".rar", ".7z")
_TABLE_SUFFIXES = (".txt", ".csv", ".xlsx", ".json")


def read(path: Path, *, layer: str | None = None) -> Reading:
    """Read one layer of a file or folder.

    Parameters
    ----------
    path
        Shapefile (.shp, folder, zip), FileGDB (folder, zip), GeoPackage, GeoJSON, KML/KMZ, DXF,
        FlatGeobuf, MapInfo (.tab, .mif), GeoParquet, CSV or XLSX of corner points, or the
        land-approval corner-point text.
    layer
        Which layer, when there are several; ``*`` for all.

    Returns
    -------
    Reading
        Coordinates as in the file; nothing is repaired, projected or assumed.

    Raises
    ------
    InputError
        When it can't be read whole: in two sentences, what and how to mend it.
    """
    found = kind.of(path)
    try:
        return _read(path, found, layer)
    except PermissionError as error:
        raise kind.not_readable(path) from error
    except OSError as error:
        raise unreadable(path, str(error)) from error


def _read(path: Path, found: str, layer: str | None) -> Reading:
    if found in ("zip", "kmz"):
        with archive.unpacked(path) as folder:
            inside = _read_folder(folder, path, layer)
            suspected = inside.suspected_gcj02 or path.suffix.lower() == ".ovkmz"
            return replace(inside, path=path, suspected_gcj02=suspected)
    if found == "folder":
        return _read_folder(path, path, layer)
    if found == "corner_text":
        return _read_corner_text(path)
    if found in ("csv", "xlsx"):
        return _read_corner_table(path, found)
    return vector.read(path, found, layer)


def _read_folder(folder: Path, shown: Path, wanted: str | None) -> Reading:
    members = _members(folder)
    nested = [item.name for item in sorted(folder.rglob("*")) if item.suffix.lower() in _ARCHIVES]
    if not members and nested:
        raise InputError(
            "zip_nested",
            Text(
                f"“{shown.name}”里还套着压缩包（{'、'.join(nested)}）。",
                f"'{shown.name}' holds further archives ({', '.join(nested)}).",
            ),
            Text("请解开内层压缩包后再给出。", "Unpack the inner archives first."),
        )
    left_out = _left_out(folder, members)
    if len(members) == 1:
        # With a single file inside, --layer speaks of the layers within that file.
        reading = read(members[0], layer=wanted)
        return replace(reading, notes=reading.notes + left_out)
    names = {member.relative_to(folder).as_posix(): member for member in members}
    member_name, inner = _inner(names, wanted)
    chosen = choose_layer(shown, sorted(names), member_name)
    readings = [read(names[name], layer=inner) for name in chosen]
    reading = readings[0] if len(readings) == 1 else vector.together(readings, shown, "folder")
    return replace(reading, notes=reading.notes + left_out)


def _inner(names: dict[str, Path], wanted: str | None) -> tuple[str | None, str | None]:
    """Split ``plan.gdb/STBHHX`` into the file and the layer in it; ``*`` is all of both."""
    if wanted is None or wanted == "*" or wanted in names:
        return wanted, "*" if wanted == "*" else None
    for name in names:
        if wanted.startswith(f"{name}/"):
            return name, wanted.removeprefix(f"{name}/")
    return wanted, None


def _left_out(folder: Path, members: list[Path]) -> tuple[Note, ...]:
    """Tell which files that may hold data were not read beside the ones that were."""
    names = [
        item.name
        for item in sorted(folder.rglob("*"))
        if item.is_file()
        and item.suffix.lower() in (*_LAYER_SUFFIXES, *_ARCHIVES, ".dwg", ".mdb")
        and item not in members
        and not item.name.startswith(("._", "~$"))
        and "__MACOSX" not in item.parts
        and not any(member in item.parents for member in members)
    ]
    if not names:
        return ()
    return (
        Note(
            "files_left_out",
            "warning",
            Text(
                f"同一文件夹（压缩包）里另有：{'、'.join(names)}。",
                f"There are also these files beside it: {', '.join(names)}.",
            ),
            Text("没有读入。", "They were not read."),
        ),
    )


def _members(folder: Path) -> list[Path]:
    """Return what can be read in a folder; tables and texts count only where nothing else is."""
    geodatabases = sorted(
        item for item in folder.rglob("*") if item.is_dir() and item.suffix.lower() == ".gdb"
    )
    files = sorted(
        item
        for item in folder.rglob("*")
        if item.is_file()
        and item.suffix.lower() in _LAYER_SUFFIXES
        and not item.name.startswith(("._", "~$"))
        and "__MACOSX" not in item.parts
        and not any(geodatabase in item.parents for geodatabase in geodatabases)
    )
    geodata = geodatabases + [item for item in files if item.suffix.lower() not in _TABLE_SUFFIXES]
    return geodata or files


def _read_corner_text(path: Path) -> Reading:
    text, encoding = text_of(path.read_bytes(), path)
    return _of_corners(corner_points.assemble(corner_points.parse(text)), path, "corner_text", encoding)


def _read_corner_table(path: Path, found: str) -> Reading:
    encoding = ""
    if found == "csv":
        text, encoding = text_of(path.read_bytes(), path)
        rows = tables.csv_rows(text)
    else:
        rows = tables.sheet_rows(path, None)[0]
    # Blank rows within the table separate rings; only those around it say nothing.
    filled = [number for number, row in enumerate(rows) if any(cell.strip() for cell in row)]
    rows = rows[filled[0] : filled[-1] + 1] if filled else []
    if len(filled) < 2:
        raise InputError(
            "table_empty",
            Text(f"“{path.name}”里没有界址点。", f"There are no corner points in '{path.name}'."),
            Text("第一行为列名，其后每行一个点。", "Column names in the first row, then one point a row."),
        )
    width = max(len(row) for row in rows)
    padded = [row + [""] * (width - len(row)) for row in rows]
    return _of_corners(
        corner_tables.assemble(pd.DataFrame(padded[1:], columns=padded[0])), path, found, encoding
    )


def _of_corners(corners: corner_points.Corners, path: Path, found: str, encoding: str) -> Reading:
    return Reading(
        frame=corners.frame,
        stated=corners.stated,
        path=path,
        layer=path.stem,
        kind=found,
        encoding=encoding,
        declared="GCJ-02" if corners.gcj02 else None,
        precision_m=corners.precision_m,
        notes=corners.notes,
    )
