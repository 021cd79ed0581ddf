"""The door: a file goes in, a layer or a site comes out, and every fault is told.

Read, recognise the coordinate system, check, repair, project, densify; then the contracts of
:class:`layers.layer.Layer` and :class:`layers.site.Site` hold and nobody inside checks again.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis import area, blocks, overlap, recognition, repair
from gis.equal_area import GeometryArray
from gis.errors import InputError, Text
from gis.files import read as files
from gis.files.reading import Reading
from gis.recognition import Recognition
from gis.validity import made_valid
from layers import columns, fault_notes, footprint_notes, whereabouts, widening
from layers import coverage as coverages
from layers.coverage import Coverage
from layers.issue import from_notes
from layers.layer import Layer, Source
from layers.site import Site
from layers.spec import LayerSpec

DOUBTFUL_M2 = 1.0
"""A self-crossing boundary whose lobes differ by more than this has no known shape."""
_OF_SEVERAL_FILES = (".shp", ".tab", ".mif")
_LOGS = ("-wal", "-journal")
"""Beside a GeoPackage that another program has open: edits that are saved, and not in the file yet."""
_BYTES_AT_ONCE = 1 << 20
METRES_PER_DEGREE = 111_700.0
"""No degree of longitude or latitude is longer."""


def site(
    path: Path, *, crs: str | None = None, layer: str | None = None, width_m: float | None = None
) -> Site:
    """Load a project's footprint.

    Parameters
    ----------
    path
        Any format of :func:`gis.files.read.read`.
    crs
        The coordinate system as the user declares it, for files that state none.
    layer
        Which layer of the file.
    width_m
        Width to give to lines, diameter to give to points; without it they are no footprint.

    Raises
    ------
    InputError
        When it can't be read, its coordinate system is not known, or it has no polygon at all.
    """
    reading = files.read(path, layer=layer)
    found = recognised(reading, crs)
    raw = reading.frame.geometry.to_numpy()
    if width_m is not None:
        raw, found = widening.widen(raw, found, width_m)
    mended = _mend(raw, reading.frame.index, found, "polygon")
    geometries = mended.geometries
    # A parcel below the noise of an overlay would be clear of everything.
    usable = shapely.area(geometries) * _unit_m2(found) > overlap.NOISE_M2
    mended.faults["collapsed"] |= ~(usable | shapely.is_missing(geometries))
    if not usable.any():
        raise fault_notes.nothing_usable(path, mended.faults)
    planar_m2 = np.full(len(geometries), np.nan)
    if found.crs.is_projected:
        planar_m2 = area.planar_m2(geometries, found.crs)
    doubtful = _crossing(mended, found)
    attributes = reading.frame
    parcels = gpd.GeoDataFrame(
        {
            "parcel_name": columns.parcel_names(attributes)[usable],
            "row": (np.arange(len(attributes)) + 1)[usable],
            "stated_m2": columns.stated_area_m2(attributes)[usable],
            "planar_m2": planar_m2[usable],
            "doubtful": (doubtful | _not_whole(mended))[usable],
        },
        geometry=_official(geometries[usable], found),
        crs=4490,
        index=pd.RangeIndex(int(usable.sum())),
    )
    notes = (
        *reading.notes,
        *found.notes,
        *fault_notes.of_faults(mended.faults),
        *fault_notes.of_doubt(doubtful),
        *columns.repeated_parcels(attributes),
        *footprint_notes.outside_city(parcels),
        *footprint_notes.overlapping(parcels),
    )
    return Site(
        name=path.name,
        path=path,
        sha256=sha256_of(path),
        kind=reading.kind,
        encoding=reading.encoding,
        parcels=_made_valid(parcels),
        recognition=found,
        accuracy_m=max(found.accuracy_m, reading.precision_m or 0.0),
        lost_rows=tuple((np.flatnonzero(~usable) + 1).tolist()),
        issues=from_notes(path.name, notes),
    )


def layer(
    spec: LayerSpec,
    path: Path,
    source: Source,
    *,
    coverage: gpd.GeoSeries | None,
    crs: str | None = None,
    layer_name: str | None = None,
    column_names: Mapping[str, str] | None = None,
) -> Layer:
    """Load a layer of the catalogue.

    Parameters
    ----------
    spec
        What kind of layer the file holds.
    path, source
        The file, and what is known of it.
    coverage
        Polygons in EPSG:4490 within which absence means absence.
    crs, layer_name
        As for :func:`site`.
    column_names
        Our column to the file's field, where the user chose it; else the aliases are searched.

    Raises
    ------
    InputError
        When it can't be read or its coordinate system is not known, when a field the user named is
        not there, when it has no feature of the right kind, or a coverage and no feature near it.
    """
    reading = files.read(path, layer=layer_name)
    return layer_of(spec, reading, source, coverage=coverage, crs=crs, column_names=column_names)


def layer_of(
    spec: LayerSpec,
    reading: Reading,
    source: Source,
    *,
    coverage: gpd.GeoSeries | None,
    crs: str | None = None,
    column_names: Mapping[str, str] | None = None,
    may_be_empty: bool = False,
) -> Layer:
    """Make a layer of the catalogue of what was read, from a file or a database.

    Parameters
    ----------
    spec, source, coverage, crs, column_names
        As for :func:`layer`.
    reading
        What was read.
    may_be_empty
        Whether no usable feature is an answer too: of a table of which only a part was read. Its
        coordinate system is recognised, and its rows and columns are checked, all the same.

    Raises
    ------
    InputError
        As :func:`layer`.
    """
    found = recognised(reading, crs)
    mended = _mend(reading.frame.geometry.to_numpy(), reading.frame.index, found, spec.geometry)
    usable = ~shapely.is_missing(mended.geometries)
    if not usable.any() and not may_be_empty:
        raise fault_notes.nothing_usable(reading.path, mended.faults)
    interpreted, column_notes = columns.interpret(reading.frame, spec, column_names or {})
    features = gpd.GeoDataFrame(
        interpreted[usable].reset_index(drop=True),
        geometry=_official(mended.geometries[usable], found),
        crs=4490,
    )
    features = _made_valid(features)
    notes = (
        *reading.notes,
        *found.notes,
        *fault_notes.of_faults(mended.faults),
        *column_notes,
        *whereabouts.notes(
            features.geometry.to_numpy(),
            coverage,
            None if reading.extent is None else (reading.extent, found),
        ),
    )
    return Layer(
        spec=spec,
        features=features,
        coverage=coverage,
        source=source,
        issues=from_notes(spec.id, notes),
        unusable_rows=int((~usable | _crossing(mended, found) | _not_whole(mended)).sum()),
        crs_accuracy_m=found.accuracy_m,
        feature_count=len(features),
    )


def coverage(path: Path, *, crs: str | None = None) -> Coverage:
    """Load a coverage area, drawn in by what its position is uncertain.

    Raises
    ------
    InputError
        When it can't be read, or any of its polygons is not certain: absence would prove nothing.
    """
    read = site(path, crs=crs)
    if read.lost_rows or read.parcels["doubtful"].any():
        raise InputError(
            "coverage_doubtful",
            Text(
                f"覆盖范围“{path.name}”有缺失或不确定的图形。",
                f"The coverage '{path.name}' has missing or doubtful polygons.",
            ),
            Text("请修正覆盖范围后再用。", "Mend the coverage first."),
        )
    return coverages.of_site(read)


def _crossing(mended: repair.Repaired, found: Recognition) -> npt.NDArray[np.bool_]:
    """Return which features may lie where they were not drawn: of which one lobe may not be meant."""
    crossing: npt.NDArray[np.bool_] = mended.doubtful_units2 * _unit_m2(found) > DOUBTFUL_M2
    return crossing


def _not_whole(mended: repair.Repaired) -> npt.NDArray[np.bool_]:
    """Return which features lie somewhere else too, where nothing of them is left."""
    return np.asarray(mended.faults[list(repair.NOT_WHOLE)].any(axis=1), dtype=bool)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file with what belongs to it, or of all files of a folder with their names."""
    digest = hashlib.sha256()
    for member in sorted(path.rglob("*")) if path.is_dir() else _with_sidecars(path):
        if member.is_file():
            if path.is_dir():
                digest.update(member.relative_to(path).as_posix().encode())
            # A log may be gone between the look and the opening: its content is in the file by then.
            with contextlib.suppress(FileNotFoundError), member.open("rb") as stream:
                for content in iter(lambda: stream.read(_BYTES_AT_ONCE), b""):
                    digest.update(content)
    return digest.hexdigest()


