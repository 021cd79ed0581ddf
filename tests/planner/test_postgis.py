"""A layer from a real PostGIS: the same findings as from its file, and only rows near the site are read."""

from __future__ import annotations

import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis.errors import InputError
from gis.files import postgis
from layers import load, spec
from layers.layer import Source
from planner import flow
from planner import workspace as workspaces
from planner.project import Project

pytest.importorskip("adbc_driver_postgresql")

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) if sys.platform == "linux" else []
HAS_POSTGIS = any(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
pytestmark = pytest.mark.skipif(
    not (PROGRAMS and HAS_POSTGIS), reason="no PostGIS on this machine (apt: postgresql-15-postgis-3)"
)
KIND = "ecological_red_line"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of a fresh cluster with PostGIS, run by a user who is not root."""
    with tempfile.TemporaryDirectory(prefix="postgis-") as folder:
        yield from _cluster(Path(folder))


def _cluster(folder: Path) -> Iterator[str]:
    as_user: list[str] = []
    if os.geteuid() == 0:
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    programs = PROGRAMS[-1].parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, timeout=120, cwd="/")

    data = folder / "data"
    run(str(programs / "initdb"), "-D", str(data), "-U", "planner", "--auth=trust", "--no-sync", "-E", "UTF8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        psql = [str(programs / "psql"), "-h", "127.0.0.1", "-p", str(port), "-U", "planner", "-d", "postgres"]
        run(*psql, "-c", "CREATE EXTENSION postgis")
        yield f"postgresql://planner@127.0.0.1:{port}/postgres"
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def filled(database: str, workspace: Path) -> str:
    """The database with the demonstration's red lines in 3° zone 38, under Chinese field names."""
    entries = {entry.kind: entry for entry in workspaces.open_folder(workspace).layers}
    frame = gpd.read_file(workspace / entries[KIND].path)
    _write(database, "control.red_line", frame.to_crs(4526))
    return database


def _write(database: str, table: str, frame: gpd.GeoDataFrame) -> None:
    from adbc_driver_postgresql import dbapi

    schema, name = table.split(".")
    columns = [column for column in frame.columns if column != "geometry"]
    with dbapi.connect(database, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        fields = ", ".join(f'"{column}" text' for column in columns)
        cursor.execute(
            f'CREATE TABLE {schema}."{name}" ({fields}, geom geometry(Geometry, {frame.crs.to_epsg()}))'
        )
        marks = ", ".join(f"${number + 1}" for number in range(len(columns)))
        place = f"ST_GeomFromText(${len(columns) + 1}, {frame.crs.to_epsg()})"
        for row in frame.itertuples(index=False):
            values = [
                None if getattr(row, column) is None else str(getattr(row, column)) for column in columns
            ]
            geometry = None if row.geometry is None else shapely.to_wkt(row.geometry, rounding_precision=-1)
            cursor.execute(
                f'INSERT INTO {schema}."{name}" VALUES ({marks}, {place})', parameters=(*values, geometry)
            )
        cursor.execute(f'CREATE INDEX ON {schema}."{name}" USING gist (geom)')


def _with_database(workspace: Path, folder: Path, address: str, table: str) -> Path:
    """Return a copy of the workspace whose red lines come from the database."""
    shutil.copytree(workspace, folder, ignore=shutil.ignore_patterns(".cache", "rasters", "sites"))
    manifest = folder / "workspace.toml"
    blocks = manifest.read_text(encoding="utf-8").split("[[layer]]")
    for number, block in enumerate(blocks):
        if f'kind = "{KIND}"' in block:
            lines = [line for line in block.splitlines() if not line.startswith(("path =", "layer ="))]
            lines[1:1] = [f'path = "{address}"', f'layer = "{table}"']
            blocks[number] = "\n".join(lines) + "\n\n"
    manifest.write_text("[[layer]]".join(blocks), encoding="utf-8")
    return folder


def _project(workspace: Path, site: Path) -> Project:
    return Project((site,), "PV", (), date(2026, 11, 23), workspace, None, None, None)


def test_the_same_findings_as_from_the_file(filled: str, workspace: Path, tmp_path: Path) -> None:
    site = next((workspace / "sites").glob("产业园区*.geojson"))
    other = _with_database(workspace, tmp_path / "w", filled, "control.red_line")
    from_file = flow.check(_project(workspace, site)).sites[0].findings
    result = flow.check(_project(other, site))
    from_database = result.sites[0].findings
    assert not [issue for issue in result.issues if issue.severity == "error"]
    assert result.layers[KIND].source.name == "control.red_line"
    columns = ["layer", "sub_class", "state", "verdict", "rule_id"]
    assert from_database[columns].to_numpy().tolist() == from_file[columns].to_numpy().tolist()
    # to_crs and back moves corners by less than a tenth of a millimetre
    assert from_database["conflict_m2"].to_numpy() == pytest.approx(
        from_file["conflict_m2"].to_numpy(), abs=0.05
    )


def test_only_rows_near_the_site_are_read(filled: str) -> None:
    whole = postgis.read(filled, "control.red_line", None)
    nowhere = postgis.read(filled, "control.red_line", (110.0, 30.0, 110.1, 30.1))
    west, south, east, north = (
        gpd.GeoSeries(whole.frame.geometry, crs=4526).to_crs(4490).iloc[:1].total_bounds
    )
    some = postgis.read(filled, "control.red_line", (west, south, east, north))
    assert len(nowhere.frame) == 0
    assert 1 <= len(some.frame) <= len(whole.frame)
    assert whole.stated is not None
    assert whole.stated.to_epsg() == 4526


def test_a_row_without_geometry_is_never_passed_over(database: str) -> None:
    frame = gpd.GeoDataFrame(
        {"HXLX": ["a", "b"]}, geometry=[None, shapely.box(113.5, 38, 113.6, 38.1)], crs=4490
    )
    _write(database, "control.partly", frame)
    assert len(postgis.read(database, "control.partly", (110.0, 30.0, 110.1, 30.1)).frame) == 1


FAR_OFF = "ST_MakeEnvelope(113.90, 38.30, 113.91, 38.31, 4490)"
HERE = "ST_MakeEnvelope(113.50, 38.00, 113.51, 38.01, 4490)"
SITE = shapely.box(113.503, 38.001, 113.505, 38.003)


def _run(database: str, *queries: str) -> None:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(database, autocommit=True) as connection, connection.cursor() as cursor:
        for query in ("CREATE SCHEMA IF NOT EXISTS made", *queries):
            cursor.execute(query)


def _made(database: str, name: str, kind: str, *geometries: str) -> str:
    """Make a table of red lines, and return its name."""
    rows = [f"INSERT INTO made.{name} VALUES ('水源涵养', {geometry})" for geometry in geometries]
    _run(database, f'CREATE TABLE made.{name} ("HXLX" text, geom {kind})', *rows)
    return f"made.{name}"


def _checked(folder: Path, path: str, layer: str | None, crs: str | None) -> tuple[set[str], set[str]]:
    """Return the states of the site against red lines that are complete everywhere, and their issues."""
    folder.mkdir()
    gpd.GeoDataFrame({"name": ["c"]}, geometry=[shapely.box(113.0, 37.5, 114.2, 38.6)], crs=4490).to_file(
        folder / "coverage.gpkg"
    )
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[SITE], crs=4490).to_file(folder / "site.gpkg")
    lines = [
        'format = 1\ntitle = {zh = "试", en = "test"}\n[[layer]]',
        f'kind = "{KIND}"\npath = "{path}"\nillustrative = false\ncoverage = "coverage.gpkg"',
        'source = {zh = "试", en = "test"}\nlicence = {zh = "试", en = "test"}',
        *([f'layer = "{layer}"'] if layer else []),
        *([f'crs = "{crs}"'] if crs else []),
    ]
    (folder / "workspace.toml").write_text("\n".join(lines), encoding="utf-8")
    result = flow.check(_project(folder, folder / "site.gpkg"))
    findings = result.sites[0].findings
    states = set(findings.loc[findings["layer"] == KIND, "state"])
    return states, {issue.code for issue in result.issues if issue.layer == KIND}


def _from_both(
    database: str, table: str, tmp_path: Path, crs: str | None
) -> Iterator[tuple[set[str], set[str]]]:
    """Yield what is found with a table, and with the same rows as a file."""
    yield _checked(tmp_path / "database", database, table, crs)
    reading = postgis.read(database, table, None, declared=crs)
    frame = reading.frame.set_crs(reading.stated)
    frame.to_parquet(tmp_path / "lines.parquet")
    yield _checked(tmp_path / "file", "../lines.parquet", None, crs)


MIX_UPS = {
    "wrong_srid": ("Polygon, 4546", f"ST_SetSRID(ST_Transform({HERE}, 4547), 4546)", "EPSG:4547"),
    "swapped": ("Polygon, 4490", f"ST_FlipCoordinates({HERE})", None),
    "swapped_metres": ("Polygon, 4547", f"ST_FlipCoordinates(ST_Transform({HERE}, 4547))", None),
    "degrees": ("Polygon, 4547", f"ST_SetSRID({HERE}, 4547)", None),
    "metres": ("Polygon, 4490", f"ST_SetSRID(ST_Transform({HERE}, 4526), 4490)", None),
    "web_map": ("Polygon, 4326", f"ST_SetSRID(ST_Translate({HERE}, 0.0064, 0.0005), 4326)", "GCJ-02"),
    "no_srid": ("Polygon", f"ST_SetSRID({HERE}, 0)", None),
    "no_srid_declared": ("Polygon", f"ST_SetSRID({HERE}, 0)", "EPSG:4490"),
    "one_srid_of_rows": ("Geometry", HERE, None),
}


@pytest.mark.parametrize("name", MIX_UPS)
def test_a_coordinate_mix_up_is_told_as_for_a_file_and_never_clear(
    database: str, name: str, tmp_path: Path
) -> None:
    kind, geometry, crs = MIX_UPS[name]
    table = _made(database, f"mix_up_{name}", f"geometry({kind})", geometry)
    if name == "no_srid":
        states, issues = _checked(tmp_path / "database", database, table, crs)
        assert (states, issues) == ({"not_assessed"}, {"crs_unknown"})
        return
    from_database, from_file = _from_both(database, table, tmp_path, crs)
    assert from_database == from_file
    assert "clear" not in from_database[0]


def test_rows_in_two_systems_do_not_pass_because_only_some_are_read(database: str, tmp_path: Path) -> None:
    """The rows near the site would be recognised; the others say that nothing is certain."""
    table = _made(
        database, "two_units", "geometry(Polygon, 4490)", FAR_OFF, "ST_MakeEnvelope(3, 3, 4e5, 4e6, 4490)"
    )
    from_database = _checked(tmp_path / "database", database, table, None)
    assert from_database[0] == {"not_assessed"}
    assert from_database[1] & {"crs_does_not_fit", "metres_in_geographic"}
    table = _made(database, "two_srids", "geometry", FAR_OFF, f"ST_Transform({FAR_OFF}, 4547)")
    assert _checked(tmp_path / "other", database, table, None) == ({"not_assessed"}, {"srids_mixed"})


UNPLACED = {
    "missing": "NULL",
    "empty": "ST_GeomFromText('POLYGON EMPTY', 4490)",
    "empty_part": "ST_GeomFromText('MULTIPOLYGON(((113.9 38.3, 113.91 38.3, 113.91 38.31, 113.9 38.3)), EMPTY)', 4490)",
    "not_finite": "ST_GeomFromText('POLYGON((113.90 38.3, 113.91 38.31, NaN 38.3, 113.90 38.3))', 4490)",
    "point": "ST_SetSRID(ST_MakePoint(113.90, 38.3), 4490)",
    "collapsed": "ST_GeomFromText('POLYGON((113.90 38.3, 113.91 38.31, 113.91 38.31, 113.90 38.3))', 4490)",
}


@pytest.mark.parametrize("name", UNPLACED)
def test_a_row_that_can_not_be_placed_is_never_passed_over(database: str, name: str, tmp_path: Path) -> None:
    table = _made(database, f"unplaced_{name}", "geometry(Geometry, 4490)", FAR_OFF, UNPLACED[name])
    from_database, from_file = _from_both(database, table, tmp_path, None)
    assert from_database == from_file
    assert from_database[0] == {"not_assessed"}


def test_a_row_that_is_placed_elsewhere_leaves_the_site_clear(database: str, tmp_path: Path) -> None:
    table = _made(database, "placed", "geometry(Geometry, 4490)", FAR_OFF)
    assert _checked(tmp_path / "w", database, table, None)[0] == {"clear"}


def test_a_field_the_manifest_names_must_be_there_even_if_no_row_is_near(database: str) -> None:
    table = _made(database, "far", "geometry(Polygon, 4490)", FAR_OFF)
    reading = postgis.read(database, table, SITE.bounds)
    assert len(reading.frame) == 0
    chosen = {"sub_class": "NO_SUCH_FIELD"}
    kind = spec.catalogue()[KIND]
    source = Source(
        table, "", None, kind.source, kind.licence, illustrative=False, positional_accuracy_m=None
    )
    with pytest.raises(InputError) as refused:
        load.layer_of(kind, reading, source, coverage=None, column_names=chosen, may_be_empty=True)
    assert refused.value.code == "column_missing"


def test_an_empty_table_proves_nothing(database: str, tmp_path: Path) -> None:
    table = _made(database, "no_rows", "geometry(Polygon, 4490)")
    states, issues = _checked(tmp_path / "w", database, table, None)
    assert (states, issues) == ({"not_assessed"}, {"no_usable_geometry"})


def test_views_and_geographies_are_tables_too(database: str, tmp_path: Path) -> None:
    table = _made(database, "seen", "geometry(Polygon, 4490)", HERE)
    geodetic = _made(database, "geodetic", "geography(Polygon, 4326)", f"ST_SetSRID({HERE}, 4326)::geography")
    _run(
        database,
        f"CREATE VIEW made.a_view AS SELECT * FROM {table}",
        f"CREATE MATERIALIZED VIEW made.a_kept_view AS SELECT * FROM {table}",
        'CREATE TABLE made.parted ("HXLX" text, geom geometry(Polygon, 4490)) PARTITION BY LIST ("HXLX")',
        "CREATE TABLE made.a_part PARTITION OF made.parted DEFAULT",
        f"INSERT INTO made.parted SELECT * FROM {table}",
    )
    expected = _checked(tmp_path / "table", database, table, None)
    assert "clear" not in expected[0]
    for other in ("made.a_view", geodetic):
        assert _checked(tmp_path / other, database, other, None) == expected, other
    for other in ("made.a_view", "made.a_kept_view", "made.parted", geodetic):
        assert len(postgis.read(database, other, (110.0, 30.0, 110.1, 30.1)).frame) == 0, other
        assert len(postgis.read(database, other, SITE.bounds).frame) == 1, other


def test_an_edge_of_a_geography_is_a_geodesic(database: str) -> None:
    """Along a parallel it bulges to the pole: by L² tan φ / 8R, 118 m for one degree at 38°N."""
    line = "ST_GeogFromText('LINESTRING(113 38, 114 38)')"
    table = _made(database, "geodesic", "geography(LineString, 4326)", line)
    read = postgis.read(database, table, (113.4, 38.0, 113.6, 38.1), kind="line").frame.geometry.iloc[0]
    bulge_m = (read.bounds[3] - 38.0) * 111_000
    length_m = 87_832.5
    assert bulge_m == pytest.approx(length_m**2 * math.tan(math.radians(38)) / 8 / 6_378_000, rel=0.02)


def test_an_arc_is_drawn_by_chords_that_are_near_it(database: str) -> None:
    """A circle of 1 km: chords a millimetre off enclose π r² to within 2πr × 1 mm."""
    circle = "CURVEPOLYGON(CIRCULARSTRING(499000 4200000, 501000 4200000, 499000 4200000))"
    table = _made(database, "arc", "geometry(CurvePolygon, 4547)", f"ST_GeomFromText('{circle}', 4547)")
    drawn = postgis.read(database, table, None).frame.geometry.iloc[0]
    assert math.pi * 1e6 - drawn.area < 2 * math.pi * 1000 * 0.001
    assert len(postgis.read(database, table, (113.98, 37.93, 114.02, 37.94)).frame) == 1


def test_a_system_is_what_the_database_lists_under_its_number(database: str) -> None:
    _run(
        database,
        "INSERT INTO spatial_ref_sys(srid, auth_name, auth_srid, srtext)"
        " SELECT 900914, 'custom', 1, srtext FROM spatial_ref_sys WHERE srid = 4547",
        "INSERT INTO spatial_ref_sys(srid, auth_name, auth_srid, srtext) VALUES (900915, 'custom', 2, '')",
    )
    known = _made(
        database, "own_srid", "geometry(Polygon, 900914)", f"ST_SetSRID(ST_Transform({HERE}, 4547), 900914)"
    )
    assert len(postgis.read(database, known, SITE.bounds).frame) == 1
    assert len(postgis.read(database, known, (110.0, 30.0, 110.1, 30.1)).frame) == 0
    unknown = _made(database, "no_system", "geometry(Polygon, 900915)", f"ST_SetSRID({HERE}, 900915)")
    with pytest.raises(InputError) as refused:
        postgis.read(database, unknown, SITE.bounds)
    assert refused.value.code == "srid_unknown"


def test_no_name_of_a_column_is_in_the_way(database: str) -> None:
    _run(
        database,
        'CREATE TABLE made.names (planner_wkb text, t int, "a""b" text, "SELECT" geometry(Polygon, 4490),'
        " least geometry(Point, 4490))",
        f"INSERT INTO made.names VALUES ('q', 1, 'r', {HERE}, NULL)",
        'CREATE VIEW made.one_geometry AS SELECT planner_wkb, t, "a""b", "SELECT" FROM made.names',
    )
    frame = postgis.read(database, "made.one_geometry", SITE.bounds).frame
    assert frame.drop(columns="geometry").to_numpy().tolist() == [["q", 1, "r"]]
    assert frame.geometry.iloc[0].equals(shapely.box(113.50, 38.00, 113.51, 38.01))
    with pytest.raises(InputError) as refused:
        postgis.read(database, "made.names", SITE.bounds)
    assert refused.value.code == "database_table"


def test_a_surface_that_is_no_polygon_is_refused(database: str) -> None:
    tin = "ST_GeomFromText('TIN(((113 38 0, 113 38 1, 113 39 0, 113 38 0)))', 4490)"
    table = _made(database, "tin", "geometry(TinZ, 4490)", tin)
    with pytest.raises(InputError) as refused:
        postgis.read(database, table, None)
    assert refused.value.code == "geometry_kind_unknown"


def test_rows_come_in_the_same_order_whatever_the_plan(database: str) -> None:
    table = _made(database, "ordered", "geometry(Polygon, 4490)", *[HERE] * 5)
    _run(database, f"ALTER TABLE {table} ADD id serial", f"UPDATE {table} SET id = -id WHERE id = 2")
    ids = postgis.read(database, table, None).frame["id"].tolist()
    assert ids == [1, 3, 4, 5, -2]
    assert ids == postgis.read(database, table, SITE.bounds).frame["id"].tolist()


def test_the_stamp_changes_when_an_older_transaction_commits_last(database: str) -> None:
    """A count and the newest transaction are the same before and after."""
    from adbc_driver_postgresql import dbapi

    table = _made(database, "two_writers", "geometry(Polygon, 4490)", HERE)
    with dbapi.connect(database) as older:
        with older.cursor() as cursor:
            cursor.execute("SELECT txid_current()")
            cursor.fetchall()
            _run(database, f"INSERT INTO {table} VALUES ('b', {FAR_OFF})")
            before = postgis.version(database, table)
            cursor.execute(f"UPDATE {table} SET geom = {FAR_OFF} WHERE \"HXLX\" = '水源涵养'")
        older.commit()
    assert postgis.version(database, table) != before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET \"HXLX\" = 'c'",
        "DELETE FROM {}",
        "INSERT INTO {0} SELECT * FROM {0}",
        'ALTER TABLE {} DROP "HXLX" CASCADE',
        "ALTER TABLE {} ADD remark text DEFAULT 'c'",
    ],
)
def test_the_stamp_changes_with_every_change(database: str, change: str) -> None:
    name = f"changed_{len(change)}"
    table = _made(database, name, "geometry(Polygon, 4490)", HERE, FAR_OFF)
    before = postgis.version(database, table)
    assert postgis.version(database, table) == before
    _run(database, change.format(table))
    assert postgis.version(database, table) != before


