"""Which rules of one scope speak about a project class, given the answers to its questions."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from zoning.project_class import flags
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
    at_least
        When undecidable: the mildest that the scope can come to, whatever the missing answers, where
        that is worse than *undecidable* and than what is already decided there; else *undecidable*.
    """

    rule: Rule | None
    verdict: Verdict
    missing_flags: tuple[str, ...] = ()
    if_yes: Verdict | None = None
    if_no: Verdict | None = None
    at_least: Verdict = Verdict.UNDECIDABLE


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
    said whether this one is. Even if it is, approval is needed:

    >>> from datetime import date
    >>> from zoning.rulebook import shipped
    >>> book = shipped().in_force(date(2026, 11, 23), "permanent_basic_farmland")
    >>> [(d.verdict.code, d.missing_flags, d.if_yes.code, d.if_no.code, d.at_least.code)
    ...  for d in decide(book, "LIN", {})]
    [('?', ('national_key',), 'A', 'P', 'A')]
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
    if not open_rules:
        return sure
    possible = outcomes(rules, project_class, answers)
    at_least = _mildest(verdict for _, verdict in possible)
    known = Verdict.worst([Verdict.UNDECIDABLE, *[decision.verdict for decision in sure]])
    if at_least.severity <= known.severity:
        at_least = Verdict.UNDECIDABLE
    undecided = [
        Decision(rule, Verdict.UNDECIDABLE, missing, rule.verdict, _if_not(rule, possible), at_least)
        for rule, _, missing in open_rules
    ]
    return sure + undecided


Outcome = tuple[Mapping[str, str], Verdict]
"""A complete set of answers, and the worst that is said then."""


def outcomes(rules: Iterable[Rule], project_class: str, answers: Mapping[str, str]) -> list[Outcome]:
    """Return what the rules of one place say about a class for every way the missing answers turn out.

    Every combination is tried, because rules may exclude one another: the mildest outcome is not
    the mildest rule.

    Parameters
    ----------
    rules
        The rules in force of one place: scopes that differ in the excepted layer at the most.
    project_class, answers
        As for :func:`decide`.

    Returns
    -------
    list of Outcome
        One for each combination; *undecidable* where no rule speaks.

    Examples
    --------
    A pumped-storage plant in the red line needs approval as a national major project and is
    prohibited else; a road needs approval if it takes new land, and not if it only crosses:

    >>> from datetime import date
    >>> from zoning.rulebook import shipped
    >>> book = [rule for rule in shipped().in_force(date(2026, 11, 23), "ecological_red_line")
    ...         if rule.scope.sub_class == "other"]
    >>> [(given["national_major"], verdict.code) for given, verdict in outcomes(book, "PSH", {})]
    [('yes', 'A'), ('no', 'P')]
    >>> sorted(verdict.code for _, verdict in outcomes(book, "LIN", {"national_major": "no"}))
    ['A', 'C']
    """
    scopes: dict[Scope, list[Rule]] = {}
    for rule in rules:
        if rule.names(project_class) or rule.sweeps(project_class):
            scopes.setdefault(rule.scope, []).append(rule)
    asked = {flag for members in scopes.values() for rule in members for flag in rule.conditions}
    missing = sorted(asked - set(answers))
    found: list[Outcome] = []
    for values in itertools.product(*[flags()[flag].values for flag in missing]):
        complete = {**answers, **dict(zip(missing, values, strict=True))}
        said = [item for members in scopes.values() for item in decide(members, project_class, complete)]
        found.append((complete, Verdict.worst([decision.verdict for decision in said])))
    return found


def mildest(rules: Iterable[Rule], project_class: str, answers: Mapping[str, str]) -> Verdict:
    """Return the mildest of all outcomes of one place; see :func:`outcomes`.

    Examples
    --------
    Prohibited unless the project is a national major one, about which no rule speaks then: of *prohibited* and
    *undecidable* the second is the milder.

    >>> from datetime import date
    >>> from gis.errors import Text
    >>> scope, no, day = Scope("farmland", "all", "within", ""), Text("", ""), date(2026, 1, 1)
    >>> asked = {"national_major": ("no",)}
    >>> rule = Rule("R-1", scope, ("PV",), (), asked, Verdict.PROHIBITED, (), day, None, "", no, no, no, "V")
    >>> mildest([rule], "PV", {}).code, mildest([rule], "PV", {"national_major": "no"}).code
    ('?', 'P')
    """
    return _mildest(verdict for _, verdict in outcomes(rules, project_class, answers))


def _mildest(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=lambda verdict: verdict.severity)


def _if_not(rule: Rule, possible: list[Outcome]) -> Verdict:
    """Return the worst that is said where a rule turns out not to apply."""
    return Verdict.worst([verdict for given, verdict in possible if applies(rule, given)[0] is False])


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

    Examples
    --------
    A rule that speaks about one class, and nobody about the other, which is not *no control*:

    >>> from datetime import date
    >>> from gis.errors import Text
    >>> scope, no, day = Scope("farmland", "all", "within", ""), Text("", ""), date(2026, 1, 1)
    >>> rule = Rule("R-1", scope, ("PV",), (), {}, Verdict.PROHIBITED, (), day, None, "", no, no, no, "V")
    >>> [[said.verdict.code for said in decide_place([rule], scope, name, {})[scope]] for name in ("PV", "LIN")]
    [['P'], ['?']]
    """
    scopes: dict[Scope, list[Rule]] = {}
    for rule in rules:
        if replace(rule.scope, except_layer="") == base:
            scopes.setdefault(rule.scope, []).append(rule)
    decided = {scope: decide(members, project_class, answers) for scope, members in scopes.items()}
    spoken = {scope: decisions for scope, decisions in decided.items() if decisions}
    return spoken or {base: [Decision(None, Verdict.UNDECIDABLE)]}
