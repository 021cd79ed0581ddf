"""The rule base: every rule and document, read strictly from TOML, and what was in force on a day."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources
from types import MappingProxyType
from typing import cast

from gis.errors import InputError, Text
from gis.toml import CERTAINTIES, Certainty, Table
from layers import spec as layer_specs
from zoning.project_class import classes, flags
from zoning.rule import ANY_CLASS, RELATIONS, Citation, Document, Rule, Scope, Verdict

VERDICT_CODES = tuple(verdict.code for verdict in Verdict)


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case that stands in a rule file and is run by the tests.

    A site wholly inside features of ``sub_class`` (``outside``: outside all of the layer) and of
    every layer in ``also_in``: on ``day``, the rules ``rule_ids`` speak, and the worst says
    ``verdict``.
    """

    layer: str
    sub_class: str
    also_in: tuple[str, ...]
    project_class: str
    answers: Mapping[str, str]
    day: date
    verdict: Verdict
    rule_ids: tuple[str, ...]


@dataclass(frozen=True)
class RuleBook:
    """All rules and documents, whatever their dates.

    Parameters
    ----------
    rules
        By id, in the order of the ids.
    documents
        By id.
    cases
        The worked cases of all files.
    version
        SHA-256 of the files the book was read from: a result names the book it was made with.
    """

    rules: Mapping[str, Rule]
    documents: Mapping[str, Document]
    cases: tuple[Case, ...]
    version: str

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """Ids of the layers that some rule speaks of."""
        return tuple(sorted({rule.scope.layer for rule in self.rules.values()}))

    def in_force(self, day: date, layer: str | None = None) -> tuple[Rule, ...]:
        """Return the rules in force on a day, in the order of their ids."""
        return tuple(
            rule
            for rule in self.rules.values()
            if rule.in_force(day) and (layer is None or rule.scope.layer == layer)
        )

    def find(self, identifier: str) -> Rule:
        """Return a rule by its id, in either case.

        Raises
        ------
        InputError
            When there is none.
        """
        rule = self.rules.get(identifier.strip().upper())
        if rule is None:
            raise InputError(
                "rule_unknown",
                Text(f"没有编号为“{identifier}”的规则。", f"There is no rule '{identifier}'."),
                Text("用 planner rules list 查看全部规则。", "See all rules with: planner rules list."),
            )
        return rule


def read(rule_files: Mapping[str, str], documents_text: str) -> RuleBook:
    """Read a rule book from the texts of its files.

    Raises
    ------
    DefinitionError
        On anything outside the closed vocabulary, or a rule without basis.
    """
    documents = _documents(documents_text)
    rules: dict[str, Rule] = {}
    cases: list[Case] = []
    for name, text in sorted(rule_files.items()):
        table = Table(tomllib.loads(text), name)
        layer = table.text_key("layer")
        if layer not in layer_specs.catalogue():
            raise table.fail(f"unknown layer {layer!r}")
        for entry in table.tables("rule"):
            rule = _rule(entry, layer, documents)
            if rule.id in rules:
                raise entry.fail(f"rule id {rule.id} stands twice")
            rules[rule.id] = rule
        cases += [_case(entry, layer) for entry in table.tables("case")]
        table.close()
    content = "\0".join([documents_text, *(f"{name}\0{text}" for name, text in sorted(rule_files.items()))])
    version = hashlib.sha256(content.replace("\r\n", "\n").encode()).hexdigest()
    return RuleBook(MappingProxyType(dict(sorted(rules.items()))), documents, tuple(cases), version)


@cache
def shipped() -> RuleBook:
    """Return the rule book that comes with the software."""
    folder = resources.files("zoning.rules")
    files = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    return read(files, resources.files("zoning").joinpath("documents.toml").read_text(encoding="utf-8"))


def _documents(text: str) -> Mapping[str, Document]:
    table = Table(tomllib.loads(text), "documents.toml")
    found = {}
    for entry in table.tables("document"):
        document = Document(
            id=entry.text_key("id"),
            title=entry.text("title"),
            number=entry.text_key("number", ""),
            effective_from=_day(entry, "effective_from"),
            effective_to=_day(entry, "effective_to"),
            replaced_by=entry.words("replaced_by"),
            certainty=cast("Certainty", entry.one_of("certainty", CERTAINTIES)),
            date_certainty=cast("Certainty", entry.one_of("date_certainty", CERTAINTIES)),
            source=entry.text_key("source", ""),
        )
        entry.close()
        if document.id in found:
            raise entry.fail("document id stands twice")
        found[document.id] = document
    table.close()
    for document in found.values():
        for successor in document.replaced_by:
            if successor not in found:
                raise table.fail(f"{document.id} is replaced by unknown document {successor!r}")
    return MappingProxyType(found)


