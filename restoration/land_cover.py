"""What the codes of a land cover say of vegetation: vegetated, not vegetated, not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.errors import InputError, Text
from gis.note import Note

FloatArray = npt.NDArray[np.float64]
USUAL_NO_DATA = (0.0, 255.0)
"""Codes that stand for "no data" in most land covers, whether or not a header says so (common practice, U)."""
_CODES_NAMED = 20


@dataclass(frozen=True, slots=True)
class Legend:
    """What the codes mean.

    Parameters
    ----------
    vegetated
        Codes of vegetated ground.
    bare
        Codes of ground without vegetation. Other codes count as that too, and are told; naming one here says that
        it is meant so, which matters for 0 and 255.
    not_seen
        Codes of cloud, shadow and missing data.
    """

    vegetated: tuple[float, ...]
    bare: tuple[float, ...] = ()
    not_seen: tuple[float, ...] = ()

    def checked(self) -> Legend:
        """Return the legend, or say which code it names twice."""
        every = [code for codes in (self.vegetated, self.bare, self.not_seen) for code in set(codes)]
        twice = sorted({code for code in every if every.count(code) > 1})
        if not twice:
            return self
        named = "、".join(f"{code:g}" for code in twice)
        raise InputError(
            "land_cover_codes",
            Text(f"代码 {named} 列在两类里。", f"The codes {named} stand in two lists."),
            Text(
                "每个代码只列入 --vegetated、--bare、--not-seen 之一。",
                "Name each in one of --vegetated, --bare and --not-seen.",
            ),
        )

    @property
    def missing(self) -> tuple[float, ...]:
        """Codes that say nothing of the ground."""
        stated = {*self.vegetated, *self.bare, *self.not_seen}
        return (*self.not_seen, *(code for code in USUAL_NO_DATA if code not in stated))


def vegetated(codes: FloatArray, legend: Legend) -> FloatArray:
    """Return 1 where a land cover cell is vegetated, 0 where it is not, NaN where it was not seen.

    Its mean is the vegetated share, which takes the place of FVC where two land covers are all there is.

    Examples
    --------
    Code 9 is cloud; 0, which no header declared, is no data as well:

    >>> vegetated(np.array([1.0, 7.0, 9.0, 0.0, np.nan]), Legend((1, 2), not_seen=(9,))).tolist()
    [1.0, 0.0, nan, nan, nan]
    """
    unseen = np.isnan(codes) | np.isin(codes, legend.missing)
    return np.where(unseen, np.nan, np.isin(codes, legend.vegetated))


def notes(codes: FloatArray, share: FloatArray, legend: Legend) -> list[Note]:
    """Tell which codes were taken as no data, and which as not vegetated, though nobody said so.

    Parameters
    ----------
    codes
        Of all the cells looked at, NaN where the header says that there are no data.
    share
        Share of each cell that was looked at.

    Examples
    --------
    >>> [note.code for note in notes(np.array([1.0, 7.0, 0.0]), np.ones(3), Legend((1,)))]
    ['land_cover_no_data', 'land_cover_codes_open']
    """
    undeclared = [code for code in legend.missing if code not in legend.not_seen]
    stated = (*legend.vegetated, *legend.bare, *legend.missing)
    is_open = ~np.isnan(codes) & ~np.isin(codes, stated)
    open_codes = np.unique(codes[is_open]).tolist()
    told = []
    zeros = [code for code in undeclared if (codes == code).any()]
    if zeros:
        told.append(
            Note(
                "land_cover_no_data",
                "warning",
                _with_shares(zeros, codes, share, "未声明的代码", "codes that nobody named"),
                Text(
                    "按无数据处理。若确是地类，请列入 --bare 或 --vegetated。",
                    "Taken as no data. If they are ground, name them with --bare or --vegetated.",
                ),
            )
        )
    if open_codes:
        told.append(
            Note(
                "land_cover_codes_open",
                "warning",
                _with_shares(open_codes, codes, share, "未列入任何一类的代码", "codes that no list names"),
                Text(
                    "按无植被计。云、阴影等未观测的代码请列入 --not-seen，有植被的列入 --vegetated。",
                    "Counted as not vegetated. Name cloud and the like with --not-seen, vegetation with --vegetated.",
                ),
            )
        )
    return told


def _with_shares(found: Sequence[float], codes: FloatArray, share: FloatArray, zh: str, en: str) -> Text:
    """Name codes with their share of the ground looked at, the most frequent first."""
    total = float(share.sum())
    parts = {code: float(share[codes == code].sum()) / total for code in found}
    ranked = sorted(parts, key=lambda code: (-parts[code], code))
    listed = [f"{code:g}（{parts[code]:.1%}）" for code in ranked[:_CODES_NAMED]]
    in_english = [f"{code:g} ({parts[code]:.1%})" for code in ranked[:_CODES_NAMED]]
    return Text(
        f"图斑及其参照环内有{zh}：{'、'.join(listed)}。",
        f"The patches and their rings hold {en}: {', '.join(in_english)}.",
    )
