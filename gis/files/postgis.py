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
import numpy as np
import pyproj
import shapely

from gis import recognition
from gis.equal_area import GeometryArray
from gis.errors import InputError, Text
from gis.files import postgis_table
from gis.files.feature_store import Bounds
from gis.files.postgis_table import Table, quoted
from gis.files.reading import Reading
from gis.projection import CGCS2000, MAX_EDGE_M
from gis.recognition import Recognition

SCHEME = "postgresql://"
MARGIN_DEG = 0.02
"""Rows are read this far around what is asked for, so that no shift between datums (GCJ-02: 0.6 km) and
no bulge of a geodesic edge leaves one out."""
ARC_SAGITTA_M = 0.001
"""How far a chord may be from the arc it stands for."""
_ARC_SAGITTA_DEG = 1e-8


def is_address(path: str) -> bool:
    """Return whether a manifest's path is a database's address."""
    return path.startswith(SCHEME)


def read(
    address: str,
    table: str | None,
    near: Bounds | None,
    *,
    declared: str | None = None,
    kind: str = "polygon",
) -> Reading:
    """Read the rows of a table whose boxes meet some bounds.

    In which system the numbers are is recognised from the extent of the **whole** table, as for a
    file: bounds in a system that a table merely claims would leave out just the rows that matter.

    Parameters
    ----------
    address
        As in ``postgresql://user@host:5432/database``.
    table
        As in ``schema.table``; also a view.
    near
        CGCS2000 degrees; None for all rows. Rows that can't be placed by their box (without geometry,
        empty, not finite, of a lower dimension than the layer) are always read: they say something
        somewhere.
    declared
        The coordinate system as the user declares it; it outweighs the table's.
    kind
        What the layer is made of: polygon, line or point.

    Raises
    ------
    InputError
        When the database can't be reached, has no such table of geometries, or it can't be said in
        which system that is.
    """
    with _connected(address) as connection:
        found = postgis_table.find(connection, table)
        survey = postgis_table.survey(connection, found, kind)
        system = None
        if survey.extent is not None:
            system = recognition.recognise(survey.extent, survey.stated, declared)
        condition = "true"
        if near is not None and system is not None:
            condition = _meets(found, near, system)
            if survey.has_unplaced:
                condition += f" OR {found.unplaced(kind)}"
        columns = ", ".join(f"t.{quoted(name)}" for name in found.attributes)
        query = (
            f"SELECT ST_AsBinary({_drawn(found, system)}) AS {quoted(found.geometry_column)}"  # noqa: S608
            f"{', ' if columns else ''}{columns} FROM {found.relation} AS t WHERE {condition}"
            f" ORDER BY {found.order}"
        )
        read = postgis_table.arrow(connection, query)
    name = f"{found.schema}.{found.name}"
    return Reading(
        frame=gpd.GeoDataFrame(
            read.drop_columns([found.geometry_column]).to_pandas(),
            geometry=_geometries(read[found.geometry_column].to_numpy(zero_copy_only=False), name),
        ),
        stated=survey.stated,
        path=Path(found.name),
        layer=name,
        kind="postgis",
        encoding="UTF-8",
        extent=survey.extent,
    )


def version(address: str, table: str | None) -> str:
    """Return a stamp that changes whenever a row of a table does.

    A sum of hashes over all rows, in one snapshot and whatever their order: of each row's place and the
    transaction that wrote it, of which no two versions of rows share both. A count and the newest
    transaction would not do: an older transaction may be the last to commit. Maintenance that moves
    rows (``VACUUM FULL``) changes the stamp too. Rows of views have neither: their content is hashed.

    Raises
    ------
    InputError
        As :func:`read`.
    """
    with _connected(address) as connection:
        found = postgis_table.find(connection, table)
        row = "concat_ws(' ', t.tableoid, t.ctid, t.xmin)" if found.has_row_versions else found.content
        query = (
            f"SELECT count(*)::text AS count, sum(hashtextextended({row}, 0))::text AS total"  # noqa: S608
            f" FROM {found.relation} AS t"
        )
        [stamp] = postgis_table.rows(connection, query)
    place = f"{urlsplit(address).hostname} {urlsplit(address).path} {found.schema}.{found.name}"
    stated = f"{place} {found.layout} {stamp['count']} {stamp['total']}"
    return hashlib.sha256(stated.encode()).hexdigest()


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Connect, to one state of the database for all that is asked."""
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
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection
    except dbapi.Error as error:
        detail = " ".join(str(error).split())[:200]
        raise InputError(
            "database_failed",
            Text(f"数据库读取失败（{detail}）。", f"The database could not be read ({detail})."),
            Text("请核对地址、表名和权限。", "Check the address, the table's name and your rights."),
        ) from error


def _drawn(table: Table, system: Recognition | None) -> str:
    """Return the expression for a geometry of straight edges: arcs and geodesics as short chords."""
    geometry = table.geometry
    if table.geodetic:
        geometry = f"ST_Segmentize(t.{quoted(table.geometry_column)}, {MAX_EDGE_M})::geometry"
    sagitta = _ARC_SAGITTA_DEG if system is None or system.crs.is_geographic else ARC_SAGITTA_M
    # Symmetric (1): an arc that two neighbours share has the same chords in either direction.
    straight = f"ST_CurveToLine({geometry}, {sagitta!r}, 1, 1)"
    return f"ST_Force2D(CASE WHEN ST_HasArc({geometry}) THEN {straight} ELSE {geometry} END)"


def _meets(table: Table, near: Bounds, system: Recognition) -> str:
    """Return the condition for rows whose box meets some bounds."""
    box = _box_in(near, system)
    if not np.isfinite(box).all():
        return "true"
    envelope = f"ST_MakeEnvelope({', '.join(repr(value) for value in box)}"
    if table.geodetic:
        return f"t.{quoted(table.geometry_column)} && {envelope}, 4326)::geography"
    return f"{table.geometry} && {envelope})"


def _box_in(near: Bounds, system: Recognition) -> Bounds:
    """Return bounds in a table's numbers; the sides are densified, so that nothing is cut off."""
    west, south, east, north = near
    change = pyproj.Transformer.from_crs(CGCS2000, system.crs, always_xy=True)
    left, low, right, high = map(
        float,
        change.transform_bounds(
            west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG, densify_pts=21
        ),
    )
    return (low, left, high, right) if system.swapped else (left, low, right, high)


def _geometries(binary: GeometryArray, name: str) -> GeometryArray:
    try:
        with np.errstate(invalid="ignore"):  # a coordinate that is NaN is told at the door
            return np.asarray(shapely.from_wkb(binary), dtype=object)
    except (shapely.errors.GEOSException, NotImplementedError) as error:
        detail = " ".join(str(error).split())[:200]
        raise InputError(
            "geometry_kind_unknown",
            Text(
                f"表“{name}”里有读不了的几何类型（{detail}）。",
                f"'{name}' holds a type of geometry that can't be read ({detail}).",
            ),
            Text(
                "请在数据库中转换为点、线或面（如用视图和 ST_CollectionExtract）。",
                "Convert it to points, lines or polygons there (such as a view with ST_CollectionExtract).",
            ),
        ) from error
