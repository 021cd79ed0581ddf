"""The engines: each prepares a layer, answers a question from memory, and answers it from the files.

Libraries are imported where they are used: every engine runs in a process of its own
(:mod:`benchmarks.serve`) and pays for its own imports only.
"""

# ruff: noqa: PLC0415 (an engine pays for its own imports only)

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmarks.questions import Answer

OVERLAPS = """SELECT q.id AS site, l.id AS polygon, ST_Area(ST_Intersection(q.geometry, l.geometry)) AS m2
    FROM {sites} AS q JOIN {layer} AS l ON ST_Intersects(q.geometry, l.geometry)"""


class Engine(ABC):
    """What is asked of an engine.

    Parameters
    ----------
    sites, layer
        GeoParquet files or GeoPackages in the plane.
    """

    title: ClassVar[str]

    def __init__(self, sites: Path, layer: Path) -> None:
        self.files = sites, layer
        self.notes: dict[str, float] = {}

    @abstractmethod
    def prepare(self) -> None:
        """Load both files and build whatever index the engine has."""

    @abstractmethod
    def query(self) -> Answer:
        """Answer from what is in memory."""

    def end_to_end(self) -> Answer:
        """Answer from the files, in the quickest way the engine offers."""
        self.prepare()
        return self.query()


class Ours(Engine):
    """The edge kernel over an index in memory; the layer's polygons were proven valid when it was built."""

    title = "**this program**, one thread"
    threads: int | None = 1

    def prepare(self) -> None:
        from gis import edge_overlap, wkb
        from gis.files import plane_file

        sites, layer = self.files
        self.sites = plane_file.whole(sites)
        self.layer = edge_overlap.proven(wkb.edges_of(*plane_file.whole(layer)))
        self.tree = edge_overlap.tree_of(self.layer.feature_box)

    def query(self) -> Answer:
        from gis import edge_overlap, wkb

        sites = wkb.edges_of(*self.sites)
        return edge_overlap.areas(sites, self.layer, threads=self.threads, tree=self.tree)

    def end_to_end(self) -> Answer:
        from gis.files import plane_file

        return plane_file.areas(*self.files, threads=self.threads)


class OursAllCores(Ours):
    title = "**this program**, all cores"
    threads = None


class OursKept(Ours):
    """The index as an earlier run left it on disk, checked and mapped."""

    title = "**this program**, index kept on disk"
    threads = None

    def prepare(self) -> None:
        from gis import edge_overlap
        from gis.files import edge_store, plane_file

        kept = edge_store.open_edges(self._folder(), "benchmark")
        if kept is None:
            super().prepare()
            edge_store.write(self._folder(), "benchmark", self.layer, np.arange(len(self.layer)))
            return
        self.sites = plane_file.whole(self.files[0])
        self.layer = kept[0]
        self.tree = edge_overlap.tree_of(self.layer.feature_box)

    def end_to_end(self) -> Answer:
        self.prepare()
        return self.query()

    def _folder(self) -> Path:
        return self.files[1].with_suffix(".edges")


class _Geopandas(Engine):
    def prepare(self) -> None:
        import geopandas as gpd

        self.sites, self.layer = (
            gpd.read_file(path, use_arrow=True) if _is_geopackage(path) else gpd.read_parquet(path)
            for path in self.files
        )
        _ = self.layer.sindex


class GeopandasOverlay(_Geopandas):
    title = "geopandas.overlay"

    def query(self) -> Answer:
        import geopandas as gpd

        found = gpd.overlay(self.sites, self.layer, how="intersection", keep_geom_type=True)
        return found["id_1"].to_numpy(), found["id_2"].to_numpy(), found.area.to_numpy()


class GeopandasSjoin(_Geopandas):
    """The referee: GEOS predicates, GEOS intersections."""

    title = "geopandas.sjoin + intersection"

    def query(self) -> Answer:
        import geopandas as gpd
        import shapely

        joined = gpd.sjoin(self.sites, self.layer, predicate="intersects")
        site, polygon = joined["id_left"].to_numpy(), joined["id_right"].to_numpy()
        left, right = self.sites.geometry.to_numpy()[site], self.layer.geometry.to_numpy()[polygon]
        return site, polygon, shapely.area(shapely.intersection(left, right))


class Duckdb(Engine):
    title = "DuckDB spatial, all cores"

    def prepare(self) -> None:
        self.connection = duckdb_with_spatial()
        for name, path in zip(("q", "l"), self.files, strict=True):
            self.connection.execute(f"CREATE TABLE {name} AS SELECT id, geometry FROM {_in_duckdb(path)}")  # noqa: S608

    def query(self) -> Answer:
        return self._answer("q", "l")

    def end_to_end(self) -> Answer:
        self.connection = duckdb_with_spatial()
        sites, layer = map(_in_duckdb, self.files)
        return self._answer(sites, layer)

    def _answer(self, sites: str, layer: str) -> Answer:
        found = self.connection.execute(OVERLAPS.format(sites=sites, layer=layer)).fetchnumpy()
        return found["site"], found["polygon"], found["m2"]


def _is_geopackage(path: Path) -> bool:
    return path.suffix == ".gpkg"


def _in_duckdb(path: Path) -> str:
    if _is_geopackage(path):
        return f"(SELECT id, geom AS geometry FROM ST_Read('{path}'))"  # noqa: S608
    return f"'{path}'"


def duckdb_with_spatial() -> Any:
    """Return a connection with the spatial extension of its PyPI package, without the network."""
    import duckdb
    import duckdb_extension_spatial

    folder = Path(next(iter(duckdb_extension_spatial.__path__)))
    extension = next(folder.glob("extensions/*/spatial.duckdb_extension"))
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    return connection


class Sedona(Engine):
    title = "SedonaDB, all cores"

    def prepare(self) -> None:
        self._views()
        for name in ("q", "l"):
            table = self.context.sql(f"SELECT id, geometry FROM {name}").to_memtable()  # noqa: S608
            table.to_view(name, overwrite=True)

    def query(self) -> Answer:
        import pyarrow as pa

        found = pa.table(self.context.sql(OVERLAPS.format(sites="q", layer="l")))
        site, polygon, area_m2 = (found[name].to_numpy() for name in ("site", "polygon", "m2"))
        return site, polygon, area_m2

    def end_to_end(self) -> Answer:
        self._views()
        return self.query()

    def _views(self) -> None:
        import sedonadb

        self.context = sedonadb.connect()
        for name, path in zip(("q", "l"), self.files, strict=True):
            if _is_geopackage(path):
                self.context.read_pyogrio(str(path)).to_view(f"{name}_read")
                renamed = f"SELECT id, geom AS geometry FROM {name}_read"  # noqa: S608
                self.context.sql(renamed).to_view(name)
            else:
                self.context.read_parquet(str(path)).to_view(name)


ENGINES: dict[str, type[Engine]] = {
    "sjoin": GeopandasSjoin,
    "overlay": GeopandasOverlay,
    "ours": Ours,
    "ours-all-cores": OursAllCores,
    "ours-kept": OursKept,
    "duckdb": Duckdb,
    "sedonadb": Sedona,
}
