"""What the app asks: project classes, their questions, and sites that were drawn or uploaded."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import shapely

from gis.errors import InputError, Text
from layers import load
from planner import texts
from zoning import project_class
from zoning.project_class import Flag, ProjectClass

MOST_FILES = 40
MOST_SITES = 12
MOST_BYTES = 50 * 1024**2
MOST_DRAWN_CORNERS = 20_000
DRAWN_NAME = Text("绘制范围", "drawn boundary")
DRAWN_CRS = "EPSG:4490"
PASTED_NAME = Text("粘贴的界址点", "pasted corner points")
FILE_TITLES = {
    f"{DRAWN_NAME.zh}.geojson": DRAWN_NAME,
    f"{PASTED_NAME.zh}.csv": PASTED_NAME,
    f"{PASTED_NAME.zh}.txt": PASTED_NAME,
}
"""Files that the app names itself, and what it calls them on its pages."""
_MOST_NAME = 120
_ON_A_LINE_DEG = 1e-9
_BETWEEN = re.compile(r"[\s,;，；、]+")
_LETTER = re.compile(r"[^\W\d_]")
_SIDECARS = (
    ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qmd", ".xml",
    ".dat", ".map", ".id", ".ind", ".mid",
)  # fmt: skip
SUFFIXES = (
    "zip", "shp", "gpkg", "geojson", "json", "kml", "ovkml", "kmz", "ovkmz", "dxf", "fgb", "tab", "mif",
    "parquet", "geoparquet", "txt", "csv", "xlsx", *(suffix[1:] for suffix in _SIDECARS),
)  # fmt: skip
"""What is taken of an upload: the formats of the command line, and the files that go with a .shp or .tab."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sent it."""

    name: str
    content: bytes


def classes() -> Mapping[str, ProjectClass]:
    """Return all project classes by id."""
    return project_class.classes()


def matching(query: str) -> tuple[ProjectClass, ...]:
    """Return the classes that words or a code point to; all of them for no words.

    Examples
    --------
    >>> [found.id for found in matching("D4416")], len(matching(" ")) == len(classes())
    (['PV'], True)
    """
    return project_class.search(query) if query.strip() else tuple(classes().values())


def questions(activity: str) -> tuple[Flag, ...]:
    """Return the questions that decide between rules for a class."""
    return tuple(project_class.flags()[name] for name in classes()[activity].flags)


def store(folder: Path, uploads: Sequence[Upload]) -> tuple[Path, ...]:
    """Write uploaded files into a folder of their own and return those that are sites.

    Files that belong together (``a.shp``, ``a.dbf`` …) come to lie beside one another; a second
    file of the same name gets a number, neither replaces the other.

    Raises
    ------
    InputError
        For too many, too large or empty files, for formats that are not read, and for companions without
        the file they go with.
    """
    _check_uploads(uploads)
    digest = hashlib.sha256()
    for upload in uploads:
        digest.update(f"{len(upload.content)} {upload.name}\n".encode())
        digest.update(upload.content)
    target = folder / digest.hexdigest()[:16]
    placed = [(target / name, upload.content) for name, upload in _placed(uploads)]
    sites = tuple(path for path, _ in placed if path.suffix.lower() not in _SIDECARS)
    if not sites:
        raise InputError(
            "upload_companions_only",
            Text("上传的只有附属文件，没有主文件。", "Only companion files were uploaded."),
            Text(
                "请把 .shp 与 .shx、.dbf、.prj 一起上传，或压缩成一个 zip。",
                "Upload the .shp together with .shx, .dbf and .prj, or zip them.",
            ),
        )
    if len(sites) > MOST_SITES:
        raise _too_many(len(sites), MOST_SITES)
    for path, content in placed:
        _write(path, content)
    return sites


