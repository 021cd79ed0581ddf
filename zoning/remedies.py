"""What is left of a site once prohibited ground is taken off: avoidance by redesign."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis import area, equal_area, overlap
from gis.equal_area import GeometryArray
from layers.site import Site
from zoning.conflicts import overall
from zoning.rule import Verdict
from zoning.statement import CLEAR, HIT, NOT_ASSESSED


@dataclass(frozen=True, slots=True)
class Totals:
    """Ground of a whole site; parcels that overlap count once.

    ``prohibited_m2 + remaining_m2 = subject_m2`` to the square centimetre.
    """

    subject_m2: float
    prohibited_m2: float
    remaining_m2: float


def per_parcel(site: Site, findings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per parcel: its verdict, and the footprint that avoids prohibited ground.

    Parameters
    ----------
    site
        The parcels.
    findings
        Rows of :func:`zoning.conflicts.find` for this site.

    Returns
    -------
    GeoDataFrame
        EPSG:4490, on the parcels' index: ``verdict`` (code of the worst), ``subject_m2``,
        ``prohibited_m2`` + ``remaining_m2`` = ``subject_m2`` (prohibited ground of all layers,
        counted once; ground that is prohibited whatever the missing answers is part of it),
        ``remaining_parts``, and the counts ``hits``, ``layers_not_assessed``,
        ``layers_clear`` (none where the parcel's shape is not known). ``geometry`` is the remaining
        footprint.

    Examples
    --------
    1 m × 2 m of a plot of 3 m × 2 m is prohibited: 6 - 2 = 4 m² remain, in one part.

    >>> from pathlib import Path
    >>> ends = shapely.box([0, 2], 0, 3, 2)
    >>> plot, redline = equal_area.geometries_from_plane(ends)
    >>> parcels = gpd.GeoDataFrame({"parcel_name": ["A"], "doubtful": [False]}, geometry=[plot], crs=4490)
    >>> site = Site("plot", Path(), "", "", "", parcels, None, 0.0, (), ())
    >>> said = {"parcel": [0], "layer": ["redline"], "state": [HIT], "verdict": ["P"], "counts_as": ["P"]}
    >>> table = per_parcel(site, gpd.GeoDataFrame(said, geometry=[redline], crs=4490))
    >>> columns = ["verdict", "subject_m2", "prohibited_m2", "remaining_m2", "remaining_parts", "hits"]
    >>> table[columns].values.tolist()
    [['P', 6.0, 2.0, 4.0, 1, 1]]
    """
    parcels = site.parcels.index
    of_no_known_shape = findings["parcel"].isin(parcels[site.parcels["doubtful"].to_numpy(dtype=bool)])
    prohibited = _prohibited(site, findings)
    remaining = overlap.difference(site.ground.plane, prohibited)
    pieces, whole = area.round_to_whole(
        np.column_stack([shapely.area(prohibited), shapely.area(remaining)]), site.ground.area_m2
    )
    table = pd.DataFrame(
        {
            "parcel_name": site.parcels["parcel_name"],
            "verdict": overall(findings).reindex(parcels),
            "subject_m2": whole,
            "prohibited_m2": pieces[:, 0],
            "remaining_m2": pieces[:, 1],
            "remaining_parts": np.where(
                overlap.has_ground(remaining), shapely.get_num_geometries(remaining), 0
            ),
            "hits": _count(findings[findings["state"] == HIT], parcels),
            "layers_not_assessed": _count_layers(findings[findings["state"] == NOT_ASSESSED], parcels),
            "layers_clear": _count_layers(
                findings[(findings["state"] == CLEAR) & ~of_no_known_shape], parcels
            ),
        },
        index=parcels,
    )
    return gpd.GeoDataFrame(table, geometry=equal_area.geometries_from_plane(remaining), crs=4490)


def of_site(site: Site, findings: gpd.GeoDataFrame) -> Totals:
    """Return what is prohibited of a whole site and what remains, as areas of unions.

    Ground that is prohibited in one parcel is prohibited in every parcel that lies on it.

    Parameters
    ----------
    site, findings
        As for :func:`per_parcel`.

    Examples
    --------
    Two parcels of 3 m × 2 m lie on 1 m × 2 m of common ground, all of it prohibited: it counts once. The site
    has 6 + 6 - 2 = 10 m², of which 10 - 2 = 8 m² remain.

    >>> from pathlib import Path
    >>> west, east, both = equal_area.geometries_from_plane(shapely.box([0, 2, 2], 0, [3, 5, 3], 2))
    >>> parcels = gpd.GeoDataFrame({"doubtful": False}, index=[0, 1], geometry=[west, east], crs=4490)
    >>> site = Site("plot", Path(), "", "", "", parcels, None, 0.0, (), ())
    >>> said = {"parcel": [0, 1], "state": HIT, "verdict": "P", "counts_as": "P"}
    >>> of_site(site, gpd.GeoDataFrame(said, geometry=[both, both], crs=4490))
    Totals(subject_m2=10.0, prohibited_m2=2.0, remaining_m2=8.0)
    """
    whole = np.array([shapely.union_all(site.ground.plane)], dtype=object)
    prohibited = np.array([shapely.union_all(_prohibited(site, findings))], dtype=object)
    parts = [prohibited, overlap.difference(whole, prohibited)]
    pieces, subject = area.round_to_whole(
        np.column_stack([shapely.area(part) for part in parts]), shapely.area(whole)
    )
    return Totals(float(subject[0]), float(pieces[0, 0]), float(pieces[0, 1]))


def _prohibited(site: Site, findings: gpd.GeoDataFrame) -> GeometryArray:
    """Return the ground of each parcel that a rule prohibits, or that is prohibited whatever the answers."""
    said = (findings["verdict"] == Verdict.PROHIBITED.code) & (findings["state"] == HIT)
    in_any_case = findings["counts_as"] == Verdict.PROHIBITED.code
    chosen = findings[said | in_any_case]
    plane = equal_area.geometries_to_plane(chosen.geometry.to_numpy())
    positions = site.parcels.index.get_indexer(pd.Index(chosen["parcel"]))
    return overlap.union_per_position(positions, plane, len(site.ground))


def _count(rows: pd.DataFrame, parcels: pd.Index[int]) -> pd.Series[int]:
    return rows.groupby("parcel").size().reindex(parcels, fill_value=0)


def _count_layers(rows: pd.DataFrame, parcels: pd.Index[int]) -> pd.Series[int]:
    return rows.groupby("parcel")["layer"].nunique().reindex(parcels, fill_value=0)
