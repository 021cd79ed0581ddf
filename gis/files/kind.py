"""What a file really is, told by its first bytes rather than by its name."""

from __future__ import annotations

import re
import stat
import zipfile
from pathlib import Path

from gis.errors import InputError, Text

KINDS_BY_SUFFIX = {
    ".shp": "shapefile",
    ".gdb": "filegdb",
    ".gpkg": "geopackage",
    ".geojson": "geojson",
    ".json": "geojson",
    ".kml": "kml",
    ".ovkml": "kml",
    ".kmz": "kmz",
    ".ovkmz": "kmz",
    ".dxf": "dxf",
    ".fgb": "flatgeobuf",
    ".tab": "mapinfo_tab",
    ".mif": "mapinfo_mif",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".txt": "corner_text",
    ".zip": "zip",
}
_BINARY_SIGNATURES = (
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"SQLite format 3\x00", "geopackage"),
    (b"fgb\x03", "flatgeobuf"),
    (b"PAR1", "geoparquet"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"AC10", "dwg"),
    (b"%PDF", "pdf"),
)
_DRAWING = re.compile(rb"(999\s*\n[^\n]*\n\s*)*0\s*\n\s*SECTION\s")
_ZIP_LIKE = ("zip", "kmz", "xlsx")


def of(path: Path) -> str:
    """Return the kind of a file or folder, one of the values of ``KINDS_BY_SUFFIX`` or ``folder``.

    Raises
    ------
    InputError
        When it does not exist, is empty, is of a kind we can't read, or is named as one kind and
        is another.
    """
    suffix = path.suffix.lower()
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            next(path.iterdir(), None)
            return "filegdb" if suffix == ".gdb" else "folder"
        if not stat.S_ISREG(status.st_mode):
            raise _missing(path)
        found = _by_content(path)
    except PermissionError as error:
        raise not_readable(path) from error
    except (OSError, ValueError) as error:
        raise _missing(path) from error
    named = KINDS_BY_SUFFIX.get(suffix)
    if status.st_size == 0:
        raise InputError(
            "file_empty",
            Text(f"“{path.name}”是空文件。", f"'{path.name}' is empty."),
            Text("请重新导出或重新拷贝。", "Export or copy it again."),
        )
    if found is None or found == named or (found == "zip" and named in _ZIP_LIKE):
        return _known(path, named)
    raise InputError(
        "wrong_extension",
        Text(
            f"“{path.name}”的扩展名是{suffix or '空'}，内容却是{found}。",
            f"'{path.name}' is named {suffix or 'without suffix'} but its content is {found}.",
        ),
        _mend(found),
    )


def not_readable(path: Path) -> InputError:
    """Return the error for a file that one has no right to read, or that is locked."""
    return InputError(
        "not_readable",
        Text(f"没有权限读取“{path}”。", f"'{path}' may not be read."),
        Text(
            "请关闭占用它的程序，并确认有读取权限。",
            "Close it in other programs, and check the right to read it.",
        ),
    )


def _missing(path: Path) -> InputError:
    return InputError(
        "file_missing",
        Text(f"找不到文件“{path}”。", f"There is no file '{path}'."),
        Text("请核对路径。", "Check the path."),
    )


def _mend(found: str) -> Text:
    suffixes = [suffix for suffix, kind in KINDS_BY_SUFFIX.items() if kind == found]
    if not suffixes:
        return Text(
            "请转存为DXF、shapefile等可读格式。", "Save it as DXF, shapefile or another format we read."
        )
    return Text(f"请改名为 *{suffixes[0]} 再试。", f"Rename it to *{suffixes[0]} and try again.")


def _known(path: Path, named: str | None) -> str:
    if named is None:
        readable = " ".join(sorted(KINDS_BY_SUFFIX))
        raise InputError(
            "format_unknown",
            Text(f"不认识“{path.name}”的格式。", f"'{path.name}' is of a format we don't read."),
            Text(f"可读格式：{readable}。", f"Formats we read: {readable}."),
        )
    return named


def _by_content(path: Path) -> str | None:
    """Return what the first bytes say, or None when they say nothing definite."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    for signature, kind in _BINARY_SIGNATURES:
        if head.startswith(signature):
            return _zip_content(path) if kind == "zip" else kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "geojson"
    if text.startswith(b"<"):
        return "kml" if b"<kml" in head or b"opengis.net/kml" in head else "xml"
    if _DRAWING.match(text):
        return "dxf"
    if text.startswith(b"Version") and b"Delimiter" in head:
        return "mapinfo_mif"
    if text.startswith(b"!table"):
        return "mapinfo_tab"
    return None


def _zip_content(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError):
        return "zip"
    if "[Content_Types].xml" in names:
        return "xlsx" if any(name.startswith("xl/") for name in names) else "office document"
    if KINDS_BY_SUFFIX.get(path.suffix.lower()) == "kmz" and any(
        name.lower().endswith(".kml") for name in names
    ):
        return "kmz"
    return "zip"