def _day(table: Table, key: str) -> date | None:
    value = table.get(key)
    if value is not None and not isinstance(value, date):
        raise table.fail(f"{key!r} is not a date (write it without quotes: 2022-08-16)")
    return value


def _rule(table: Table, layer: str, documents: Mapping[str, Document]) -> Rule:
    begins = _day(table, "effective_from")
    if begins is None:
        raise table.fail("missing key 'effective_from'")
    rule = Rule(
        id=table.text_key("id"),
        scope=_scope(table, layer),
        classes=read_class_codes(table, "classes"),
        except_classes=read_class_codes(table, "except_classes"),
        conditions=read_conditions(table),
        verdict=Verdict.from_code(table.one_of("verdict", VERDICT_CODES)),
        basis=tuple(read_citation(entry, documents) for entry in table.tables("basis")),
        effective_from=begins,
        effective_to=_day(table, "effective_to"),
        replaced_by=table.text_key("replaced_by", ""),
        procedure=table.text("procedure", required=False),
        authority=table.text("authority", required=False),
        note=table.text("note", required=False),
        certainty=cast("Certainty", table.one_of("certainty", CERTAINTIES)),
    )
    table.close()
    if not rule.basis:
        raise table.fail("a rule without basis")
    if not rule.classes:
        raise table.fail("a rule without classes")
    if rule.except_classes and ANY_CLASS not in rule.classes:
        raise table.fail("'except_classes' only makes sense beside classes = [\"*\"]")
    return rule


def _scope(table: Table, layer: str) -> Scope:
    relation = table.one_of("relation", RELATIONS, "within")
    except_layer = table.text_key("except_layer", "")
    sub_class = table.text_key("sub_class")
    spec = layer_specs.catalogue()[layer]
    known = {entry.id for entry in spec.sub_classes}
    if relation == "within" and sub_class not in known:
        raise table.fail(f"unknown sub_class {sub_class!r} of {layer}")
    if relation == "outside" and (sub_class != "outside" or except_layer):
        raise table.fail("relation 'outside' takes sub_class = \"outside\" and no except_layer")
    if except_layer and except_layer not in layer_specs.catalogue():
        raise table.fail(f"unknown except_layer {except_layer!r}")
    return Scope(layer, sub_class, relation, except_layer)


def read_class_codes(table: Table, key: str) -> tuple[str, ...]:
    """Return a list of project classes, ``*`` among them only where it may stand.

    Raises
    ------
    DefinitionError
        When it is no list of strings; for an unknown class; for ``*`` under another key than ``classes``.
    """
    codes = table.words(key)
    for code in codes:
        if code not in classes() and not (code == ANY_CLASS and key == "classes"):
            raise table.fail(f"unknown project class {code!r}")
    return codes


def read_conditions(table: Table) -> Mapping[str, tuple[str, ...]]:
    """Return the flags of ``when`` with the values under which an entry applies.

    Raises
    ------
    DefinitionError
        For an unknown flag, or a value that its flag can't have.
    """
    raw = table.get("when", {})
    conditions = {}
    for flag_id, wanted in raw.items():
        flag = flags().get(flag_id)
        if flag is None:
            raise table.fail(f"unknown flag {flag_id!r}")
        values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
        if not set(values) <= set(flag.values):
            raise table.fail(f"flag {flag_id!r} can't be {values}")
        conditions[flag_id] = values
    return MappingProxyType(conditions)


def _case(table: Table, layer: str) -> Case:
    day = _day(table, "day")
    if day is None:
        raise table.fail("missing key 'day'")
    case = Case(
        layer=layer,
        sub_class=table.text_key("sub_class"),
        also_in=table.words("also_in"),
        project_class=table.text_key("class"),
        answers=MappingProxyType(dict(table.get("flags", {}))),
        day=day,
        verdict=Verdict.from_code(table.one_of("verdict", VERDICT_CODES)),
        rule_ids=table.words("rules"),
    )
    table.close()
    return case


def read_citation(table: Table, documents: Mapping[str, Document]) -> Citation:
    """Return one entry of ``basis``.

    Raises
    ------
    DefinitionError
        For an unknown document or certainty, and a missing or unknown key.
    """
    document = documents.get(table.text_key("document"))
    if document is None:
        raise table.fail(f"unknown document {table.text_key('document')!r}")
    citation = Citation(
        document=document,
        article=table.text_key("article", ""),
        certainty=cast("Certainty", table.one_of("certainty", CERTAINTIES)),
    )
    table.close()
    return citation
