"""Planting lists checked against invasive plants.

The shipped list holds the 33 plants of 《重点管理外来入侵物种名录》 (公告第567号 of six ministries, in force since
2023-01-01): read in two secondary copies of the announcement that agree, S; a few common other names were added
from memory, U. A plant that is not on the list is **not cleared**: it is not on this list.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import pandas as pd

from gis.errors import InputError, Text

LISTS = {
    "key_managed_2022": Text(
        "《重点管理外来入侵物种名录》（公告第567号，2023-01-01起施行）",
        "List of invasive alien species under key management (announcement 567, in force since 2023-01-01)",
    )
}
VERDICTS = {
    "listed": Text("列入入侵物种名录，不得用于种植", "on the list of invasive species: not to be planted"),
    "doubtful": Text(
        "只写到属或名称不完整，请写明种名", "only a genus, or an incomplete name: name the species"
    ),
    "not_listed": Text("不在本名录内（不等于没有入侵风险）", "not on this list (which does not clear it)"),
}
_NOT_SPECIFIC = ("sp", "sp.", "spp", "spp.", "属", "类")
_RANKS = ("subsp.", "ssp.", "var.", "f.", "cv.")


@dataclass(frozen=True, slots=True)
class Plant:
    """A listed plant; ``names`` are its Chinese, Latin and other names, as they are compared."""

    name_zh: str
    latin: str
    names: tuple[str, ...]
    listed_in: str
    number: int
    certainty: str


@cache
def shipped() -> tuple[Plant, ...]:
    """Return the shipped list."""
    text = (resources.files("restoration") / "invasive_plants.csv").read_text(encoding="utf-8")
    return tuple(
        Plant(
            row["name_zh"],
            row["latin"],
            tuple(
                _plain(name)
                for name in (row["name_zh"], row["latin"], *filter(None, row["synonyms"].split(";")))
            ),
            row["list"],
            int(row["number"]),
            row["certainty"],
        )
        for row in csv.DictReader(io.StringIO(text))
    )


def check(species: Sequence[str], plants: Sequence[Plant] | None = None) -> pd.DataFrame:
    """Check a planting list.

    Parameters
    ----------
    species
        Names in Chinese or Latin, author and variety may follow the Latin name.
    plants
        The list; None: the shipped one.

    Returns
    -------
    DataFrame
        One row per name, in order: ``species`` (as given), ``verdict`` (a key of :data:`VERDICTS`), ``matched``
        (Latin name on the list, ``""``), ``listed_in``, ``certainty``.

    Raises
    ------
    InputError
        When the list is empty: an empty check would look like a clear one.

    Examples
    --------
    >>> check(["油松", "Solidago canadensis L.", "苋属", "小飞蓬"])[["verdict", "matched"]].values.tolist()
    [['not_listed', ''], ['listed', 'Solidago canadensis'], ['doubtful', ''], ['listed', 'Erigeron canadensis']]
    """
    named = [name.strip() for name in species if name.strip()]
    if not named:
        raise InputError(
            "planting_empty",
            Text("种植清单是空的。", "The planting list is empty."),
            Text("每行写一个植物名（中文或拉丁名）。", "Name one plant a row, in Chinese or Latin."),
        )
    table = shipped() if plants is None else tuple(plants)
    by_name = {name: plant for plant in table for name in plant.names}
    genera = {plant.latin.split()[0].lower() for plant in table}
    rows = []
    for name in named:
        plant = _found(_plain(name), by_name)
        verdict = "listed" if plant else "doubtful" if _is_vague(_plain(name), genera) else "not_listed"
        rows.append(
            {
                "species": name,
                "verdict": verdict,
                "matched": plant.latin if plant else "",
                "listed_in": plant.listed_in if plant else "",
                "certainty": plant.certainty if plant else "",
            }
        )
    return pd.DataFrame(rows)


def _plain(name: str) -> str:
    """Return a name without case, width, brackets and surplus blanks; hybrids' crosses are dropped."""
    word = unicodedata.normalize("NFKC", name).replace("×", " ").lower()
    return " ".join(re.sub(r"[()\[\]“”\"']", " ", word).split())


def _found(name: str, by_name: dict[str, Plant]) -> Plant | None:
    """Return the plant a name means: whole, its Latin pair, or a Chinese and a Latin name side by side."""
    if name in by_name:
        return by_name[name]
    words = name.split()
    pairs = [" ".join(pair) for pair in itertools.pairwise(words)]
    return next((by_name[part] for part in (*pairs, *words) if part in by_name), None)


def _is_vague(name: str, genera: set[str]) -> bool:
    words = name.split()
    if len(words) == 1:
        return words[0] in genera or words[0].endswith(("属", "类"))
    return words[1] in _NOT_SPECIFIC or (words[0] in genera and words[1] in _RANKS)
