"""Builders of test files: written by hand byte by byte, or by other software than ours.

Two plots in CGCS2000 3° zone 38 without prefix (EPSG:4547), with areas one can work out in the head:
a rectangle of 1000 m × 500 m and a square of 400 m with a hole of 100 m × 100 m.
"""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import fiona
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pyproj
import shapely

EAST, NORTH = 464_000.0, 4_190_000.0
RECTANGLE = shapely.box(EAST, NORTH, EAST + 1000, NORTH + 500)
WITH_HOLE = shapely.box(EAST + 2000, NORTH, EAST + 2400, NORTH + 400) - shapely.box(
    EAST + 2100, NORTH + 100, EAST + 2200, NORTH + 200
)
PLOTS = (RECTANGLE, WITH_HOLE)
PLANAR_M2 = (1000 * 500, 400 * 400 - 100 * 100)
NAMES = ("北山采石场", "南沟排矸场")
FIELDS = ("DKMC", "地块用途")
USES = ("工矿用地", "生态修复")

CGCS2000_ESRI = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def gauss_kruger_esri(
    name: str = "CGCS2000_3_Degree_GK_CM_114E",
    geographic: str = CGCS2000_ESRI,
    meridian_deg: float = 114,
    false_easting_m: float = 500_000,
    projection: str = "Gauss_Kruger",
) -> str:
    """Return a .prj as ArcGIS writes it: no authority codes anywhere."""
    return (
        f'PROJCS["{name}",{geographic},PROJECTION["{projection}"],'
        f'PARAMETER["False_Easting",{false_easting_m:.1f}],PARAMETER["False_Northing",0.0],'
        f'PARAMETER["Central_Meridian",{meridian_deg:.1f}],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


def in_system(
    polygons: Iterable[shapely.Geometry], epsg: int, edge_m: float = 10.0
) -> list[shapely.Geometry]:
    """Return plots moved from EPSG:4547 with PROJ, edges cut first so that they stay where they are."""
    if epsg == 4547:
        return list(polygons)
    move = pyproj.Transformer.from_crs(4547, epsg, always_xy=True).transform
    return [
        shapely.transform(
            shapely.segmentize(polygon, edge_m), lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1]))
        )
        for polygon in polygons
    ]


def rings_of(polygon: shapely.Polygon) -> list[list[tuple[float, float]]]:
    """Return the rings as Esri wants them: the outer one clockwise, holes the other way round."""
    turned = shapely.orient_polygons(polygon, exterior_cw=True)
    return [list(ring.coords) for ring in (turned.exterior, *turned.interiors)]


