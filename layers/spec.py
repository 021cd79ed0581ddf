"""What a kind of layer is: titles, columns with their aliases, sub-classes, accuracy, symbol."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import cast

from gis.errors import InputError, Text
from gis.toml import CERTAINTIES, Certainty, Table

GEOMETRY_KINDS = ("polygon", "line", "point")
ROLES = ("control", "context")
HATCHES = ("", "/", "\\", "x", ".", "-", "|")


@dataclass(frozen=True, slots=True)
class Column:
    """A column with a meaning, and the names under which real files carry it.

    Parameters
    ----------
    id
        Our name: ``sub_class``, ``name``, ``code``, ``area_m2`` …
    aliases
        Field names seen in real files, compared without regard to case.
    required
        The layer can't be interpreted without it.
    question
        What to ask the data's owner when it is missing.
    """

    id: str
    aliases: tuple[str, ...]
    required: bool
    title: Text
    question: Text


@dataclass(frozen=True, slots=True)
class SubClass:
    """One value of a layer's sub-class domain, and the spellings that mean it.

    ``retired_note`` is filled for spellings of an abolished classification (the three old zones of
    nature reserves): they are mapped, and the mapping is told.
    """

    id: str
    title: Text
    values: tuple[str, ...]
    retired_values: tuple[str, ...]
    retired_note: Text


@dataclass(frozen=True, slots=True)
class Symbol:
    """How the layer is drawn: colours, and a hatch that still tells it apart in greyscale."""

    fill: str
    line: str
    hatch: str


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """A kind of layer, read from ``layers/catalogue/<id>.toml``.

    A layer whose features all mean the same has exactly one sub-class and no ``sub_class`` column.
    ``positional_accuracy_m`` is ``None`` where no source states it (待核).
    """

    id: str
    official_name: str
    title: Text
    role: str
    geometry: str
    columns: Mapping[str, Column]
    sub_classes: tuple[SubClass, ...]
    positional_accuracy_m: float | None
    certainty: Certainty
    source: Text
    licence: Text
    authority: Text
    note: Text
    symbol: Symbol

    @property
    def has_one_meaning(self) -> bool:
        """Whether every feature has the same sub-class."""
        return "sub_class" not in self.columns

    def sub_class(self, identifier: str) -> SubClass:
        """Return a sub-class by id."""
        for candidate in self.sub_classes:
            if candidate.id == identifier:
                return candidate
        raise KeyError(identifier)

    def sub_class_of(self, value: str) -> tuple[SubClass | None, bool]:
        """Interpret a spelling found in a file.

        Returns
        -------
        sub_class, retired
            ``None`` when the spelling is not in the domain: unknown, never guessed. ``retired``
            tells that the spelling belongs to an abolished classification.
        """
        word = value.strip()
        for candidate in self.sub_classes:
            if word in candidate.values or word == candidate.id:
                return candidate, False
            if word in candidate.retired_values:
                return candidate, True
        return None, False


def parse(text: str, where: str) -> LayerSpec:
    """Parse one catalogue file.

    Raises
    ------
    DefinitionError
        On a missing, misspelt or unknown key.
    """
    table = Table(tomllib.loads(text), where)
    symbol = Table(table.need("symbol"), f"{where} symbol")
    accuracy = table.get("positional_accuracy_m")
    spec = LayerSpec(
        id=table.text_key("id"),
        official_name=table.text_key("official_name", ""),
        title=table.text("title"),
        role=table.one_of("role", ROLES),
        geometry=table.one_of("geometry", GEOMETRY_KINDS),
        columns=MappingProxyType(
            {key: _column(key, value, where) for key, value in table.get("columns", {}).items()}
        ),
        sub_classes=tuple(_sub_class(entry) for entry in table.tables("sub_class")),
        positional_accuracy_m=None if accuracy is None else float(accuracy),
        certainty=cast("Certainty", table.one_of("certainty", CERTAINTIES)),
        source=table.text("source"),
        licence=table.text("licence"),
        authority=table.text("authority"),
        note=table.text("note", required=False),
        symbol=Symbol(
            fill=symbol.text_key("fill"),
            line=symbol.text_key("line"),
            hatch=symbol.one_of("hatch", HATCHES, ""),
        ),
    )
    symbol.close()
    table.close()
    _check(spec, table)
    return spec


def _column(key: str, values: Mapping[str, object], where: str) -> Column:
    table = Table(values, f"{where} columns.{key}")
    column = Column(
        id=key,
        aliases=table.words("aliases"),
        required=bool(table.get("required", False)),
        title=table.text("title"),
        question=table.text("question", required=bool(table.get("required", False))),
    )
    table.close()
    return column


def _sub_class(table: Table) -> SubClass:
    sub_class = SubClass(
        id=table.text_key("id"),
        title=table.text("title"),
        values=table.words("values"),
        retired_values=table.words("retired_values"),
        retired_note=table.text("retired_note", required=bool(table.words("retired_values"))),
    )
    table.close()
    return sub_class


def _check(spec: LayerSpec, table: Table) -> None:
    if not spec.sub_classes:
        raise table.fail("a layer needs at least one sub_class")
    if spec.has_one_meaning and len(spec.sub_classes) > 1:
        raise table.fail("several sub-classes need a sub_class column to tell them apart")
    spellings = [
        value for entry in spec.sub_classes for value in (entry.id, *entry.values, *entry.retired_values)
    ]
    twice = {value for value in spellings if spellings.count(value) > 1}
    if twice:
        raise table.fail(f"spelling {sorted(twice)[0]!r} means two things")


@cache
def catalogue() -> Mapping[str, LayerSpec]:
    """Return the shipped catalogue, by layer id, in the order of the ids.

    Raises
    ------
    DefinitionError
        When a shipped file is wrong (:func:`parse`), or its name is not ``<id>.toml``.
    """
    specs = {}
    for entry in sorted(resources.files("layers.catalogue").iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            spec = parse(entry.read_text(encoding="utf-8"), entry.name)
            if entry.name != f"{spec.id}.toml":
                raise Table({}, entry.name).fail(f"file name and id {spec.id!r} differ")
            specs[spec.id] = spec
    return MappingProxyType(specs)


def find(identifier: str) -> LayerSpec:
    """Return a layer kind by its id, official name or title.

    Raises
    ------
    InputError
        When no kind has that name; the known ones are listed.
    """
    for spec in catalogue().values():
        if identifier in (spec.id, spec.official_name, spec.title.zh, spec.title.en):
            return spec
    known_zh = "、".join(f"{spec.id}（{spec.title.zh}）" for spec in catalogue().values())
    known_en = ", ".join(catalogue())
    raise InputError(
        "layer_unknown",
        Text(f"没有名为“{identifier}”的图层类型。", f"There is no kind of layer called '{identifier}'."),
        Text(f"可用的类型：{known_zh}。", f"Known kinds: {known_en}."),
    )
