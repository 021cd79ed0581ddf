"""Engines that find the nearest polygon within 1 km; peers measure in a Gauss-Krüger plane."""

# ruff: noqa: PLC0415 (an engine pays for its own imports only)

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.engines import Engine, duckdb_with_spatial
from benchmarks.questions import Answer

WITHIN_M = 1000.0
GAUSS_KRUEGER = 4547
LONGEST_EDGE_M = 50.0


def write(folder: Path) -> None:
    """Write the city's sites and red lines with edges of at most 50 m, in our plane and in Gauss-Krüger."""
    import geopandas as gpd
    import shapely

    from benchmarks import made_layers
    from gis import equal_area

    for name in ("city_sites", "city_red_lines"):
        target, short = folder / f"{name}_gk.parquet", folder / f"{name}_50m.parquet"
        if target.exists() and made_layers.states_plane(short):
            continue
        frame = gpd.read_parquet(folder / f"{name}.parquet")
        plane = shapely.segmentize(frame.geometry.to_numpy(), LONGEST_EDGE_M)
        degrees = gpd.GeoSeries(shapely.transform(plane, equal_area.from_plane), crs=4490)
        made_layers.write_plane(short, frame["id"].to_numpy(), plane)
        flat = degrees.to_crs(GAUSS_KRUEGER).to_numpy()
        gpd.GeoDataFrame(frame[["id"]], geometry=flat).to_parquet(target)


class NearOurs(Engine):
    """The edge kernel and Geod.inv between the two nearest points: ellipsoidal metres."""

    title = "**this program**, all cores, on the ellipsoid"

    def prepare(self) -> None:
        from pyproj import Geod

        from gis import edge_overlap, wkb
        from gis.files import plane_file

        self.geod = Geod(ellps="GRS80")
        self.sites, layer = (plane_file.whole(path) for path in self.files)
        self.layer = wkb.edges_of(*layer)
        self.tree = edge_overlap.tree_of(self.layer.feature_box)

    def query(self) -> Answer:
        from gis import edge_overlap, equal_area, wkb

        sites = wkb.edges_of(*self.sites)
        polygon, ends = edge_overlap.nearest(sites, self.layer, within_m=1.001 * WITHIN_M, tree=self.tree)
        site = np.flatnonzero(polygon >= 0)
        start, stop = equal_area.from_plane(ends[site, :2]), equal_area.from_plane(ends[site, 2:])
        distance_m = np.asarray(self.geod.inv(*start.T, *stop.T)[2])
        near = distance_m <= WITHIN_M
        return site[near], polygon[site[near]], distance_m[near]


class _InGaussKrueger(Engine):
    def __init__(self, sites: Path, layer: Path) -> None:
        super().__init__(*(path.with_name(path.name.replace("_50m", "_gk")) for path in (sites, layer)))


class NearShapely(_InGaussKrueger):
    """The referee. (geopandas.sjoin_nearest takes forty times as long here.)"""

    title = "shapely: STRtree dwithin, prepared, distance"

    def prepare(self) -> None:
        import geopandas as gpd
        import shapely

        self.sites, self.layer = (gpd.read_parquet(path).geometry.to_numpy() for path in self.files)
        self.tree = shapely.STRtree(self.layer)
        shapely.prepare(self.layer)

    def query(self) -> Answer:
        import shapely

        site, polygon = self.tree.query(self.sites, predicate="dwithin", distance=WITHIN_M)
        distance_m = shapely.distance(self.layer[polygon], self.sites[site])
        order = np.lexsort((distance_m, site))
        site, polygon, distance_m = site[order], polygon[order], distance_m[order]
        first = np.flatnonzero(np.diff(site, prepend=-1))
        return site[first], polygon[first], distance_m[first]


class NearDuckdb(_InGaussKrueger):
    title = "DuckDB ST_DWithin + ST_Distance, all cores"

    def prepare(self) -> None:
        self.connection = duckdb_with_spatial()
        for name, path in zip(("q", "l"), self.files, strict=True):
            self.connection.execute(f"CREATE TABLE {name} AS SELECT id, geometry FROM '{path}'")  # noqa: S608

    def query(self) -> Answer:
        found = self.connection.execute(
            f"""SELECT site, arg_min(polygon, m) AS polygon, min(m) AS m FROM (
                SELECT q.id AS site, l.id AS polygon, ST_Distance(q.geometry, l.geometry) AS m
                FROM q JOIN l ON ST_DWithin(q.geometry, l.geometry, {WITHIN_M})) GROUP BY site"""  # noqa: S608
        ).fetchnumpy()
        return found["site"], found["polygon"], found["m"]


NEAREST: dict[str, type[Engine]] = {
    "near-ours": NearOurs,
    "near-shapely": NearShapely,
    "near-duckdb": NearDuckdb,
}


def compare(answer: Answer, referee: Answer) -> tuple[int, int, float]:
    """Return pairs, sites only one of the two found a polygon for, and the largest difference in metres."""
    mine, theirs = (dict(zip(one[0].tolist(), one[2].tolist(), strict=True)) for one in (answer, referee))
    common = mine.keys() & theirs.keys()
    worst = max((abs(mine[site] - theirs[site]) for site in common), default=0.0)
    return len(mine), len(mine.keys() ^ theirs.keys()), worst
