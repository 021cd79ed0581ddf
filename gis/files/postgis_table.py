"""A table of geometries in PostGIS: where it stands, what it states, how far it reaches, what it holds.

A table is anything with one column of geometries: also a view, a partitioned or a foreign table, and
geographies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyproj
from pyproj.exceptions import CRSError

from gis.errors import InputError, Text
from gis.recognition import Bounds

_TABLES = """
    SELECT f_table_schema::text AS schema, f_table_name::text AS name,
        f_geometry_column::text AS geometry_column, false AS geodetic
    FROM geometry_columns
    UNION ALL SELECT f_table_schema::text, f_table_name::text, f_geography_column::text, true
    FROM geography_columns"""
_COLUMNS = """
    SELECT c.relkind::text AS relation, a.attname::text AS name, a.attnum AS number,
        format_type(a.atttypid, a.atttypmod) AS type, t.typname::text AS family
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.oid = {relation}::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
_KEEPS_ROW_VERSIONS = "rpm"
"""Kinds of relation whose rows have a place and the number of the transaction that wrote them."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of geometries.

    Parameters
    ----------
    schema, name, geometry_column
        As the database spells them.
    geodetic
        Whether it holds geographies, whose edges are geodesics.
    attributes
        Names of the columns that hold no geometry.
    layout
        Columns and types in words; another layout may say other things about the same rows.
    has_row_versions
        Whether the database numbers the versions of its rows; of a view it does not.
    """

    schema: str
    name: str
    geometry_column: str
    geodetic: bool
    attributes: tuple[str, ...]
    layout: str
    has_row_versions: bool

    @property
    def relation(self) -> str:
        """The quoted name for queries."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def geometry(self) -> str:
        """The expression for the geometry as it is stored."""
        return f"t.{quoted(self.geometry_column)}::geometry"

    @property
    def order(self) -> str:
        """The expression that gives rows an order of their own: the same rows, the same order."""
        return "t.tableoid, t.ctid" if self.has_row_versions else self.content

    @property
    def content(self) -> str:
        """The expression for all that a row says."""
        return "(t.*)::text"  # t::text would be a column of that name

    def unplaced(self, kind: str) -> str:
        """Return the condition for rows that lie somewhere, but not surely in their box.

        Parameters
        ----------
        kind
            What the layer is made of: rows of a lower dimension have lost their shape.
        """
        geometry = self.geometry
        dimension = ("point", "line", "polygon").index(kind)
        # Asking each part whether it is empty takes a subquery, which only one process may run.
        empty_part = f"'\\x010{dimension + 1}00000000000000'::bytea"
        binary = f"ST_AsBinary(ST_Force2D({geometry}), 'NDR')"
        return f"""({geometry} IS NULL OR ST_IsEmpty({geometry}) OR NOT {_is_finite(geometry)}
            OR ST_Dimension({geometry}) < {dimension}
            OR (ST_Dimension({geometry}) = 2 AND ST_Area({geometry}) = 0)
            OR (ST_NumGeometries({geometry}) > 1 AND position({empty_part} IN {binary}) > 0))"""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a whole table says, of which only a part is read.

    Parameters
    ----------
    extent
        Of all finite coordinates as they stand there; None when there are none.
    stated
        The system its rows state, if any.
    has_unplaced
        Whether there are rows that :meth:`Table.unplaced` means.
    """

    extent: Bounds | None
    stated: pyproj.CRS | None
    has_unplaced: bool


def find(connection: Any, table: str | None) -> Table:
    """Return the one table of geometries of a name.

    Parameters
    ----------
    connection
        An open connection of ADBC.
    table
        As in ``schema.table``; the schema may be left out.

    Raises
    ------
    InputError
        When there is none, or more than one.
    """
    schema, _, name = (table or "").rpartition(".")
    listed = rows(connection, _TABLES)
    found = [row for row in listed if row["name"] == name and schema in ("", row["schema"])]
    if len(found) != 1:
        raise _not_single(table, sorted(f"{row['schema']}.{row['name']}" for row in listed))
    [row] = found
    relation = _literal(f"{quoted(row['schema'])}.{quoted(row['name'])}")
    columns = rows(connection, _COLUMNS.format(relation=relation))
    return Table(
        **row,
        attributes=tuple(
            column["name"] for column in columns if column["family"] not in ("geometry", "geography")
        ),
        layout=" ".join(f"{column['number']} {column['name']} {column['type']}" for column in columns),
        has_row_versions=columns[0]["relation"] in _KEEPS_ROW_VERSIONS,
    )