def _write(path: Path, content: bytes) -> None:
    """Write a file whose folder is named by its content, unless it is there: a check may be reading it."""
    if not path.is_file() or path.stat().st_size != len(content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def store_layer(folder: Path, uploads: Sequence[Upload]) -> Path:
    """Write the uploaded files of one layer as :func:`store` does, and return the one that is read.

    Raises
    ------
    InputError
        As :func:`store`, and for files of more than one layer.
    """
    stored = store(folder, uploads)
    if len(stored) > 1:
        names = [path.name for path in stored]
        raise InputError(
            "upload_several_layers",
            Text(
                f"一次只能载入一个图层的文件，收到了{len(names)}个：{texts.listed(names, 'zh')}。",
                f"One file per layer; there are {len(names)}: {texts.listed(names, 'en')}.",
            ),
            Text(
                "请合并成一个文件（shapefile 的各个文件可一起上传或压缩成一个 zip），再重新上传。",
                "Merge them into one file (the parts of one shapefile may come together, or as a zip), "
                "and upload that.",
            ),
        )
    return stored[0]


def _check_uploads(uploads: Sequence[Upload]) -> None:
    if len(uploads) > MOST_FILES:
        raise _too_many(len(uploads), MOST_FILES)
    for upload in uploads:
        if PurePosixPath(safe_name(upload.name)).suffix.lower()[1:] not in SUFFIXES:
            raise _unknown_format(upload.name)
    total = sum(len(upload.content) for upload in uploads)
    if total > MOST_BYTES:
        limit = MOST_BYTES // 1024**2
        raise InputError(
            "upload_too_large",
            Text(f"上传的文件共超过{limit} MB。", f"The uploads are larger than {limit} MB together."),
            Text("请只上传项目范围，或改用命令行。", "Upload the boundary only, or use the command line."),
        )


def _unknown_format(name: str) -> InputError:
    shown = safe_name(name)
    return InputError(
        "upload_format",
        Text(f"“{shown}”不是可读的格式。", f"'{shown}' is of no format that is read here."),
        Text(
            "请上传 shapefile（zip）、FileGDB（zip）、GeoPackage、GeoJSON、KML/KMZ、DXF、MapInfo 或界址点"
            " TXT/CSV/XLSX。",
            "Upload a shapefile (zip), FileGDB (zip), GeoPackage, GeoJSON, KML/KMZ, DXF, MapInfo, "
            "or corner points as TXT/CSV/XLSX.",
        ),
    )


def _too_many(count: int, limit: int) -> InputError:
    return InputError(
        "upload_too_many",
        Text(f"一次上传了{count}个文件，最多{limit}个。", f"{count} files at once; {limit} at the most."),
        Text("请分批上传，或改用命令行。", "Upload fewer, or use the command line."),
    )


def _placed(uploads: Sequence[Upload]) -> list[tuple[PurePosixPath, Upload]]:
    """Return where each upload is put: ``0/a.shp`` and ``0/a.dbf``, ``1/a (2).shp`` for a namesake."""
    taken: dict[str, int] = {}
    placed = []
    for upload in uploads:
        name = safe_name(upload.name)
        count = taken.get(name.lower(), 0)
        taken[name.lower()] = count + 1
        stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
        shown = name if count == 0 else f"{stem} ({count + 1}){suffix}"
        placed.append((PurePosixPath(str(count)) / shown, upload))
    return placed


def pasted(text: str) -> Upload:
    r"""Return pasted corner points as a file: the land-approval text, or a table.

    A table without a header gets one: ``X, Y``, or number, ``X, Y``; which of the two is the
    northing is told by the size of the numbers, as in every file.

    Raises
    ------
    InputError
        When there are no rows of two or three numbers, and no header either.

    Examples
    --------
    >>> made = pasted("4203000.5 467000\n4203000.5，467400\n4202800、467400")
    >>> made.name, made.content.decode()
    ('粘贴的界址点.csv', 'X,Y\n4203000.5,467000\n4203000.5,467400\n4202800,467400\n')
    """
    if "@" in text or "[" in text:
        return Upload(f"{PASTED_NAME.zh}.txt", text.encode())
    rows = [[cell for cell in _BETWEEN.split(line.strip()) if cell] for line in text.strip().splitlines()]
    named = any(_LETTER.search(cell) for cell in (rows[0] if rows else ()))
    widths = {len(row) for row in rows if row}
    if not named and not (widths and widths <= {2, 3} and len(widths) == 1):
        raise InputError(
            "pasted_unreadable",
            Text("粘贴的内容不是界址点。", "What was pasted is not a list of corner points."),
            Text(
                "每行一个点：X,Y 或 点号,X,Y；也可粘贴部报盘文本。空行另起一圈。",
                "One point on a line: X, Y or number, X, Y; or the land-approval text. A blank line ends a ring.",
            ),
        )
    head = [] if named else [["X", "Y"] if widths == {2} else ["点号", "X", "Y"]]
    content = "".join(f"{','.join(row)}\n" for row in [*head, *rows])
    return Upload(f"{PASTED_NAME.zh}.csv", content.encode())


def safe_name(name: str) -> str:
    r"""Return a file name without folders, control characters or more than 120 characters.

    Examples
    --------
    >>> safe_name("../../etc/范围.zip"), safe_name("C:\\x\\a.shp"), safe_name("..")
    ('范围.zip', 'a.shp', 'upload')
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    clean = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').strip(" .")
    stem, suffix = PurePosixPath(clean or "upload").stem, PurePosixPath(clean or "upload").suffix
    return stem[: _MOST_NAME - len(suffix)] + suffix


def store_drawing(folder: Path, collection: Mapping[str, Any]) -> Path:
    """Write a drawn boundary as GeoJSON in CGCS2000 degrees and return the file.

    Raises
    ------
    InputError
        When it is not a set of polygons, crosses itself, or has more corners than anyone draws.
    """
    polygons = _polygons(collection)
    if any(not shapely.is_valid(polygon) for polygon in polygons):
        raise InputError(
            "drawing_crosses",
            Text(
                "所绘边界自相交，范围不能确定。",
                "The drawn boundary crosses itself: its extent is not known.",
            ),
            Text("请编辑拐点或重新绘制。", "Edit its corners, or draw it again."),
        )
    features = [
        {
            "type": "Feature",
            "properties": {"DKMC": f"{number}"},
            "geometry": shapely.geometry.mapping(polygon),
        }
        for number, polygon in enumerate(polygons, start=1)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    path = folder / hashlib.sha256(content).hexdigest()[:16] / f"{DRAWN_NAME.zh}.geojson"
    _write(path, content)
    return path


def as_drawing(sites: Sequence[Path], crs: str, layer: str, width_m: float | None) -> list[dict[str, Any]]:
    """Return the parcels of sites as GeoJSON features of single polygons, to be edited on the map.

    Raises
    ------
    InputError
        When a site can't be read, or has more corners than can be edited by hand.
    """
    parcels = [
        geometry
        for path in sites
        for geometry in load.site(
            path, crs=crs or None, layer=layer or None, width_m=width_m
        ).parcels.geometry
    ]
    # Reading a site puts points on long edges: those on a straight line are of no use to the hand.
    polygons = shapely.get_parts(shapely.simplify(parcels, _ON_A_LINE_DEG))
    if int(shapely.get_num_coordinates(polygons).sum()) > MOST_DRAWN_CORNERS:
        raise InputError(
            "site_too_detailed",
            Text("范围的拐点太多，不宜在图上编辑。", "The boundary has too many corners to edit by hand."),
            Text("请在GIS软件中编辑后重新上传。", "Edit it in your GIS and upload it again."),
        )
    return [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(polygon)}
        for polygon in polygons
    ]


def _polygons(collection: Mapping[str, Any]) -> list[shapely.Polygon]:
    try:
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in collection["features"]]
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise _not_polygons() from error
    corners = sum(int(shapely.get_num_coordinates(item)) for item in shapes)
    kinds = {item.geom_type for item in shapes}
    if not shapes or kinds != {"Polygon"} or corners > MOST_DRAWN_CORNERS or any(s.is_empty for s in shapes):
        raise _not_polygons()
    return shapes


def _not_polygons() -> InputError:
    return InputError(
        "drawing_unusable",
        Text("所绘内容不是可用的多边形。", "The drawing is not a set of usable polygons."),
        Text("请重新绘制。", "Draw it again."),
    )
