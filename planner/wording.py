"""A result's rows put into words: titles, citations, hectares and mu."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from gis.errors import Language, Text
from layers.spec import catalogue
from planner import texts
from planner.project import Project
from zoning.checklist import Duty
from zoning.conflicts import FOOTPRINT
from zoning.project_class import flags
from zoning.rule import Citation, Document, Rule, Verdict

Row = Mapping[Any, Any]
"""One row of the findings."""

M2_PER_HECTARE = 10_000.0
M2_PER_MU = 2000.0 / 3.0
_ARTICLES = re.compile(r"[\d–、]+")


def hectares(area_m2: float) -> str:
    """Return an area in hectares with 4 decimals.

    Examples
    --------
    >>> hectares(54783.137)
    '5.4783'
    """
    return f"{area_m2 / M2_PER_HECTARE:.4f}"


def three_decimals(value: float) -> str:
    """Return a number with 3 decimals, a dash where there is none.

    Examples
    --------
    >>> three_decimals(2 / 3), three_decimals(float("nan"))
    ('0.667', '—')
    """
    return "—" if math.isnan(value) else f"{value:.3f}"


def mu(area_m2: float) -> str:
    """Return an area in mu with 2 decimals.

    Examples
    --------
    >>> mu(10000)
    '15.00'
    """
    return f"{area_m2 / M2_PER_MU:.2f}"


def percent(share: float) -> str:
    """Return a share in percent; a share that is not zero is never printed as 0.0 %.

    Examples
    --------
    2 of 6 m², 1 of 10 000 and none:

    >>> percent(2 / 6), percent(1 / 10_000), percent(0)
    ('33.3%', '<0.1%', '0.0%')
    """
    if 0 < share < 0.0005:
        return "<0.1%"
    return f"{share * 100:.1f}%"


def layer_title(layer: str, language: Language) -> str:
    """Return a layer's title."""
    if layer == FOOTPRINT:
        return texts.FOOTPRINT.said(language)
    return catalogue()[layer].title.said(language)


def sub_class_title(layer: str, sub_class: str, language: Language) -> str:
    """Return a sub-class's title; empty where the layer has only one meaning."""
    if not sub_class or layer == FOOTPRINT:
        return ""
    if sub_class == "outside":
        return texts.OUTSIDE.said(language)
    spec = catalogue()[layer]
    return "" if spec.has_one_meaning else spec.sub_class(sub_class).title.said(language)


def place(row: Row, language: Language) -> str:
    """Return layer and sub-class of a finding."""
    layer, sub_class = str(row["layer"]), str(row["sub_class"])
    title = sub_class_title(layer, sub_class, language)
    separator = "·" if language == "zh" else ", "
    return layer_title(layer, language) + (separator + title if title else "")


def citation(entry: Citation, language: Language) -> str:
    """Return a citation: document, number, article or 条款待核."""
    document = entry.document
    title = document.title.said(language)
    quoted = f"《{title}》" if language == "zh" else title
    number = f"（{document.number}）" if document.number and language == "zh" else ""
    if document.number and language == "en":
        number = f" ({document.number})"
    if not entry.article:
        article = texts.ARTICLE_UNVERIFIED.said(language)
        return f"{quoted}{number}，{article}" if language == "zh" else f"{quoted}{number}, {article}"
    if language == "zh" and _ARTICLES.fullmatch(entry.article):
        return f"{quoted}{number}第{entry.article}条"
    return f"{quoted}{number} {entry.article}"


def basis(rule: Rule, day: date, language: Language) -> str:
    """Return what a rule stands on, on a day."""
    cited = [citation(entry, language) for entry in rule.cited_on(day)]
    return ("；" if language == "zh" else "; ").join(cited)


def documents(rule: Rule, language: Language) -> str:
    """Return every document a rule rests on, whatever the day: from when to when, and how sure the dates are."""
    said = []
    for entry in rule.basis:
        document = entry.document
        began = document.effective_from or texts.UNKNOWN.said(language)
        dates = f"{began} – {document.effective_to or ''}".rstrip()
        sure = date_certainty(document, language)
        within = f"{dates}，{sure}" if language == "zh" else f"{dates}, {sure}"
        said.append(f"{citation(entry, language)} [{within}]")
    return ("；" if language == "zh" else "; ").join(said)


def date_certainty(document: Document, language: Language) -> str:
    """Return how sure the dates of a document are."""
    sure = texts.CERTAINTIES[document.date_certainty]
    return Text(f"日期{sure.zh}", f"dates: {sure.en}").said(language)


def conditions(rule: Rule, language: Language) -> str:
    """Return the questions and answers under which a rule applies."""
    said = []
    for name, values in rule.conditions.items():
        flag = flags()[name]
        answers = "/".join(flag.title(value).said(language) for value in values)
        said.append(f"{flag.question.said(language)} = {answers}")
    return ("；" if language == "zh" else "; ").join(said)


def verdict_title(code: str, language: Language) -> str:
    """Return a verdict's title, with the plan's word beside it where it has one."""
    verdict = Verdict.from_code(code)
    title = verdict.title.said(language)
    if not verdict.plan_word or title.startswith(verdict.plan_word):
        return title
    return f"{title}（{verdict.plan_word}）" if language == "zh" else f"{title} ({verdict.plan_word})"


def questions(missing_flags: str, language: Language) -> list[str]:
    """Return the questions behind missing flags, each with how to answer it."""
    asked = []
    for name in filter(None, missing_flags.split("、")):
        flag = flags()[name]
        answers = "|".join(flag.values)
        asked.append(f"{flag.question.said(language)} (--flag {name}={answers})")
    return asked


def without_command_line(text: str) -> str:
    """Return a sentence without the hints for the command line: on a page one presses a button, on paper nothing.

    Examples
    --------
    >>> without_command_line("是否污染？ (--flag polluting_groundwater=yes|no)；")
    '是否污染？'
    """
    spoken = re.sub(r" ?\(--flag [^)]*\)", "", text)
    return re.sub("(?<=[。？])[。；]", "", spoken)


def reason(row: Row, language: Language) -> str:
    """Return why a finding is undecided or not assessed, with the alternatives where there are any."""
    said = texts.REASONS[str(row["reason"])].said(language)
    if row["reason"] != "flag_missing":
        return said
    yes = verdict_title(str(row["if_yes"]), language)
    no = verdict_title(str(row["if_no"]), language)
    if language == "zh":
        return f"{said}：符合该规则则“{yes}”，否则“{no}”"
    return f"{said}: '{yes}' if the rule applies, else '{no}'"


def text_or_unknown(text: Text, language: Language) -> str:
    """Return a text, or 待核 where it is empty."""
    return text.said(language) or texts.UNKNOWN.said(language)


def authority(rule: Rule | None, layer: str, language: Language) -> str:
    """Return whom to ask: the rule's authority, else the layer's."""
    if rule is not None and rule.authority.said(language):
        return rule.authority.said(language)
    return "" if layer == FOOTPRINT else catalogue()[layer].authority.said(language)


def duty(entry: Duty, project: Project, language: Language) -> str:
    """Return a duty of the checklist: what, on what basis, with whom, and what decides whether at all."""
    parts = [entry.title.said(language)]
    cited = [citation(item, language) for item in entry.cited_on(project.as_of)]
    parts.append(("；" if language == "zh" else "; ").join(cited) or texts.ARTICLE_UNVERIFIED.said(language))
    parts.append(text_or_unknown(entry.authority, language))
    missing = entry.missing_flags(dict(project.answers))
    if missing:
        parts += questions("、".join(missing), language)
    return " — ".join(parts)