def sidecar_names(path: Path) -> list[str]:
    """Return the names of the files that belong to a file: without its .prj it is another file.

    Of a folder the names are in the hash; a GeoPackage's log that comes and goes says nothing by its name.
    """
    if path.is_dir() or path.suffix.lower() not in _OF_SEVERAL_FILES:
        return []
    return [item.name for item in _with_sidecars(path)]


def _with_sidecars(path: Path) -> Iterable[Path]:
    if path.suffix.lower() not in _OF_SEVERAL_FILES:
        return [path, *(path.with_name(path.name + ending) for ending in _LOGS)]
    return sorted(item for item in path.parent.iterdir() if item.stem == path.stem and item.is_file())


def recognised(reading: Reading, declared: str | None) -> Recognition:
    """Say in which coordinate system a file is, from all that stands in it and what the user declares.

    Raises
    ------
    InputError
        When that can't be said.
    """
    if declared is None and reading.declared is None and reading.suspected_gcj02:
        raise _gcj02_suspected(reading.path)
    return recognition.recognise(
        reading.extent or _extent(reading),
        reading.stated,
        declared if declared is not None else reading.declared,
    )


def _extent(reading: Reading) -> recognition.Bounds:
    bounds = shapely.bounds(reading.frame.geometry.to_numpy())
    finite = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(finite):
        faults = pd.DataFrame({"missing": [True] * len(reading.frame)})
        raise fault_notes.nothing_usable(reading.path, faults)
    low, high = finite[:, :2].min(axis=0), finite[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _gcj02_suspected(path: Path) -> InputError:
    return InputError(
        "gcj02_suspected",
        Text(
            f"“{path.name}”像是网络地图导出的数据，疑为GCJ-02坐标（在阳泉偏移约560米）。",
            f"'{path.name}' looks like a web-map export, probably in GCJ-02 (about 560 m off here).",
        ),
        Text(
            "请问清来源：用 --crs GCJ-02 或 --crs EPSG:4326 声明。",
            "Ask where it comes from and declare --crs GCJ-02 or --crs EPSG:4326.",
        ),
    )


def _unit_m2(found: Recognition) -> float:
    return METRES_PER_DEGREE**2 if found.crs.is_geographic else 1.0


def _mend(raw: GeometryArray, index: pd.Index[int], found: Recognition, kind: str) -> repair.Repaired:
    return repair.repair(
        raw,
        index,
        kind,  # type: ignore[arg-type]
        metres_per_unit=METRES_PER_DEGREE if found.crs.is_geographic else 1.0,
    )


def _official(geometries: GeometryArray, found: Recognition) -> GeometryArray:
    return blocks.mapped(lambda block: recognition.to_cgcs2000(block, found), geometries)


def _made_valid(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Mend what rounding broke on the way between systems: edges closer than 1e-12 degrees."""
    geometries = frame.geometry.to_numpy().copy()
    broken = ~shapely.is_valid(geometries)
    if broken.any():
        geometries[broken] = made_valid(geometries[broken])
        return frame.set_geometry(gpd.GeoSeries(geometries, index=frame.index, crs=4490))
    return frame
