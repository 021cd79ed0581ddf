"""A layer from a real PostGIS: the same findings as from its file, and only rows near the site are read."""

from __future__ import annotations

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
