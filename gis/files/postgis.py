"""A shared PostGIS database as a source of layers: only rows near a site are read.

The driver is ADBC (Apache-2.0, extra ``postgis``). Passwords stand in the environment (``PGPASSWORD``) or
in ``~/.pgpass``, never in a manifest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import geopandas as gpd
import pyproj
import shapely

from gis.errors import InputError, Text
from gis.files.feature_store import Bounds
from gis.files.reading import Reading
from gis.projection import CGCS2000

SCHEME = "postgresql://"


def is_address(path: str) -> bool:
    """Return whether a manifest's path is a database's address."""
    return path.startswith(SCHEME)


def read(address: str, table: str | None, near: Bounds | None) -> Reading:
    """Read the rows of a table whose boxes meet some bounds.

    Parameters
    ----------
    address
        As in ``postgresql://user@host:5432/database``.
    table
        As in ``schema.table``.
    near
        CGCS2000 degrees; None for all rows. Rows without a geometry are always read: somewhere they
        say something that can't be placed.

    Raises
    ------
    InputError
        When the database can't be reached, or has no such table of geometries.
    """
    with _connected(address) as connection:
        schema, name, column, srid = _found(connection, table)
        crs = pyproj.CRS.from_epsg(srid) if srid else None
        geometry = f"{_quoted(column)}::geometry"
        query = (
            f"SELECT *, ST_AsBinary(ST_Force2D({geometry})) AS planner_wkb"  # noqa: S608
            f" FROM {_quoted(schema)}.{_quoted(name)}"
        )
        if near is not None and crs is not None:
            west, south, east, north = _box_in(near, crs)
            query += (
                f" WHERE {_quoted(column)} IS NULL OR {geometry} &&"
                f" ST_MakeEnvelope({west!r}, {south!r}, {east!r}, {north!r}, {srid})"
            )
        table_read = _rows(connection, query)
    frame = table_read.drop_columns([column]).to_pandas()
    geometries = shapely.from_wkb(frame.pop("planner_wkb").to_numpy(dtype=object))
    return Reading(
        frame=gpd.GeoDataFrame(frame, geometry=geometries),
        stated=crs,
        path=Path(name),
        layer=f"{schema}.{name}",
        kind="postgis",
        encoding="UTF-8",
    )


def version(address: str, table: str | None) -> str:
    """Return a stamp that changes whenever a row of a table does: a hash of its count and newest row.

    Raises
    ------
    InputError
        As :func:`read`.
    """
    with _connected(address) as connection:
        schema, name, _, _ = _found(connection, table)
        query = (
            f"SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM {_quoted(schema)}.{_quoted(name)}"  # noqa: S608
        )
        count, newest = _rows(connection, query).to_pylist()[0].values()
    stated = f"{urlsplit(address).hostname} {urlsplit(address).path} {schema}.{name} {count} {newest}"
    return hashlib.sha256(stated.encode()).hexdigest()


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    if urlsplit(address).password:
        raise InputError(
            "password_in_manifest",
            Text("数据库地址里写了密码。", "The database's address holds a password."),
            Text(
                "请删去密码，改用环境变量 PGPASSWORD 或 .pgpass 文件。",
                "Remove it; use PGPASSWORD or a .pgpass file.",
            ),
        )
    try:
        from adbc_driver_postgresql import dbapi
    except ModuleNotFoundError as error:
        raise InputError(
            "no_postgis_package",
            Text("没有安装读取PostGIS所需的包。", "The package that reads PostGIS is not installed."),
            Text(
                "请运行 pip install 'yangquan-planner[postgis]'。", "pip install 'yangquan-planner[postgis]'."
            ),
        ) from error
    try:
        with dbapi.connect(address) as connection:
            yield connection
    except dbapi.Error as error:
        detail = " ".join(str(error).split())[:200]
        raise InputError(
            "database_failed",
            Text(f"数据库读取失败（{detail}）。", f"The database could not be read ({detail})."),
            Text("请核对地址、表名和权限。", "Check the address, the table's name and your rights."),
        ) from error


def _found(connection: Any, table: str | None) -> tuple[str, str, str, int]:
    """Return schema, name, geometry column and SRID of a table of geometries."""
    schema, _, name = (table or "").rpartition(".")
    query = "SELECT f_table_schema, f_table_name, f_geometry_column, srid FROM geometry_columns"
    listed = [tuple(row.values()) for row in _rows(connection, query).to_pylist()]
    found = [row for row in listed if row[1] == name and schema in ("", row[0])]
    if len(found) != 1:
        names = "、".join(sorted(f"{row[0]}.{row[1]}" for row in listed))
        raise InputError(
            "database_table",
            Text(
                f"数据库里找不到唯一的几何表“{table or ''}”（有：{names}）。",
                f"The database has no single table of geometries '{table or ''}' (it has: {names}).",
            ),
            Text("请在清单的 layer 中写明 模式.表名。", "Name it in the manifest's 'layer' as schema.table."),
        )
    schema, name, column, srid = found[0]
    return str(schema), str(name), str(column), int(srid)


def _rows(connection: Any, query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetch_arrow_table()


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _box_in(near: Bounds, crs: pyproj.CRS) -> Bounds:
    """Return bounds in a table's system; the sides are densified, so that nothing is cut off."""
    change = pyproj.Transformer.from_crs(CGCS2000, crs, always_xy=True)
    west, south, east, north = change.transform_bounds(*near, densify_pts=21)
    return float(west), float(south), float(east), float(north)
