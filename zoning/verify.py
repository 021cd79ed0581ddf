"""Is the rule base whole: a basis on every day, no gap between versions, an answer for every case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gis.errors import Text
from layers import spec
from zoning import decide
from zoning.decide import decide_place
from zoning.project_class import classes
from zoning.rule import Rule, Scope, Verdict
from zoning.rulebook import RuleBook

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the rule base.

    ``where`` names the rule, or layer and sub-class.
    """

    code: str
    where: str
    what: Text


def problems(book: RuleBook, day: date) -> list[Problem]:
    """Return everything that is wrong with a rule base.

    Parameters
    ----------
    book
        The rule base; that its vocabulary is closed was checked when it was read.
    day
        The day on which every control layer, sub-class and project class must have a rule.
    """
    found: list[Problem] = []
    for rule in book.rules.values():
        found += _without_basis(rule, day)
        found += _succession(rule, book)
        found += _flags_not_asked(rule)
    found += _unanswered(book, day)
    return found


def _without_basis(rule: Rule, day: date) -> Iterator[Problem]:
    """Find the days of a rule's life on which none of its documents is in force."""
    last = rule.effective_to or max(day, rule.effective_from)
    turns = {rule.effective_from}
    for citation in rule.basis:
        if citation.document.effective_to is not None:
            turns.add(citation.document.effective_to + _ONE_DAY)
    for turn in sorted(turns):
        if rule.effective_from <= turn <= last and not rule.cited_on(turn):
            yield Problem(
                "no_basis",
                rule.id,
                Text(f"自{turn}起没有有效依据。", f"No document in force from {turn} on."),
            )


def _succession(rule: Rule, book: RuleBook) -> Iterator[Problem]:
    if not rule.replaced_by:
        return
    successor = book.rules.get(rule.replaced_by)
    if successor is None:
        yield Problem(
            "successor_unknown",
            rule.id,
            Text(
                f"替代它的规则 {rule.replaced_by} 不存在。",
                f"Its successor {rule.replaced_by} does not exist.",
            ),
        )
    elif rule.effective_to is None or successor.effective_from != rule.effective_to + _ONE_DAY:
        yield Problem(
            "dates",
            rule.id,
            Text(
                f"与后继规则 {successor.id} 之间日期有空档或重叠。",
                f"There is a gap or an overlap of dates with its successor {successor.id}.",
            ),
        )


def _flags_not_asked(rule: Rule) -> Iterator[Problem]:
    for project_class in classes().values():
        if not (rule.names(project_class.id) or rule.sweeps(project_class.id)):
            continue
        for flag in set(rule.conditions) - set(project_class.flags):
            yield Problem(
                "flag_not_asked",
                rule.id,
                Text(
                    f"类别 {project_class.id} 没有列出要问的标志 {flag}。",
                    f"Class {project_class.id} does not list the flag {flag}.",
                ),
            )


def places(layer: spec.LayerSpec, book: RuleBook) -> list[Scope]:
    """Return the scopes in which a control layer must have an answer: its sub-classes, and outside."""
    scopes = [Scope(layer.id, entry.id, "within", "") for entry in layer.sub_classes]
    if any(rule.scope.layer == layer.id and rule.scope.relation == "outside" for rule in book.rules.values()):
        scopes.append(Scope(layer.id, "outside", "outside", ""))
    return scopes


def _unanswered(book: RuleBook, day: date) -> Iterator[Problem]:
    for layer in spec.catalogue().values():
        if layer.role != "control":
            continue
        rules = book.in_force(day, layer.id)
        for place in places(layer, book):
            for project_class in classes():
                decided = decide_place(rules, place, project_class, {})
                if any(decision.rule is None for found in decided.values() for decision in found):
                    yield Problem(
                        "no_rule",
                        f"{layer.id}/{place.sub_class}",
                        Text(
                            f"{day}没有适用于 {project_class} 的规则。",
                            f"No rule for {project_class} on {day}.",
                        ),
                    )


def answer(book: RuleBook, place: Scope, project_class: str, day: date) -> str:
    """Return the verdict of one cell of the matrix class × layer × sub-class.

    No question is answered: ``?PA`` reads "prohibited or approval, depending on the answers".
    """
    rules = [
        rule for rule in book.in_force(day, place.layer) if replace(rule.scope, except_layer="") == place
    ]
    possible = {verdict for _, verdict in decide.outcomes(rules, project_class, {})}
    if len(possible) == 1:
        return possible.pop().code
    return "?" + "".join(verdict.code for verdict in Verdict if verdict in possible)
