"""Seeded polygons in the plane: rugged outlines with holes and islands, slivers, needles, boxes."""

from __future__ import annotations

import numpy as np
import shapely

from gis.equal_area import FloatArray, GeometryArray

CITY_M = 60_000.0
"""Half the extent within which Yangquan lies around the plane's origin."""


def centres(rng: np.random.Generator, count: int) -> FloatArray:
    """Return points all over the city, shape (count, 2)."""
    return rng.uniform(-CITY_M, CITY_M, (count, 2))


def rings(
    rng: np.random.Generator, centre: FloatArray, radius_m: tuple[float, float], vertices: int
) -> FloatArray:
    """Return closed rugged rings around centres, shape (count, vertices + 1, 2).

    The distance from the centre is 2 to the power of a sum of waves whose height falls with their number,
    so that each is rugged at every length and simple all the same; then each is sheared.
    """
    count = len(centre)
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    wave = np.arange(1, vertices // 2)
    height = rng.normal(0, 0.7, (count, len(wave))) / wave
    phase = rng.uniform(0, 2 * np.pi, (count, len(wave)))
    rugged = np.einsum("cw,cwt->ct", height, np.cos(wave[:, None] * turn + phase[..., None]))
    reach = 2.0**rugged * np.exp(rng.uniform(*np.log(radius_m), (count, 1)))
    ring = reach[..., None] * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    ring = ring @ rng.uniform([[0.5, -0.4], [-0.4, 0.5]], [[1.5, 0.4], [0.4, 1.5]], (count, 2, 2))
    return centre[:, None] + np.concatenate([ring, ring[:, :1]], axis=1)


def plain(
    rng: np.random.Generator,
    centre: FloatArray,
    radius_m: tuple[float, float] = (50, 1500),
    vertices: int = 48,
) -> GeometryArray:
    """Return rugged polygons without holes."""
    made: GeometryArray = shapely.polygons(rings(rng, centre, radius_m, vertices))
    return made


def holed(
    rng: np.random.Generator,
    centre: FloatArray,
    radius_m: tuple[float, float] = (50, 1500),
    vertices: int = 48,
) -> GeometryArray:
    """Return rugged polygons with a hole, and an island with a hole in that hole."""
    shell = rings(rng, centre, radius_m, vertices)
    inner = [centre[:, None] + share * (shell - centre[:, None]) for share in (0.7, 0.4, 0.2)]
    hole, island, pond = (shapely.linearrings(ring) for ring in inner)
    outer = shapely.polygons(shapely.linearrings(shell), holes=hole[:, None])
    made: GeometryArray = shapely.multipolygons(
        np.stack([outer, shapely.polygons(island, holes=pond[:, None])], axis=1)
    )
    return made


def bands(rng: np.random.Generator, centre: FloatArray, width_m: FloatArray) -> GeometryArray:
    """Return straight bands of given widths, 200 m to 4 km long, in any direction."""
    count = len(centre)
    turn = rng.uniform(0, np.pi, count)
    along = np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(100, 2000, (count, 1))
    across = np.column_stack([-np.sin(turn), np.cos(turn)]) * (width_m / 2)[:, None]
    corners = [along + across, -along + across, -along - across, along - across, along + across]
    made: GeometryArray = shapely.polygons(centre[:, None] + np.stack(corners, axis=1))
    return made


def needles(rng: np.random.Generator, centre: FloatArray) -> GeometryArray:
    """Return triangles some 1e-7 m to 1 m wide at the base and up to 2 km long."""
    count = len(centre)
    tip = rng.normal(0, 700, (count, 2))
    width = 10.0 ** rng.uniform(-7, 0, (count, 1))
    across = np.column_stack([-tip[:, 1], tip[:, 0]]) / np.hypot(*tip.T)[:, None] * width
    corners = np.stack([np.zeros_like(tip), tip, across, np.zeros_like(tip)], axis=1)
    made: GeometryArray = shapely.polygons(centre[:, None] + corners)
    return made


def whole_metre_boxes(rng: np.random.Generator, centre: FloatArray) -> GeometryArray:
    """Return boxes with corners on whole metres, 1 m to 9 m wide: many share corners and edges."""
    corner = np.rint(centre) + rng.integers(0, 9, centre.shape)
    size = rng.integers(1, 10, centre.shape)
    made: GeometryArray = shapely.box(*corner.T, *(corner + size).T)
    return made
