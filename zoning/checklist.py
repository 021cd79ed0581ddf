"""Duties that do not depend on the place, asked once for each project."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import cast

from gis.errors import Text
from gis.toml import CERTAINTIES, Certainty, Table
from zoning.rule import ANY_CLASS, Citation
from zoning.rulebook import read_citation, read_class_codes, read_conditions, shipped


@dataclass(frozen=True, slots=True)
class Duty:
    """One entry of the checklist; ``conditions`` as of a rule."""

    id: str
    title: Text
    classes: tuple[str, ...]
    except_classes: tuple[str, ...]
    conditions: Mapping[str, tuple[str, ...]]
    authority: Text
    basis: tuple[Citation, ...]
    certainty: Certainty
    note: Text

    def cited_on(self, day: date) -> tuple[Citation, ...]:
        """Return the citations in force on a day."""
        return tuple(citation for citation in self.basis if citation.document.in_force(day))

    def missing_flags(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """Return the questions that must be answered to know whether the duty applies."""
        return tuple(flag for flag in self.conditions if flag not in answers)

    def may_apply(self, project_class: str, answers: Mapping[str, str]) -> bool:
        """Whether the duty applies to a project, or would with an answer that is missing."""
        swept = ANY_CLASS in self.classes and project_class not in self.except_classes
        excluded = any(
            flag in answers and answers[flag] not in wanted for flag, wanted in self.conditions.items()
        )
        return (project_class in self.classes or swept) and not excluded


@cache
def duties() -> tuple[Duty, ...]:
    """Return every entry of ``zoning/checklist.toml``."""
    text = resources.files("zoning").joinpath("checklist.toml").read_text(encoding="utf-8")
    table = Table(tomllib.loads(text), "checklist.toml")
    found = []
    for entry in table.tables("item"):
        found.append(
            Duty(
                id=entry.text_key("id"),
                title=entry.text("title"),
                classes=read_class_codes(entry, "classes"),
                except_classes=read_class_codes(entry, "except_classes"),
                conditions=read_conditions(entry),
                authority=entry.text("authority"),
                basis=tuple(read_citation(item, shipped().documents) for item in entry.tables("basis")),
                certainty=cast("Certainty", entry.one_of("certainty", CERTAINTIES)),
                note=entry.text("note", required=False),
            )
        )
        entry.close()
    table.close()
    return tuple(found)


def of_project(project_class: str, answers: Mapping[str, str]) -> tuple[Duty, ...]:
    """Return the duties of a project, those included that hang on an answer not given."""
    return tuple(duty for duty in duties() if duty.may_apply(project_class, answers))
