"""What every engine is asked: how much ground each site shares with each polygon of a layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

Answer = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]
"""Row of the site, row of the polygon, and the ground they share in m², or their distance in m."""

NOISE_M2 = 1e-4


@dataclass(frozen=True, slots=True)
class Question:
    """A layer, the sites laid over it, and how both are called on the page."""

    name: str
    title: str
    sites: str
    layer: str
    suffix: str = ".parquet"

    def files(self, folder: Path) -> tuple[Path, Path]:
        """Return the files of the sites and of the layer."""
        return folder / f"{self.sites}{self.suffix}", folder / f"{self.layer}{self.suffix}"

    def as_geopackage(self) -> Question:
        """Return the same question about the same layers as GeoPackages."""
        return replace(self, name=f"{self.name}-gpkg", title=f"{self.title}, GeoPackage", suffix=".gpkg")


PARCELS = Question(
    "parcels", "City: 1,000 projects on 200,000 parcels (7.4 M vertices)", "city_projects", "city_parcels"
)
RED_LINES = Question(
    "red-lines", "City: 3,000 sites on 500 red-line polygons (4.3 M vertices)", "city_sites", "city_red_lines"
)
PROVINCE = Question(
    "province",
    "Province: 50,000 sites on 20,000 polygons (22.6 M vertices)",
    "province_sites",
    "province_red_lines",
)
NEAR_RED_LINES = Question(
    "near-red-lines",
    "City: the nearest of 500 red-line polygons within 1 km of each of 3,000 sites",
    "city_sites_50m",
    "city_red_lines_50m",
)
QUESTIONS = {question.name: question for question in (PARCELS, RED_LINES, PROVINCE)}
GEOPACKAGES = {
    question.name: question for question in map(Question.as_geopackage, (PARCELS, RED_LINES, PROVINCE))
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How an answer compares with the referee's."""

    pairs: int
    missing: int
    surplus: int
    worst_share: float

    def __str__(self) -> str:
        if self.missing or self.surplus:
            return f"{self.missing} pairs missing, {self.surplus} too many"
        return f"same pairs, {self.worst_share:.0e}" if self.worst_share else "same pairs, equal"


def agreement(answer: Answer, referee: Answer) -> Agreement:
    """Compare two answers: the pairs above 1 cm², and the areas that are at least 1 m²."""
    mine, theirs = _by_pair(answer), _by_pair(referee)
    common, at_mine, at_theirs = np.intersect1d(mine[0], theirs[0], return_indices=True)
    found_m2, true_m2 = mine[1][at_mine], theirs[1][at_theirs]
    large = true_m2 >= 1.0
    share = np.abs(found_m2[large] / true_m2[large] - 1)
    return Agreement(
        pairs=len(mine[0]),
        missing=len(theirs[0]) - len(common),
        surplus=len(mine[0]) - len(common),
        worst_share=float(share.max(initial=0.0)),
    )


def _by_pair(answer: Answer) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    site, polygon, area_m2 = answer
    kept = area_m2 > NOISE_M2
    return site[kept].astype(np.int64) * 10_000_000 + polygon[kept], area_m2[kept]