def shapefile(
    folder: Path,
    stem: str = "plots",
    *,
    shapes: Sequence[Sequence[Sequence[tuple[float, float]]] | None] | None = None,
    fields: Sequence[str] = FIELDS,
    rows: Sequence[Sequence[str]] | None = None,
    encoding: str = "gbk",
    cpg: str | None = None,
    prj: str | None = None,
    width: int = 20,
    cut_names: bool = False,
) -> Path:
    """Write a polygon shapefile with nothing but struct.

    ``shapes`` are rings of each record, None for a null shape. ``cut_names`` lets field names run into
    the tenth byte and stops there, in the middle of a character if need be, as careless programs do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}.shp"
    if shapes is None:
        shapes = [rings_of(polygon) for polygon in PLOTS]
    if rows is None:
        rows = list(zip(NAMES, USES, strict=True))
    contents = [_shape_record(rings) for rings in shapes]
    box = _box([point for rings in shapes if rings for ring in rings for point in ring])
    offset, body, index = 50, b"", b""
    for number, content in enumerate(contents, start=1):
        words = len(content) // 2
        body += struct.pack(">ii", number, words) + content
        index += struct.pack(">ii", offset, words)
        offset += 4 + words
    path.write_bytes(_shape_header(100 + len(body), box) + body)
    path.with_suffix(".shx").write_bytes(_shape_header(100 + len(index), box) + index)
    path.with_suffix(".dbf").write_bytes(dbf(fields, rows, encoding, width, cut_names=cut_names))
    if prj is None:
        prj = gauss_kruger_esri()
    if prj:
        path.with_suffix(".prj").write_text(prj, encoding="ascii", errors="strict")
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    return path


def _box(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    finite = np.array(points)[np.isfinite(points).all(axis=1)] if points else np.zeros((1, 2))
    return *finite.min(axis=0).tolist(), *finite.max(axis=0).tolist()


def _shape_header(size: int, box: tuple[float, float, float, float]) -> bytes:
    return struct.pack(">i20xi", 9994, size // 2) + struct.pack("<ii4d4d", 1000, 5, *box, 0, 0, 0, 0)


def _shape_record(rings: Sequence[Sequence[tuple[float, float]]] | None) -> bytes:
    if rings is None:
        return struct.pack("<i", 0)
    points = [point for ring in rings for point in ring]
    starts = np.cumsum([0, *(len(ring) for ring in rings[:-1])]).tolist()
    head = struct.pack("<i4d2i", 5, *_box(points), len(rings), len(points))
    return (
        head
        + struct.pack(f"<{len(starts)}i", *starts)
        + struct.pack(f"<{2 * len(points)}d", *(value for point in points for value in point))
    )


def dbf(
    fields: Sequence[str],
    rows: Sequence[Sequence[str]],
    encoding: str,
    width: int,
    *,
    cut_names: bool = False,
) -> bytes:
    """Return the bytes of a dBASE III table of text fields, language byte 0."""
    descriptions = b""
    for name in fields:
        raw = name.encode(encoding)
        assert cut_names or len(raw) <= 10, name
        descriptions += struct.pack("<11sc4xBB14x", raw[:10], b"C", width, 0)
    head = struct.pack(
        "<BBBBIHH20x", 3, 120, 1, 1, len(rows), 32 + len(descriptions) + 1, 1 + width * len(fields)
    )
    records = b"".join(
        b" " + b"".join(value.encode(encoding)[:width].ljust(width) for value in row) for row in rows
    )
    return head + descriptions + b"\r" + records + b"\x1a"


def dbf_fields(path: Path) -> dict[bytes, tuple[str, int, int]]:
    """Return field name bytes, type, width and decimals from a .dbf header, read with struct."""
    header = path.read_bytes()
    found = {}
    for start in range(32, struct.unpack("<H", header[8:10])[0] - 1, 32):
        name, kind, width, decimals = struct.unpack("<11sc4xBB", header[start : start + 18])
        found[name.partition(b"\0")[0]] = (kind.decode(), width, decimals)
    return found


def zipped(folder: Path, target: Path, *, names: str = "utf-8") -> Path:
    """Zip a folder's files; ``names="gbk"`` leaves the UTF-8 flag out, as Windows' own zip does."""
    members = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
               if path.is_file()}  # fmt: skip
    return zip_of(members, target, names=names)


def zip_of(members: dict[str, bytes], target: Path, *, names: str = "utf-8") -> Path:
    """Write a zip with stored members, byte by byte, so that names can be in any encoding."""
    body, directory = b"", b""
    for name, content in members.items():
        raw, flag = name.encode(names), 0x800 if names == "utf-8" else 0
        fixed = struct.pack(
            "<HHHHHIIIHH", 20, flag, 0, 0, 33, zlib.crc32(content), len(content), len(content), len(raw), 0
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + fixed
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\x03\x04" + fixed + raw + content
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    target.write_bytes(body + directory + b"PK\x05\x06" + end)
    assert zipfile.is_zipfile(target)
    return target


def with_fiona(
    path: Path, driver: str, *, epsg: int = 4547, geometries: Sequence[shapely.Geometry] = PLOTS,
    layer: str | None = None, kind: str = "Polygon", mode: str = "w", **options: object,
) -> Path:  # fmt: skip
    """Write the plots with fiona."""
    rows = [dict(zip(FIELDS, values, strict=True)) for values in zip(NAMES, USES, strict=True)]
    with fiona.open(
        path, mode, driver=driver, crs=f"EPSG:{epsg}", layer=layer,
        schema={"geometry": kind, "properties": dict.fromkeys(FIELDS, "str:40")}, **options,
    ) as sink:  # fmt: skip
        sink.writerecords(
            {"type": "Feature", "geometry": shapely.geometry.mapping(geometry), "properties": rows[row % 2]}
            for row, geometry in enumerate(geometries)
        )
    return path


def geopackage(
    path: Path, polygons: Sequence[shapely.Geometry | None] = PLOTS, *, spatial: bool = True
) -> Path:
    """Write a GeoPackage with nothing but sqlite3 and struct."""
    with sqlite3.connect(path) as base:
        base.execute(f"PRAGMA application_id = {0x47504B47}")
        base.execute("PRAGMA user_version = 10300")
        base.executescript(
            """
            CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
                organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
                definition TEXT NOT NULL, description TEXT);
            CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL,
                identifier TEXT UNIQUE, description TEXT, last_change DATETIME, min_x DOUBLE, min_y DOUBLE,
                max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
                geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT, m TINYINT);
            CREATE TABLE "地块" (fid INTEGER PRIMARY KEY AUTOINCREMENT, geom BLOB, DKMC TEXT, "地块用途" TEXT);
            """
        )
        definition = pyproj.CRS.from_epsg(4547).to_wkt("WKT1_GDAL")
        systems = [("WGS 84", 4326, "EPSG", 4326, pyproj.CRS.from_epsg(4326).to_wkt("WKT1_GDAL")),
                   ("CGCS2000 CM 114E", 4547, "EPSG", 4547, definition),
                   ("Undefined", -1, "NONE", -1, "undefined"), ("Undefined", 0, "NONE", 0, "undefined")]  # fmt: skip
        base.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,NULL)", systems)
        contents = ("地块", "features" if spatial else "attributes", "地块", 4547 if spatial else None)
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?,?,?,?)", contents
        )
        if spatial:
            base.execute("INSERT INTO gpkg_geometry_columns VALUES ('地块','geom','POLYGON',4547,0,0)")
        head = b"GP" + struct.pack("<BBi", 0, 1, 4547)
        base.executemany(
            'INSERT INTO "地块" (geom, DKMC, "地块用途") VALUES (?,?,?)',
            [
                (None if polygon is None else head + polygon.wkb, NAMES[row % 2], USES[row % 2])
                for row, polygon in enumerate(polygons)
            ],
        )
    base.close()
    return path


def geoparquet(path: Path, polygons: Sequence[shapely.Geometry] = PLOTS, *, epsg: int | None = 4547) -> Path:
    """Write a GeoParquet with nothing but pyarrow and the metadata of the standard."""
    table = pa.table(
        {
            "DKMC": [NAMES[row % 2] for row in range(len(polygons))],
            "地块用途": [USES[row % 2] for row in range(len(polygons))],
            "geom": [polygon.wkb for polygon in polygons],
        }
    )
    crs = None if epsg is None else pyproj.CRS.from_epsg(epsg).to_json_dict()
    geo = {
        "version": "1.0.0",
        "primary_column": "geom",
        "columns": {"geom": {"encoding": "WKB", "geometry_types": ["Polygon"], "crs": crs}},
    }
    pyarrow.parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    return path


def geojson(
    path: Path, polygons: Sequence[shapely.Geometry] | None = None, *, crs: str | None = None,
    properties: dict[str, object] | None = None, indent: int | None = 1,
) -> Path:  # fmt: skip
    """Write GeoJSON with nothing but json; degrees of WGS84 by default."""
    if polygons is None:
        polygons = in_system(PLOTS, 4326)
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(FIELDS, (NAMES[row % 2], USES[row % 2]), strict=True))
            | (properties or {}),
            "geometry": shapely.geometry.mapping(polygon),
        }
        for row, polygon in enumerate(polygons)
    ]
    whole: dict[str, object] = {"type": "FeatureCollection"}
    if crs:
        whole["crs"] = {"type": "name", "properties": {"name": crs}}
    whole["features"] = features
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=indent), encoding="utf-8")
    return path


def kml(
    path: Path,
    polygons: Sequence[shapely.Geometry] | None = None,
    *,
    folders: Sequence[str] = (),
    head: str = "",
) -> Path:
    """Write KML by hand; with ``folders``, one placemark in each."""
    if polygons is None:
        polygons = in_system(PLOTS, 4326)
    marks = [_placemark(NAMES[row % 2], USES[row % 2], polygon) for row, polygon in enumerate(polygons)]
    if folders:
        marks = [
            f"<Folder><name>{name}</name>{mark}</Folder>" for name, mark in zip(folders, marks, strict=True)
        ]
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>范围</name>{''.join(marks)}</Document></kml>",
        encoding="utf-8",
    )
    return path


def _placemark(name: str, use: str, polygon: shapely.Polygon) -> str:
    def ring(element: str, coordinates: Iterable[tuple[float, ...]]) -> str:
        text = " ".join(",".join(f"{value:.11f}" for value in point) for point in coordinates)
        return f"<{element}><LinearRing><coordinates>{text}</coordinates></LinearRing></{element}>"

    holes = "".join(ring("innerBoundaryIs", hole.coords) for hole in polygon.interiors)
    data = f'<ExtendedData><Data name="地块用途"><value>{use}</value></Data></ExtendedData>'
    outer = ring("outerBoundaryIs", polygon.exterior.coords)
    return f"<Placemark><name>{name}</name>{data}<Polygon>{outer}{holes}</Polygon></Placemark>"


def dxf(
    path: Path, entities: Sequence[str], *, version: str = "AC1015", layers: Sequence[str] = ("0",)
) -> Path:
    """Write a drawing by hand: group code and value on lines of their own, in the ANSI_936 code page."""
    table = "".join(f"0\nLAYER\n2\n{name}\n70\n0\n62\n7\n6\nCONTINUOUS\n" for name in layers)
    path.write_bytes(
        (
            f"0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\n{version}\n9\n$DWGCODEPAGE\n3\nANSI_936\n0\nENDSEC\n"
            f"0\nSECTION\n2\nTABLES\n0\nTABLE\n2\nLAYER\n70\n{len(layers)}\n{table}0\nENDTAB\n0\nENDSEC\n"
            f"0\nSECTION\n2\nENTITIES\n{''.join(entities)}0\nENDSEC\n0\nEOF\n"
        )
        .replace("\n", "\r\n")
        .encode("gbk")
    )
    return path


def lwpolyline(points: Sequence[tuple[float, float]], layer: str = "0", *, closed: bool = True) -> str:
    """Return the entity of AutoCAD 2000 and later; a closed one doesn't repeat its first point."""
    vertices = "".join(f"10\n{x:.3f}\n20\n{y:.3f}\n" for x, y in points)
    return (
        f"0\nLWPOLYLINE\n100\nAcDbEntity\n8\n{layer}\n100\nAcDbPolyline\n"
        f"90\n{len(points)}\n70\n{int(closed)}\n{vertices}"
    )


