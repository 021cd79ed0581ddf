"""What a file really is, told by its first bytes rather than by its name."""

from __future__ import annotations

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
_ZIP_LIKE = ("zip", "kmz", "xlsx")


def of(path: Path) -> str:
    """Return the kind of a file or folder, one of the values of ``KINDS_BY_SUFFIX`` or ``folder``.

    Raises
    ------
    InputError
        When it does not exist, is empty, is of a kind we can't read, or is named as one kind and
        is another.
    """
    if not path.exists():
        raise InputError(
            "file_missing",
            Text(f"找不到“{path}”。", f"'{path}' does not exist."),
            Text("请核对路径。", "Check the path."),
        )
    suffix = path.suffix.lower()
    if path.is_dir():
        return "filegdb" if suffix == ".gdb" else "folder"
    named = KINDS_BY_SUFFIX.get(suffix)
    if path.stat().st_size == 0:
        raise InputError(
            "file_empty",
            Text(f"“{path.name}”是空文件。", f"'{path.name}' is empty."),
            Text("请重新导出或重新拷贝。", "Export or copy it again."),
        )
    found = _by_content(path)
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
    if text.startswith(b"Version") and b"Delimiter" in head:
        return "mapinfo_mif"
    if text.startswith(b"!table"):
        return "mapinfo_tab"
    return None


def _zip_content(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return "zip"
    if "[Content_Types].xml" in names:
        return "xlsx" if any(name.startswith("xl/") for name in names) else "office document"
    if path.suffix.lower() == ".kmz" and any(name.lower().endswith(".kml") for name in names):
        return "kmz"
    return "zip"
