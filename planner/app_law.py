"""The rule base as the app lets one browse it: one row a rule, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gis.errors import Language, Text
from layers.spec import catalogue
from planner import texts, wording
from zoning.project_class import classes
from zoning.rule import ANY_CLASS, Rule
from zoning.rulebook import shipped


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in words.

    ``facts`` are pairs of a title and its words, empty ones left out.
    """

    id: str
    place: str
    verdict: str
    verdict_title: str
    classes: str
    basis: str
    certainty: str
    facts: tuple[tuple[Text, str], ...]


def version() -> str:
    """Return the version of the rule base."""
    return shipped().version


def layers_with_rules() -> tuple[str, ...]:
    """Return the ids of the layers of which rules speak, in the catalogue's order."""
    spoken_of = {rule.scope.layer for rule in shipped().rules.values()}
    return tuple(name for name in catalogue() if name in spoken_of)


def rules(
    day: date, language: Language, *, layer: str | None = None, activity: str | None = None
) -> tuple[RuleRow, ...]:
    """Return the rules in force on a day, the most severe first.

    Parameters
    ----------
    day
        The day.
    language
        Of the words.
    layer, activity
        Only rules of a layer; only rules that concern a project class.
    """
    chosen = shipped().in_force(day) if layer is None else shipped().in_force(day, layer)
    if activity is not None:
        chosen = tuple(rule for rule in chosen if rule.names(activity) or rule.sweeps(activity))
    worst_first = sorted(chosen, key=lambda rule: (-rule.verdict.severity, rule.scope.layer, rule.id))
    return tuple(_row(rule, day, language) for rule in worst_first)


def _row(rule: Rule, day: date, language: Language) -> RuleRow:
    facts = (
        (Text("适用条件", "conditions"), wording.conditions(rule, language)),
        (Text("办理要求", "procedure"), rule.procedure.said(language)),
        (Text("主管部门", "authority"), wording.authority(rule, rule.scope.layer, language)),
        (Text("说明", "note"), rule.note.said(language)),
        (Text("规则有效期", "rule in force"), f"{rule.effective_from} – {rule.effective_to or ''}"),
        (Text("全部依据", "all documents"), wording.documents(rule, language)),
    )
    return RuleRow(
        id=rule.id,
        place=_place(rule, language),
        verdict=rule.verdict.code,
        verdict_title=wording.verdict_title(rule.verdict.code, language),
        classes=_classes(rule, language),
        basis=wording.basis(rule, day, language),
        certainty=texts.CERTAINTIES[rule.certainty_on(day)].said(language),
        facts=tuple((title, words) for title, words in facts if words),
    )


def _place(rule: Rule, language: Language) -> str:
    place = wording.place({"layer": rule.scope.layer, "sub_class": rule.scope.sub_class}, language)
    if not rule.scope.except_layer:
        return place
    excepted = wording.layer_title(rule.scope.except_layer, language)
    return f"{place}（{excepted}除外）" if language == "zh" else f"{place} (except {excepted})"


def _classes(rule: Rule, language: Language) -> str:
    every = Text("全部类别", "all classes").said(language)
    titles = [every if name == ANY_CLASS else classes()[name].title.said(language) for name in rule.classes]
    separator = "、" if language == "zh" else ", "
    named = separator.join(titles)
    if not rule.except_classes:
        return named
    excepted = separator.join(classes()[name].title.said(language) for name in rule.except_classes)
    return f"{named}（{excepted}除外）" if language == "zh" else f"{named} (except {excepted})"
