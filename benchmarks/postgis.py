"""PostGIS in a cluster that lives as long as the benchmark, and the two ways to ask it."""

# ruff: noqa: PLC0415 (an engine pays for its own imports only)

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.engines import OVERLAPS, Engine
from benchmarks.questions import Answer

ADDRESS = "BENCHMARK_POSTGIS"
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
MISSING = "PostGIS is not installed (Debian: postgresql-15-postgis-3)"
IS_INSTALLED = bool(PROGRAMS) and any(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server."""

    address: str
    process: int


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a server that listens on a socket in a folder of its own, as a user who is not root."""
    folder = Path(tempfile.mkdtemp(prefix="postgis-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    programs, data = PROGRAMS[-1].parent, folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd="/")

    run(f"{programs}/initdb", "-D", f"{data}", "-U", "planner", "--auth=trust", "--no-sync", "-E", "UTF8")
    settings = {**SETTINGS, "unix_socket_directories": f"{folder}"}
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    run(f"{programs}/pg_ctl", "-D", f"{data}", "-l", f"{folder}/log", "-w", "start")
    try:
        process = int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        yield Cluster(f"postgresql:///postgres?host={folder}&user=planner", process)
    finally:
        run(f"{programs}/pg_ctl", "-D", f"{data}", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


def version(address: str) -> str:
    """Return the server's versions in words."""
    with _connection(address) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        cursor.execute("SELECT version(), PostGIS_Lib_Version(), PostGIS_GEOS_Version()")
        server, postgis, geos = cursor.fetchone()
    return f"{server.split()[1]} with PostGIS {postgis}, GEOS {geos.split('-')[0]}"


def _connection(address: str) -> Any:
    from adbc_driver_postgresql import dbapi

    return dbapi.connect(address, autocommit=True)


class Postgis(Engine):
    title = "PostGIS, GiST index"
    ask = OVERLAPS

    def prepare(self) -> None:
        from pyarrow import parquet

        self.connection = _connection(os.environ[ADDRESS])
        with self.connection.cursor() as cursor:
            for name, path in zip(("q", "l"), self.files, strict=True):
                cursor.execute(f"DROP TABLE IF EXISTS {name}, {name}_read")
                table = parquet.read_table(path, columns=["id", "geometry"])
                cursor.adbc_ingest(f"{name}_read", table.replace_schema_metadata())
                cursor.execute(
                    f"CREATE TABLE {name} AS SELECT id, ST_GeomFromWKB(geometry) AS geometry FROM {name}_read"  # noqa: S608
                )
                cursor.execute(f"DROP TABLE {name}_read")
            self.index(cursor)

    def index(self, cursor: Any) -> None:
        """Build what the query needs."""
        for name in ("q", "l"):
            cursor.execute(f"CREATE INDEX ON {name} USING gist (geometry)")
            cursor.execute(f"VACUUM ANALYZE {name}")

    def query(self) -> Answer:
        with self.connection.cursor() as cursor:
            cursor.execute(self.ask.format(sites="q", layer="l"))
            found = cursor.fetch_arrow_table()
        site, polygon, area_m2 = (found[name].to_numpy() for name in ("site", "polygon", "m2"))
        return site, polygon, area_m2


class PostgisSubdivided(Postgis):
    title = "PostGIS, ST_Subdivide(128)"
    ask = """SELECT q.id AS site, l.id AS polygon, sum(ST_Area(ST_Intersection(q.geometry, l.geometry))) AS m2
        FROM {sites} AS q JOIN {layer} AS l ON ST_Intersects(q.geometry, l.geometry) GROUP BY q.id, l.id"""

    def index(self, cursor: Any) -> None:
        """Build what the query needs."""
        cursor.execute("CREATE TABLE pieces AS SELECT id, ST_Subdivide(geometry, 128) AS geometry FROM l")
        cursor.execute("DROP TABLE l")
        cursor.execute("ALTER TABLE pieces RENAME TO l")
        super().index(cursor)


POSTGIS_ENGINES: dict[str, type[Engine]] = {"postgis": Postgis, "postgis-subdivided": PostgisSubdivided}