def test_the_stamp_of_a_view_changes_with_its_content_only(database: str) -> None:
    table = _made(database, "beneath", "geometry(Polygon, 4490)", HERE)
    _run(database, f"CREATE VIEW made.above AS SELECT 1 AS t, * FROM {table} WHERE \"HXLX\" = '水源涵养'")
    before = postgis.version(database, "made.above")
    _run(database, f"INSERT INTO {table} VALUES ('b', {FAR_OFF})")
    assert postgis.version(database, "made.above") == before
    _run(database, f"UPDATE {table} SET geom = ST_Translate(geom, 1e-9, 0)")
    assert postgis.version(database, "made.above") != before


def test_the_stamp_changes_with_the_rows(database: str) -> None:
    frame = gpd.GeoDataFrame({"HXLX": ["a"]}, geometry=[shapely.box(113.5, 38, 113.6, 38.1)], crs=4490)
    _write(database, "control.stamped", frame)
    before = postgis.version(database, "control.stamped")
    assert before == postgis.version(database, "control.stamped")
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(database, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE control.stamped SET \"HXLX\" = 'c'")
    assert postgis.version(database, "control.stamped") != before


@pytest.mark.parametrize(
    ("address", "table", "code"),
    [
        ("postgresql://planner@127.0.0.1:9/postgres", "a.b", "database_failed"),
        ("postgresql://planner:secret@127.0.0.1:9/postgres", "a.b", "password_in_manifest"),
    ],
)
def test_what_can_not_be_reached_is_told(address: str, table: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        postgis.read(address, table, None)
    assert caught.value.code == code


def test_a_table_that_is_not_there_is_told(database: str) -> None:
    with pytest.raises(InputError) as caught:
        postgis.read(database, "control.nothing", None)
    assert caught.value.code == "database_table"
