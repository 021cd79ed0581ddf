"""Which rules of one scope speak about a project class, given the answers to its questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from zoning.rule import Rule, Scope, Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing the law says about a class in a scope.

    Parameters
    ----------
    rule
        The rule that speaks; ``None`` when no rule of the scope speaks about the class at all.
    verdict
        The rule's verdict, or *undecidable* when an answer is missing or no rule speaks.
    missing_flags
        The questions without an answer.
    if_yes, if_no
        When undecidable for want of an answer: the verdict if the rule turns out to apply, and the
        worst verdict if it does not.
    """

    rule: Rule | None
    verdict: Verdict
    missing_flags: tuple[str, ...] = ()
    if_yes: Verdict | None = None
    if_no: Verdict | None = None


def applies(rule: Rule, answers: Mapping[str, str]) -> tuple[bool | None, tuple[str, ...]]:
    """Whether a rule's conditions hold: yes, no, or not known.

    Returns
    -------
    truth, missing_flags
        ``None`` with the flags that were not answered, unless another flag already says no.
    """
    missing = []
    for flag, wanted in rule.conditions.items():
        if flag not in answers:
            missing.append(flag)
        elif answers[flag] not in wanted:
            return False, ()
    return (None, tuple(missing)) if missing else (True, ())


def decide(rules: Iterable[Rule], project_class: str, answers: Mapping[str, str]) -> list[Decision]:
    """Decide what the rules of one scope say about a project class.

    Rules that name the class come before rules for ``*``: the latter speak only where no named
    rule applies. A named rule whose question is not answered is *undecidable*, and then the rules
    for ``*`` are its alternative, not a verdict.

    Parameters
    ----------
    rules
        The rules of one scope that are in force on the day asked for.
    project_class
        Id of the class.
    answers
        Flag to answer; a flag that is not in it was not answered.

    Returns
    -------
    list of Decision
        Empty where no rule speaks about the class; :func:`decide_place` turns that into
        *undecidable*.

    Examples
    --------
    On permanent basic farmland a road is prohibited unless it is a national key project; nobody
    said whether this one is:

    >>> from datetime import date
    >>> from zoning.rulebook import shipped
    >>> book = shipped().in_force(date(2026, 11, 23), "permanent_basic_farmland")
    >>> [(d.verdict.code, d.missing_flags, d.if_yes.code, d.if_no.code)
    ...  for d in decide(book, "LIN", {})]
    [('?', ('national_key',), 'A', 'P')]
    >>> [(d.rule.id, d.verdict.code) for d in decide(book, "LIN", {"national_key": "no"})]
    [('PBF-29', 'P')]
    """
    rules = list(rules)
    named = [(rule, *applies(rule, answers)) for rule in rules if rule.names(project_class)]
    swept = [
        (rule, *applies(rule, answers))
        for rule in rules
        if rule.sweeps(project_class) and not rule.names(project_class)
    ]
    sure = [Decision(rule, rule.verdict) for rule, truth, _ in named if truth]
    if not sure and all(truth is False for _, truth, _ in named):
        sure = [Decision(rule, rule.verdict) for rule, truth, _ in swept if truth]
        open_rules = [entry for entry in swept if entry[1] is None]
    else:
        open_rules = [entry for entry in named if entry[1] is None]
    if sure:
        otherwise = Verdict.worst([decision.verdict for decision in sure])
    else:
        otherwise = Verdict.worst([rule.verdict for rule, truth, _ in swept if truth is not False])
    undecided = [
        Decision(rule, Verdict.UNDECIDABLE, missing, rule.verdict, otherwise)
        for rule, _, missing in open_rules
    ]
    return sure + undecided


def decide_place(
    rules: Iterable[Rule], base: Scope, project_class: str, answers: Mapping[str, str]
) -> dict[Scope, list[Decision]]:
    """Decide what a layer's rules say about one of its sub-classes, scope by scope.

    Parameters
    ----------
    rules
        Rules in force; those of other layers, sub-classes or relations are passed over.
    base
        The scope of the sub-class itself, without an excepted layer.
    project_class, answers
        As for :func:`decide`.

    Returns
    -------
    dict of Scope to list of Decision
        Never empty: where no rule of any scope speaks about the class, the base scope is
        *undecidable* without a rule. Silence of the rule base is never "no control".
    """
    scopes: dict[Scope, list[Rule]] = {}
    for rule in rules:
        if replace(rule.scope, except_layer="") == base:
            scopes.setdefault(rule.scope, []).append(rule)
    decided = {scope: decide(members, project_class, answers) for scope, members in scopes.items()}
    spoken = {scope: decisions for scope, decisions in decided.items() if decisions}
    return spoken or {base: [Decision(None, Verdict.UNDECIDABLE)]}
