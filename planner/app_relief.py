"""The local base of the map: relief shaded from the workspace's elevation raster."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
from scipy import ndimage

from gis.files import rasters
from gis.files.rasters import Raster
from planner.workspace import Workspace

FloatArray = npt.NDArray[np.floating[Any]]

ELEVATION_KINDS = ("elevation", "elevation_coarse")
PIXELS_WIDE = 700
SUN_AZIMUTH_DEG = 315.0
SUN_HEIGHT_DEG = 45.0
EXAGGERATION = 3.0
_SHOWN = "EPSG:3857"
_LOW_COLOUR, _HIGH_COLOUR = (224, 233, 220), (248, 245, 236)
_SHADE_STRENGTH = 0.38


@dataclass(frozen=True, slots=True)
class Relief:
    """A picture in Web Mercator, and its extent: west, south, east, north in degrees."""

    png: bytes
    extent_deg: tuple[float, float, float, float]


def relief(workspace: Workspace) -> Relief | None:
    """Return the shaded relief of a workspace; None when it has no elevation raster.

    Raises
    ------
    InputError
        When the raster can't be read.
    """
    entries = {entry.kind: entry for entry in workspace.rasters}
    kind = next((kind for kind in ELEVATION_KINDS if kind in entries), None)
    if kind is None:
        return None
    return shade(rasters.read(workspace.folder / entries[kind].path))


def shade(raster: Raster) -> Relief:
    """Return an elevation raster as a tinted, shaded picture.

    Horn's slope and aspect under a sun in the north-west: shade = cos(zenith)·cos(slope) +
    sin(zenith)·sin(slope)·cos(azimuth − aspect). A picture to find one's way by, never measured in.

    Parameters
    ----------
    raster
        Elevations in metres, any coordinate system, north up.
    """
    rows, columns = raster.values.shape
    corners = _placed(
        raster.transform, np.array([0.0, columns, columns, 0.0]), np.array([0.0, 0.0, rows, rows])
    )
    to_shown = pyproj.Transformer.from_crs(raster.crs, _SHOWN, always_xy=True)
    x, y = to_shown.transform(*corners)
    west, south, east, north = float(min(x)), float(min(y)), float(max(x)), float(max(y))
    cell_m = (east - west) / PIXELS_WIDE
    height = max(2, round((north - south) / cell_m))
    shown_x: FloatArray = west + (np.arange(PIXELS_WIDE) + 0.5) * cell_m
    shown_y: FloatArray = north - (np.arange(height) + 0.5) * (north - south) / height
    elevation_m, known = _sampled(raster, to_shown, shown_x, shown_y)
    latitude = 2 * np.arctan(np.exp(shown_y / 6_378_137.0)) - np.pi / 2
    picture = _coloured(elevation_m, known, cell_m * np.cos(latitude)[:, None])
    to_degrees = pyproj.Transformer.from_crs(_SHOWN, 4490, always_xy=True)
    (left, right), (bottom, top) = to_degrees.transform([west, east], [south, north])
    return Relief(png(picture), (float(left), float(bottom), float(right), float(top)))


def _sampled(
    raster: Raster, to_shown: pyproj.Transformer, x: FloatArray, y: FloatArray
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return smooth elevations at the picture's pixels, and where the raster knows them."""
    grid_x, grid_y = np.meshgrid(x, y)
    raw_x, raw_y = to_shown.transform(grid_x, grid_y, direction="INVERSE")
    column, row = _placed(~raster.transform, np.asarray(raw_x), np.asarray(raw_y))
    values = raster.values.astype(float)
    there = np.ones(values.shape, dtype=bool) if raster.nodata is None else values != raster.nodata
    filled = np.where(there, values, values[there].mean() if there.any() else 0.0)
    places = np.array([row - 0.5, column - 0.5])
    elevation_m = ndimage.map_coordinates(filled, places, order=3, mode="nearest")
    known = ndimage.map_coordinates(there.astype(float), places, order=0, mode="nearest") > 0.5
    return elevation_m, known


def _placed(transform: Any, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    return transform.a * x + transform.b * y + transform.c, transform.d * x + transform.e * y + transform.f


def _coloured(
    elevation_m: FloatArray, known: npt.NDArray[np.bool_], cell_m: FloatArray
) -> npt.NDArray[np.uint8]:
    east = ndimage.sobel(elevation_m, axis=1) / (8 * cell_m) * EXAGGERATION
    south = ndimage.sobel(elevation_m, axis=0) / (8 * cell_m) * EXAGGERATION
    slope = np.arctan(np.hypot(east, south))
    aspect = np.arctan2(-east, south)
    zenith, azimuth = np.radians(90 - SUN_HEIGHT_DEG), np.radians(SUN_AZIMUTH_DEG)
    lit = np.cos(zenith) * np.cos(slope) + np.sin(zenith) * np.sin(slope) * np.cos(azimuth - aspect)
    level = np.cos(zenith)
    low, high = np.percentile(elevation_m[known], [2, 98]) if known.any() else (0.0, 1.0)
    height = np.clip((elevation_m - low) / max(high - low, 1.0), 0, 1)[..., None]
    tint = (1 - height) * np.array(_LOW_COLOUR) + height * np.array(_HIGH_COLOUR)
    shaded = tint * (1 + _SHADE_STRENGTH * (np.clip(lit, 0, 1) - level))[..., None]
    alpha = np.where(known, 255.0, 0.0)[..., None]
    picture: npt.NDArray[np.uint8] = np.clip(np.concatenate([shaded, alpha], axis=2), 0, 255).astype(np.uint8)
    return picture


def png(picture: npt.NDArray[np.uint8]) -> bytes:
    """Return a picture of red, green, blue and opacity as a PNG file: the same bytes each time.

    Parameters
    ----------
    picture
        Shape (rows, columns, 4).
    """
    rows, columns, _ = picture.shape
    # Each row as its difference from the one above (filter 2), which packs relief well.
    above = np.concatenate([np.zeros_like(picture[:1]), picture[:-1]])
    filtered = (picture - above).reshape(rows, columns * 4)
    lines = np.concatenate([np.full((rows, 1), 2, dtype=np.uint8), filtered], axis=1)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
