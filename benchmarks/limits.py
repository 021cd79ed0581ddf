"""What nobody can be faster than, and how our time grows with the input."""

# ruff: noqa: PLC0415 (an engine pays for its own imports only)

from __future__ import annotations

import time
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.engines import Engine, Ours
from benchmarks.questions import Answer

_PIECE_VERTICES = 128


class Grow(Ours):
    """The kernel with some of the sites, on a share of the layer."""

    title = "**this program**, one thread"
    sites_count = 0.0
    layer_share = 1.0

    def prepare(self) -> None:
        from gis import edge_overlap, wkb
        from gis.files import plane_file

        random = np.random.default_rng(20260108)
        self.sites = _some(plane_file.whole(self.files[0]), int(self.sites_count), random)
        buffer, offset = plane_file.whole(self.files[1])
        some = _some((buffer, offset), int(self.layer_share * (len(offset) - 1)), random)
        edge_overlap.proven(wkb.edges_of(buffer, offset, np.arange(1)))  # loads the compiled code
        begin = time.perf_counter()
        self.layer = edge_overlap.proven(wkb.edges_of(*some), threads=1)
        self.tree = edge_overlap.tree_of(self.layer.feature_box)
        index_s = time.perf_counter() - begin
        self.notes = {"size": self.sites_count or len(self.layer.xy), "index_s": index_s}


def _some(
    polygons: tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]], count: int, random: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return some polygons of a layer, all of them for 0."""
    buffer, offset = polygons
    if count in (0, len(offset) - 1):
        return polygons
    chosen = np.sort(random.choice(len(offset) - 1, count, replace=False))
    pieces = [buffer[offset[row] : offset[row + 1]] for row in chosen]
    return np.concatenate(pieces), np.cumsum([0, *map(len, pieces)])


class OnePass(Engine):
    """The layer's coordinates read once from memory, with nothing done to them but a sum."""

    title = "one pass over the layer's coordinates"

    def prepare(self) -> None:
        from gis import wkb
        from gis.files import plane_file

        self.xy = wkb.edges_of(*plane_file.whole(self.files[1])).xy

    def query(self) -> Answer:
        nothing = np.empty(0, np.int64)
        return nothing, nothing, np.array([self.xy.sum()])


class GeosOnPieces(Engine):
    """GEOS intersection alone, on pieces of at most 128 vertices that a site's boundary crosses.

    The tree, the predicates, and everything wholly inside or outside are left out of the measurement:
    no design that cuts geometry with GEOS, on one thread, can take less.
    """

    title = "GEOS `intersection` alone, on pieces that a boundary crosses"

    def prepare(self) -> None:
        import shapely
        from pyarrow import parquet

        sites, layer = (
            shapely.from_wkb(parquet.ParquetFile(path).read(["geometry"])["geometry"].to_numpy())
            for path in self.files
        )
        pieces = _subdivided(layer)
        site, piece = shapely.STRtree(pieces).query(sites)
        shapely.prepare(sites)
        crossing = ~shapely.covers(sites[site], pieces[piece])
        site, piece = site[crossing], piece[crossing]
        crossing = shapely.intersects(sites[site], pieces[piece])
        self.left, self.right = sites[site[crossing]], pieces[piece[crossing]]

    def query(self) -> Answer:
        import shapely

        area_m2 = shapely.area(shapely.intersection(self.left, self.right))
        rows = np.arange(len(area_m2))
        return rows, rows, area_m2


def _subdivided(geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Halve polygons across their longer side until each has at most 128 vertices."""
    import shapely

    done: list[Any] = []
    todo = list(shapely.get_parts(geometries))
    while todo:
        polygon = todo.pop()
        if shapely.get_num_coordinates(polygon) <= _PIECE_VERTICES:
            done.append(polygon)
            continue
        west, south, east, north = shapely.bounds(polygon)
        if east - west > north - south:
            middle = 0.5 * (west + east)
            halves = ((west, south, middle, north), (middle, south, east, north))
        else:
            middle = 0.5 * (south + north)
            halves = ((west, south, east, middle), (west, middle, east, north))
        for box in halves:
            parts = shapely.get_parts(shapely.clip_by_rect(polygon, *box))
            todo += [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return np.array(done, dtype=object)


FLOORS = ("one-pass", "geos-on-pieces")
LIMITS: dict[str, type[Engine]] = {"grow": Grow, "one-pass": OnePass, "geos-on-pieces": GeosOnPieces}
