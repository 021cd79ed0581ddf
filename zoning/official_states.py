"""The states in which official reports word a site's position, copied word for word.

Red line: the four of 自然资发〔2022〕142号 practice; mineral cover: three; geological hazard: two
(domain notes §1.2 a and §1.7, S). Where a project fits none of them, or an answer is missing, the
state is *undecided* and says why: it is never the mildest by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gis.errors import Text
from zoning.rule import Verdict
from zoning.statement import CLEAR, HIT

UNDECIDED = Text("待定", "undecided")

NOT_IN_RED_LINE = Text("不位于生态保护红线内", "not within the ecological red line")
CROSSES_WITHOUT_LAND = Text(
    "穿越、跨越生态保护红线，但不申请用地", "crosses the ecological red line without applying for land"
)
LIMITED_ACTIVITY = Text(
    "属于有限人为活动（须有认定意见）", "permitted limited human activity (with the finding that says so)"
)
NATIONAL_MAJOR = Text(
    "属于国家重大项目（须有不可避让论证意见）",
    "national major project (with the opinion that it can't avoid the line)",
)
NOT_COVERED = Text("未压覆重要矿产资源", "covers no important mineral resources")
COVERED_UNAFFECTED = Text("压覆但不影响", "covers minerals without affecting them")
COVERED_APPROVED = Text("压覆重要矿产资源，已批复", "covers important minerals, approved")
NOT_PRONE = Text("不在地质灾害易发区", "not in a hazard-prone area")
ASSESSED = Text("已进行地质灾害危险性评估", "geological hazard assessed")


@dataclass(frozen=True, slots=True)
class OfficialState:
    """One official state of a site, or why there is none yet."""

    subject: Text
    state: Text
    why: Text


def of_site(
    findings: pd.DataFrame, project_class: str, answers: Mapping[str, str], *, is_certain: bool = True
) -> tuple[OfficialState, ...]:
    """Return the official states of a site.

    Parameters
    ----------
    findings
        Rows of :func:`zoning.conflicts.find`.
    project_class, answers
        Of the project.
    is_certain
        Whether the whole footprint is known; if rows were lost or a boundary crosses itself, no
        state is.

    Returns
    -------
    tuple of OfficialState
        Red line, mineral cover, geological hazard.
    """
    states = (
        _red_line(findings, project_class, answers),
        _mineral_cover(findings, answers),
        _hazard(findings, answers),
    )
    if is_certain:
        return states
    why = Text("范围不完整或自相交。", "The footprint is not whole, or crosses itself.")
    return tuple(OfficialState(state.subject, UNDECIDED, why) for state in states)


def _rows(findings: pd.DataFrame, layer: str) -> pd.DataFrame:
    return findings[findings["layer"] == layer]


def _is_clear(rows: pd.DataFrame) -> bool:
    return not rows.empty and bool((rows["state"] == CLEAR).all())


_NOT_ASSESSED = Text("图层未能完整评估。", "The layer was not wholly assessed.")


def _red_line(findings: pd.DataFrame, project_class: str, answers: Mapping[str, str]) -> OfficialState:
    subject = Text("生态保护红线", "Ecological red line")
    rows = _rows(findings, "ecological_red_line")
    hits = rows[rows["state"] == HIT]
    if _is_clear(rows):
        return OfficialState(subject, NOT_IN_RED_LINE, Text("", ""))
    if hits.empty:
        return OfficialState(subject, UNDECIDED, _NOT_ASSESSED)
    if (hits["verdict"] == Verdict.PROHIBITED.code).any():
        why = Text("不属于任何一种允许情形。", "It fits none of the permitted cases.")
        return OfficialState(subject, UNDECIDED, why)
    if project_class == "TEMP":
        why = Text(
            "临时用地参照占用永久基本农田办理。", "Temporary use follows the rules for basic farmland."
        )
        return OfficialState(subject, UNDECIDED, why)
    if answers.get("national_major") == "yes":
        return OfficialState(subject, NATIONAL_MAJOR, Text("", ""))
    if (hits["verdict"] == Verdict.UNDECIDABLE.code).any():
        return OfficialState(
            subject, UNDECIDED, Text("缺少项目信息。", "A fact about the project is missing.")
        )
    if answers.get("new_land") == "no" and project_class in ("LIN", "GRID", "WAT"):
        return OfficialState(subject, CROSSES_WITHOUT_LAND, Text("", ""))
    return OfficialState(subject, LIMITED_ACTIVITY, Text("", ""))


def _mineral_cover(findings: pd.DataFrame, answers: Mapping[str, str]) -> OfficialState:
    """Return the state that the enquiry found; a layer of mining rights alone can't tell it."""
    subject = Text("压覆重要矿产资源", "Cover of important minerals")
    found = answers.get("mineral_cover")
    if found is not None:
        states = {"none": NOT_COVERED, "unaffected": COVERED_UNAFFECTED, "approved": COVERED_APPROVED}
        return OfficialState(subject, states[found], Text("", ""))
    rows = _rows(findings, "mining_right")
    if (rows["state"] == HIT).any():
        why = Text("与矿业权重叠，须查询、评估。", "It overlaps mining rights: enquire and assess.")
    elif _is_clear(rows):
        why = Text(
            "与矿业权图层无重叠，但未设矿业权的矿产地仍须查询。",
            "No overlap with mining rights; deposits without a right must still be enquired after.",
        )
    else:
        why = _NOT_ASSESSED
    return OfficialState(subject, UNDECIDED, why)


def _hazard(findings: pd.DataFrame, answers: Mapping[str, str]) -> OfficialState:
    subject = Text("地质灾害", "Geological hazard")
    rows = _rows(findings, "geological_hazard")
    if _is_clear(rows):
        return OfficialState(subject, NOT_PRONE, Text("", ""))
    if answers.get("hazard_assessed") == "yes":
        return OfficialState(subject, ASSESSED, Text("", ""))
    if (rows["state"] == HIT).any():
        return OfficialState(subject, UNDECIDED, Text("须先评估。", "To be assessed first."))
    return OfficialState(subject, UNDECIDED, _NOT_ASSESSED)
