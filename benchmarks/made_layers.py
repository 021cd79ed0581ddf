"""Layers made for measuring: seeded, in the equal-area plane, as sprawling and as plain as real ones.

Red lines are level sets of a fractal field (as lines derived from rasters look: holes, islands,
thousands of vertices); parcels are a gap-free coverage with shared edges; sites are small polygons.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import contourpy
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyarrow import parquet
from scipy import fft

from gis.equal_area import PLANE_NAME, PLANE_WKT

Points = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Workload:
    """A layer and the sites laid over it; ``width_m`` and ``height_m`` are the extent's."""

    name: str
    width_m: float
    height_m: float


CITY = Workload("city", 100e3, 80e3)
PROVINCE = Workload("province", 420e3, 600e3)


def parcels(columns: int, rows: int, extent: Workload, seed: int = 20260101) -> Geometries:
    """Return ``columns × rows`` parcels that share every edge, 37 vertices each."""
    rng = np.random.default_rng(seed)
    dx, dy = extent.width_m / columns, extent.height_m / rows
    corners = np.stack(
        np.meshgrid(np.arange(columns + 1) * dx, np.arange(rows + 1) * dy, indexing="ij"), axis=-1
    ) - [extent.width_m / 2, extent.height_m / 2]
    corners += rng.uniform(-0.28, 0.28, corners.shape) * [dx, dy]
    south = _wavy(rng, corners[:-1], corners[1:])
    west = _wavy(rng, corners[:, :-1], corners[:, 1:])
    rings = np.concatenate(
        [
            corners[:-1, :-1, None],
            south[:, :-1],
            corners[1:, :-1, None],
            west[1:],
            corners[1:, 1:, None],
            south[:, 1:, ::-1],
            corners[:-1, 1:, None],
            west[:-1, :, ::-1],
            corners[:-1, :-1, None],
        ],
        axis=2,
    )
    return _valid(shapely.polygons(rings.reshape(columns * rows, -1, 2)))


def _wavy(rng: np.random.Generator, start: Points, end: Points, points: int = 8) -> Points:
    """Return points between two corners, a little off the straight line."""
    along = (np.arange(1, points + 1) / (points + 1))[:, None]
    direction = end - start
    across = np.stack([-direction[..., 1], direction[..., 0]], axis=-1)[..., None, :]
    straight = start[..., None, :] * (1 - along) + end[..., None, :] * along
    offset = rng.normal(0, 0.035, straight.shape[:-1])[..., None] * np.sin(np.pi * along)
    return straight + across * offset


def red_lines(
    count: int,
    extent: Workload,
    *,
    cell_m: float,
    longest_wave_m: float,
    vertices: tuple[int, int],
    refinement: int,
    seed: int,
) -> Geometries:
    """Return level-set polygons with holes; ``refinement`` splits each edge into so many, with noise."""
    rng = np.random.default_rng(seed)
    field = _fractal_field(rng, extent, cell_m, longest_wave_m)
    level = float(np.quantile(field[::7, ::7], 0.64))
    x = np.linspace(-extent.width_m / 2, extent.width_m / 2, field.shape[1])
    y = np.linspace(-extent.height_m / 2, extent.height_m / 2, field.shape[0])
    generator = contourpy.contour_generator(x, y, field, fill_type="OuterOffset", name="serial")
    outlines, offsets = generator.filled(level, 1e9)
    sizes = np.array([len(outline) for outline in outlines])
    order = np.argsort(-sizes, kind="stable")
    chosen = order[(sizes[order] >= vertices[0]) & (sizes[order] <= vertices[1])][:count]
    polygons = []
    for position in rng.permutation(chosen):
        outline, offset = outlines[position], offsets[position]
        rings = [
            _refined(rng, outline[begin:end], refinement)
            for begin, end in pairwise(offset)
            if end - begin >= 4
        ]
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return _valid(np.array(polygons, dtype=object))


