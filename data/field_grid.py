"""A grid of fields on round coordinates, so that overlaps can be worked out by hand."""

from __future__ import annotations

import numpy as np
import shapely

from data.arrays import Geometries, polygon_parts

# fields lie on multiples of these in EPSG:4547; a path of 4 m runs along every grid line
FIELD_WIDTH_M = 250
FIELD_HEIGHT_M = 400
HALF_PATH_M = 2
BLOCK_M = 4_000
LEAST_FIELD_M2 = 12_000.0
FALLOW_SHARE = 0.10


def field_parcels(ground: Geometries, seed: int) -> Geometries:
    """Cut ground into fields, from north-west to south-east; one in ten is left out.

    Fields wholly within the ground are rectangles of 246 m x 396 m on whole metres; those at its
    edge are what the ground leaves of them.
    """
    fields = _fields_over(shapely.total_bounds(ground))
    ground = _in_blocks(ground)
    tree = shapely.STRtree(fields)
    inner = np.unique(tree.query(ground, predicate="contains_properly")[1])
    piece, field = tree.query(ground, predicate="intersects")
    at_edge = ~np.isin(field, inner)
    pieces = shapely.intersection(fields[field[at_edge]], ground[piece[at_edge]])
    cut, owner = shapely.get_parts(pieces, return_index=True)
    large = (shapely.get_type_id(cut) == shapely.GeometryType.POLYGON) & (shapely.area(cut) >= LEAST_FIELD_M2)
    parcels = np.concatenate([fields[inner], cut[large]])
    number = np.concatenate([inner, field[at_edge][owner[large]]])
    kept = np.random.default_rng(seed).random(fields.size)[number] >= FALLOW_SHARE
    parcels, number = parcels[kept], number[kept]
    ordered: Geometries = parcels[np.argsort(number, kind="stable")]
    return ordered


def _in_blocks(ground: Geometries) -> Geometries:
    # small pieces are cut much faster; a block holds whole fields, so it leaves no trace in them
    west, south, east, north = shapely.total_bounds(ground)
    x = np.arange(np.floor(west / BLOCK_M), np.ceil(east / BLOCK_M)) * BLOCK_M
    y = np.arange(np.floor(south / BLOCK_M), np.ceil(north / BLOCK_M)) * BLOCK_M
    left, low = (corner.ravel() for corner in np.meshgrid(x, y))
    blocks = shapely.box(left, low, left + BLOCK_M, low + BLOCK_M)
    piece, block = shapely.STRtree(blocks).query(ground, predicate="intersects")
    return polygon_parts(shapely.intersection(ground[piece], blocks[block]))


def _fields_over(bounds: np.ndarray) -> Geometries:
    west, south, east, north = bounds
    x = np.arange(np.floor(west / FIELD_WIDTH_M), np.ceil(east / FIELD_WIDTH_M)) * FIELD_WIDTH_M
    y = np.arange(np.ceil(north / FIELD_HEIGHT_M), np.floor(south / FIELD_HEIGHT_M), -1) * FIELD_HEIGHT_M
    right, top = np.meshgrid(x, y)
    right, top = right.ravel(), top.ravel()
    fields: Geometries = shapely.box(
        right + HALF_PATH_M,
        top - FIELD_HEIGHT_M + HALF_PATH_M,
        right + FIELD_WIDTH_M - HALF_PATH_M,
        top - HALF_PATH_M,
    )
    return fields
