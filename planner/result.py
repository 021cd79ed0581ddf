"""What came of a check: frozen, and stamped with the versions of everything it was made with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.issue import Issue
from layers.layer import Layer
from layers.site import Site
from layers.spec import LayerSpec
from planner import __version__
from planner.clock import now
from planner.project import Project
from zoning.checklist import Duty
from zoning.official_states import OfficialState
from zoning.remedies import Totals
from zoning.rule import Verdict
from zoning.rulebook import RuleBook
from zoning.size_limits import SizeLimits
from zoning.statement import CLEAR


@dataclass(frozen=True, slots=True)
class Stamp:
    """Versions of everything that took part: of each layer, the SHA-256 of its file and of its coverage's.

    ``made_at`` is the only clock in a result; ``SOURCE_DATE_EPOCH`` in the environment fixes it.
    """

    software: str
    rule_book: str
    layers: tuple[tuple[str, str], ...]
    coverages: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]
    made_at: datetime

    def to_json(self) -> dict[str, Any]:
        """Return the stamp as a plain object, as described in ``docs/json.md``."""
        return {
            "software": self.software,
            "rule_book": self.rule_book,
            "layers": dict(self.layers),
            "coverages": dict(self.coverages),
            "sites": [{"name": name, "sha256": digest} for name, digest in self.sites],
            "made_at": self.made_at.isoformat(),
        }


def stamp_of(sites: Sequence[Site], layers: Mapping[str, Layer], book: RuleBook) -> Stamp:
    """Return the versions of what takes part in a check."""
    asked = sorted(layers.items())
    return Stamp(
        software=__version__,
        rule_book=book.version,
        layers=tuple((name, layer.source.sha256) for name, layer in asked),
        coverages=tuple((name, layer.coverage_sha256) for name, layer in asked if layer.coverage_sha256),
        sites=tuple((site.name, site.sha256) for site in sites),
        made_at=now(),
    )


@dataclass(frozen=True, eq=False, slots=True)
class SiteResult:
    """What came of one site.

    Parameters
    ----------
    site
        The footprint as it was read.
    findings
        Rows of :func:`zoning.conflicts.find`.
    features
        Rows of :func:`zoning.features.met`.
    parcels
        Rows of :func:`zoning.remedies.per_parcel`.
    totals
        What is prohibited of the whole site and what remains; parcels that overlap count once.
    states
        The official wordings of its position.
    limits
        Its land by class, and who decides.
    verdict
        The worst verdict of all parcels; *undecidable* at least when a row of the file had no
        usable geometry.
    """

    site: Site
    findings: gpd.GeoDataFrame
    features: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    totals: Totals
    states: tuple[OfficialState, ...]
    limits: SizeLimits
    verdict: Verdict

    @property
    def clear_layers(self) -> tuple[str, ...]:
        """Return the layers that are clear in every parcel; none while a part of the footprint is not known."""
        if not self.site.is_certain:
            return ()
        others = self.findings.loc[self.findings["state"] != CLEAR, "layer"]
        return tuple(sorted(set(self.findings["layer"]) - set(others)))


@dataclass(frozen=True, eq=False, slots=True)
class Result:
    """What came of a check."""

    project: Project
    sites: tuple[SiteResult, ...]
    specs: tuple[LayerSpec, ...]
    layers: Mapping[str, Layer]
    book: RuleBook
    duties: tuple[Duty, ...]
    issues: tuple[Issue, ...]
    stamp: Stamp

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all sites."""
        return Verdict.worst([site.verdict for site in self.sites])

    @property
    def is_illustrative(self) -> bool:
        """Whether any layer that took part is illustrative (示意)."""
        return any(layer.source.illustrative for layer in self.layers.values())

    def findings(self) -> pd.DataFrame:
        """Return the findings of all sites under one another, with the site's name in ``site``."""
        frames = [pd.DataFrame(site.findings.assign(site=site.site.name)) for site in self.sites]
        return pd.concat(frames, ignore_index=True)