def _fractal_field(
    rng: np.random.Generator, extent: Workload, cell_m: float, longest_wave_m: float
) -> npt.NDArray[np.float32]:
    """Return a field with a power-law spectrum, low along the border so that no contour is cut."""
    rows, columns = int(extent.height_m / cell_m), int(extent.width_m / cell_m)
    noise = fft.rfft2(rng.standard_normal((rows, columns), dtype=np.float32), workers=2)
    row_waves = np.fft.fftfreq(rows, cell_m)[:, None].astype(np.float32)
    column_waves = np.fft.rfftfreq(columns, cell_m)[None].astype(np.float32)
    wave = np.sqrt(row_waves**2 + column_waves**2)
    noise *= (wave * wave + longest_wave_m**-2) ** -0.75 * np.exp(-((wave * cell_m * 2.2) ** 2))
    field: npt.NDArray[np.float32] = fft.irfft2(noise, s=(rows, columns), workers=2).astype(np.float32)
    field /= field.std()
    field[[0, -1]] = field[:, [0, -1]] = -9
    return field


def _refined(rng: np.random.Generator, ring: Points, pieces: int) -> Points:
    if pieces == 1:
        return ring
    step = ring[1:] - ring[:-1]
    points = ring[:-1, None] + step[:, None] * (np.arange(pieces) / pieces)[None, :, None]
    offset = np.clip(rng.normal(0, 0.12, points.shape[:2]), -0.3, 0.3)
    offset[:, 0] = 0
    across = np.stack([-step[:, 1], step[:, 0]], axis=-1)
    points = (points + across[:, None] * offset[..., None]).reshape(-1, 2)
    return np.vstack([points, points[:1]])


def sites(
    count: int, extent: Workload, radius_m: tuple[float, float], corners: tuple[int, int], seed: int
) -> Geometries:
    """Return small polygons, strewn over the extent."""
    rng = np.random.default_rng(seed)
    half = np.array([extent.width_m, extent.height_m]) / 2 * 0.97
    centres = rng.uniform(-half, half, (count, 2))
    radii = np.exp(rng.uniform(*np.log(radius_m), count))
    polygons = []
    for centre, radius, number in zip(
        centres, radii, rng.integers(*corners, count, endpoint=True), strict=True
    ):
        turn = np.sort(rng.uniform(0, 2 * np.pi, number))
        if max(np.diff(turn, append=turn[0] + 2 * np.pi)) > 2.5:
            turn = np.arange(number) * 2 * np.pi / number
        reach = radius * rng.uniform(0.55, 1, number)
        polygons.append(
            shapely.Polygon(centre + np.column_stack([reach * np.cos(turn), reach * np.sin(turn)]))
        )
    return _valid(np.array(polygons, dtype=object))


def _valid(geometries: Geometries) -> Geometries:
    broken = ~shapely.is_valid(geometries)
    geometries[broken] = shapely.make_valid(geometries[broken], method="structure", keep_collapsed=False)
    return geometries


def write(folder: Path) -> None:
    """Write all workloads in the plane: as GeoParquet, and the same as GeoPackage."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "city_parcels": lambda: parcels(500, 400, CITY),
        "city_red_lines": lambda: red_lines(
            500, CITY, cell_m=12, longest_wave_m=5e3, vertices=(500, 12_500), refinement=4, seed=20260103
        ),
        "city_projects": lambda: sites(1_000, CITY, (80, 1500), (4, 40), 20260105),
        "city_sites": lambda: sites(3_000, CITY, (80, 2500), (4, 40), 20260106),
        "province_red_lines": lambda: red_lines(
            20_000,
            PROVINCE,
            cell_m=42,
            longest_wave_m=8e3,
            vertices=(40, 100_000),
            refinement=2,
            seed=20260104,
        ),
        "province_sites": lambda: sites(50_000, PROVINCE, (60, 1500), (4, 40), 20260107),
    }
    for name, make in made.items():
        path, geopackage = folder / f"{name}.parquet", folder / f"{name}.gpkg"
        if not states_plane(path):
            geometries = make()
            write_plane(path, np.arange(len(geometries)), geometries)
            geopackage.unlink(missing_ok=True)
        if not geopackage.exists():
            gpd.read_parquet(path).to_file(geopackage, engine="pyogrio")


def write_plane(path: Path, ids: npt.NDArray[np.int64], geometries: Geometries) -> None:
    """Write polygons of the plane as GeoParquet that says so."""
    gpd.GeoDataFrame({"id": ids}, geometry=geometries, crs=PLANE_WKT).to_parquet(path)


def states_plane(path: Path) -> bool:
    """Return whether a file is there and says it is in the plane; earlier ones said nothing."""
    return path.exists() and PLANE_NAME.encode() in parquet.read_schema(path).metadata[b"geo"]
