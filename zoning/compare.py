"""What changed in law between two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoning.rule import Citation, Rule
from zoning.rulebook import RuleBook

BEGAN, ENDED, BASIS_CHANGED = "began", "ended", "basis_changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that is not the same on two days.

    ``kind`` is ``began``, ``ended`` or ``basis_changed``; ``before`` and ``after`` are the citations
    in force on the earlier and the later day.
    """

    rule: Rule
    kind: str
    before: tuple[Citation, ...]
    after: tuple[Citation, ...]


def changes(book: RuleBook, earlier: date, later: date) -> list[Change]:
    """Return the rules that began, ended or changed their basis, ordered by id.

    Examples
    --------
    >>> from gis.errors import Text
    >>> from zoning.rule import Scope, Verdict
    >>> scope, no, day = Scope("farmland", "all", "within", ""), Text("", ""), date(2026, 1, 1)
    >>> rule = Rule("R-1", scope, ("PV",), (), {}, Verdict.PROHIBITED, (), day, None, "", no, no, no, "V")
    >>> book = RuleBook({"R-1": rule}, {}, (), "")
    >>> [(found.rule.id, found.kind) for found in changes(book, date(2025, 12, 31), day)]
    [('R-1', 'began')]
    >>> changes(book, day, date(2026, 12, 31))
    []
    """
    found = []
    for rule in book.rules.values():
        was, is_now = rule.in_force(earlier), rule.in_force(later)
        before = rule.cited_on(earlier) if was else ()
        after = rule.cited_on(later) if is_now else ()
        if was and is_now and before != after:
            found.append(Change(rule, BASIS_CHANGED, before, after))
        elif was != is_now:
            found.append(Change(rule, BEGAN if is_now else ENDED, before, after))
    return found