def polyline(points: Sequence[tuple[float, float]], layer: str = "0", *, closed: bool = True) -> str:
    """Return the entity of AutoCAD R12."""
    vertices = "".join(f"0\nVERTEX\n8\n{layer}\n10\n{x:.3f}\n20\n{y:.3f}\n30\n0.0\n" for x, y in points)
    return f"0\nPOLYLINE\n8\n{layer}\n66\n1\n70\n{int(closed)}\n{vertices}0\nSEQEND\n8\n{layer}\n"


def drawing_text(text: str, x: float, y: float, layer: str = "0") -> str:
    """Return a TEXT entity."""
    return f"0\nTEXT\n8\n{layer}\n10\n{x:.3f}\n20\n{y:.3f}\n30\n0.0\n40\n2.5\n1\n{text}\n"


def corners(polygon: shapely.Polygon) -> list[tuple[float, float]]:
    """Return the outer ring without its closing point."""
    return list(polygon.exterior.coords)[:-1]


def mif(path: Path, *, system: str = 'Earth Projection 8, 104, "m", 114, 0, 1, 500000, 0') -> Path:
    """Write MapInfo exchange files (.mif and .mid) by hand, in WindowsSimpChinese."""
    regions = []
    for polygon in PLOTS:
        rings = [list(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]
        regions.append(f"Region {len(rings)}")
        for ring in rings:
            regions += [f"  {len(ring)}", *(f"{x:.3f} {y:.3f}" for x, y in ring)]
    head = [
        "Version 300", 'Charset "WindowsSimpChinese"', 'Delimiter ","', f"CoordSys {system}",
        f"Columns {len(FIELDS)}", *(f"  {name} Char(40)" for name in FIELDS), "Data", "",
    ]  # fmt: skip
    path.write_bytes("\r\n".join([*head, *regions, ""]).encode("gbk"))
    rows = [f'"{name}","{use}"' for name, use in zip(NAMES, USES, strict=True)]
    path.with_suffix(".mid").write_bytes("\r\n".join([*rows, ""]).encode("gbk"))
    return path