def survey(connection: Any, table: Table, kind: str) -> Survey:
    """Return how far a whole table reaches, and in which system it says it is, in one pass.

    Parameters
    ----------
    kind
        As for :meth:`Table.unplaced`.

    Raises
    ------
    InputError
        When its rows state several systems, or one that nobody knows.
    """
    geometry = table.geometry
    query = f"""
        WITH reach AS (
            SELECT ST_Extent({geometry}) FILTER (WHERE {_is_finite(geometry)}) AS box,
                min(ST_SRID({geometry})) AS least, max(ST_SRID({geometry})) AS greatest,
                count(*) FILTER (WHERE {table.unplaced(kind)}) AS unplaced
            FROM {table.relation} AS t)
        SELECT least, greatest, unplaced, ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east,
            ST_YMax(box) AS north FROM reach"""  # noqa: S608
    [row] = rows(connection, query)
    if row["least"] != row["greatest"]:
        raise _several_systems(table, row["least"], row["greatest"])
    extent = (row["west"], row["south"], row["east"], row["north"])
    return Survey(
        extent=None if None in extent else extent,
        stated=_system(connection, row["least"]) if row["least"] else None,
        has_unplaced=row["unplaced"] > 0,
    )


def rows(connection: Any, query: str) -> list[dict[str, Any]]:
    """Return the rows of a small answer."""
    found: list[dict[str, Any]] = arrow(connection, query).to_pylist()
    return found


def arrow(connection: Any, query: str) -> Any:
    """Return an answer as an Arrow table."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetch_arrow_table()


def quoted(name: str) -> str:
    """Return a name as a query spells it.

    >>> quoted('a"b')
    '"a""b"'
    """
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _literal(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def _is_finite(geometry: str) -> str:
    # PostGIS makes boxes that pass over NaN, but measures that don't; of points only the box can tell.
    box = " + ".join(f"ST_{side}({geometry})" for side in ("XMin", "YMin", "XMax", "YMax"))
    return f"""(CASE ST_Dimension({geometry}) WHEN 2 THEN ST_Area({geometry}) + ST_Length({geometry})
        WHEN 1 THEN ST_Length({geometry}) ELSE abs({box}) END < 'Infinity')"""


def _system(connection: Any, srid: int) -> pyproj.CRS:
    """Return a system by the database's own list: its numbers need not be those of EPSG."""
    query = f"SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = {srid:d}"  # noqa: S608
    for row in rows(connection, query):
        for definition in (f"{row['auth_name']}:{row['auth_srid']}", row["srtext"]):
            try:
                return pyproj.CRS.from_user_input(definition)
            except CRSError:
                continue
    raise InputError(
        "srid_unknown",
        Text(
            f"数据库的坐标系编号（SRID）{srid}没有可用的定义。",
            f"The database has no usable definition of its SRID {srid}.",
        ),
        Text(
            "请在 spatial_ref_sys 中补上定义，或用 ST_SetSRID 改为正确的编号（如 4547）。",
            "Add it to spatial_ref_sys, or set the right number with ST_SetSRID (such as 4547).",
        ),
    )


def _several_systems(table: Table, least: int, greatest: int) -> InputError:
    return InputError(
        "srids_mixed",
        Text(
            f"表“{table.schema}.{table.name}”混有多个坐标系（SRID {least}、{greatest}等）。",
            f"'{table.schema}.{table.name}' mixes coordinate systems (SRID {least}, {greatest} and so on).",
        ),
        Text("请先统一到一个坐标系。", "Bring it to one coordinate system first."),
    )


def _not_single(table: str | None, names: list[str]) -> InputError:
    return InputError(
        "database_table",
        Text(
            f"数据库里找不到唯一的几何表“{table or ''}”（有：{'、'.join(names)}）。",
            f"The database has no single table of geometries '{table or ''}' (it has: {', '.join(names)}).",
        ),
        Text("请在清单的 layer 中写明 模式.表名。", "Name it in the manifest's 'layer' as schema.table."),
    )
