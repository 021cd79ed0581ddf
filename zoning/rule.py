"""A rule: one row of the law, with its dates, its basis and how sure we are of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from gis.errors import Text
from gis.toml import CERTAINTIES, Certainty

ANY_CLASS = "*"
RELATIONS = ("within", "outside")


class Verdict(Enum):
    """What a layer says about a project class; the order of definition is the order of severity.

    Severity follows P > A > ? > C > G > E > N: a question that is not answered weighs more than a
    condition that is known, and less than an approval that is needed.
    """

    PROHIBITED = ("P", "禁止", "prohibited", "禁止")
    NEEDS_APPROVAL = ("A", "限制（须论证、报批）", "needs approval", "限制")
    UNDECIDABLE = ("?", "无法判定", "undecidable", "")
    CONDITIONAL = ("C", "有条件", "conditional", "限制")
    GUIDED = ("G", "引导", "guided", "引导")
    ENCOURAGED = ("E", "鼓励", "encouraged", "鼓励")
    NO_CONTROL = ("N", "无管控", "no control", "")

    def __init__(self, code: str, zh: str, en: str, plan_word: str) -> None:
        self.code = code
        self.title = Text(zh, en)
        self.plan_word = plan_word

    @property
    def severity(self) -> int:
        """Rank of severity, 6 for prohibited down to 0 for no control."""
        order = list(Verdict)
        return len(order) - 1 - order.index(self)

    @classmethod
    def from_code(cls, code: str) -> Verdict:
        """Return the verdict with a one-letter code."""
        for verdict in cls:
            if verdict.code == code:
                return verdict
        raise KeyError(code)

    @classmethod
    def worst(cls, verdicts: list[Verdict]) -> Verdict:
        """Return the most severe of some verdicts; no verdict at all is *undecidable*.

        Examples
        --------
        >>> Verdict.worst([Verdict.ENCOURAGED, Verdict.CONDITIONAL]).code
        'C'
        >>> Verdict.worst([]).code
        '?'
        """
        return max(verdicts, key=lambda verdict: verdict.severity, default=cls.UNDECIDABLE)


@dataclass(frozen=True, slots=True)
class Document:
    """A law, regulation or notice, with the days between which it is in force.

    ``effective_from`` is ``None`` where the day is not known to us (待核); such a document can't
    carry a rule alone.
    """

    id: str
    title: Text
    number: str
    effective_from: date | None
    effective_to: date | None
    replaced_by: tuple[str, ...]
    certainty: Certainty
    date_certainty: Certainty
    source: str

    def in_force(self, day: date) -> bool:
        """Whether the document is in force on a day (both ends included)."""
        begun = self.effective_from is not None and self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document. An article nobody has verified stays empty and prints 条款待核."""

    document: Document
    article: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Scope:
    """The place a rule speaks of, relative to one layer.

    ``within`` is the ground under features of the sub-class, less the ground under every feature
    of ``except_layer``; ``outside`` is the ground of the layer's coverage under none of its
    features.
    """

    layer: str
    sub_class: str
    relation: str
    except_layer: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the law.

    ``conditions`` maps a flag's id to the values under which the rule applies; a flag that was not
    answered makes the rule *undecidable*, never inapplicable.
    """

    id: str
    scope: Scope
    classes: tuple[str, ...]
    except_classes: tuple[str, ...]
    conditions: Mapping[str, tuple[str, ...]]
    verdict: Verdict
    basis: tuple[Citation, ...]
    effective_from: date
    effective_to: date | None
    replaced_by: str
    procedure: Text
    authority: Text
    note: Text
    certainty: Certainty

    def in_force(self, day: date) -> bool:
        """Whether the rule is in force on a day (both ends included)."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def names(self, project_class: str) -> bool:
        """Whether the rule names the class itself (rather than through ``*``)."""
        return project_class in self.classes

    def sweeps(self, project_class: str) -> bool:
        """Whether the rule takes the class in through ``*``."""
        return ANY_CLASS in self.classes and project_class not in self.except_classes

    def cited_on(self, day: date) -> tuple[Citation, ...]:
        """Return the citations in force on a day."""
        return tuple(citation for citation in self.basis if citation.document.in_force(day))

    def certainty_on(self, day: date) -> Certainty:
        """Return how sure we are of the rule on a day: no surer than the surest of what it cites then.

        A rule may rest on a verified law today and on a notice from memory the year before.

        Examples
        --------
        >>> from zoning.rulebook import shipped
        >>> cover = shipped().rules["MIN-01"]
        >>> cover.certainty_on(date(2026, 11, 23)), cover.certainty_on(date(2025, 6, 1))
        ('V', 'U')
        """
        cited = [citation.certainty for citation in self.cited_on(day)]
        surest = min(cited, key=CERTAINTIES.index, default=self.certainty)
        return max(self.certainty, surest, key=CERTAINTIES.index)
