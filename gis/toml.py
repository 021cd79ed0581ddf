"""Reading our own TOML files strictly: a key nobody expects is an error, not a silent nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from gis.errors import PlannerError, Text

Certainty = Literal["V", "S", "U", "inferred"]
CERTAINTIES: tuple[Certainty, ...] = ("V", "S", "U", "inferred")


class DefinitionError(PlannerError):
    """A catalogue, rule or class file of the product (or of the user) is wrong."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


class Table:
    """One TOML table that counts which of its keys were read.

    Examples
    --------
    >>> table = Table({"id": "ERL-01", "titel": 1}, "rules.toml")
    >>> table.text_key("id")
    'ERL-01'
    >>> table.close()
    Traceback (most recent call last):
    ...
    gis.toml.DefinitionError: rules.toml: unknown key 'titel'
    """

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self._values = values
        self._read: set[str] = set()
        self.where = where

    def fail(self, what: str) -> DefinitionError:
        """Return an error that names this table's place."""
        return DefinitionError(self.where, what)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the raw value of an optional key."""
        self._read.add(key)
        return self._values.get(key, default)

    def need(self, key: str) -> Any:
        """Return the raw value of a required key."""
        self._read.add(key)
        if key not in self._values:
            raise self.fail(f"missing key {key!r}")
        return self._values[key]

    def text_key(self, key: str, default: str | None = None) -> str:
        """Return a plain string (an identifier, a code)."""
        value = self.need(key) if default is None else self.get(key, default)
        if not isinstance(value, str):
            raise self.fail(f"{key!r} is not a string")
        return value

    def text(self, key: str, *, required: bool = True) -> Text:
        """Return a sentence in two languages, written ``{zh = "…", en = "…"}``."""
        value = self.need(key) if required else self.get(key, {"zh": "", "en": ""})
        if not isinstance(value, dict) or set(value) != {"zh", "en"}:
            raise self.fail(f"{key!r} needs exactly the two keys zh and en")
        return Text(str(value["zh"]), str(value["en"]))

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of strings, empty when the key is absent."""
        value = self.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(f"{key!r} is not a list of strings")
        return tuple(value)

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Return a word of a closed vocabulary."""
        value = self.text_key(key, default)
        if value not in allowed:
            raise self.fail(f"{key!r} is {value!r}, not one of {', '.join(allowed)}")
        return value

    def tables(self, key: str) -> list[Table]:
        """Return a list of sub-tables, each knowing its place."""
        value = self.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fail(f"{key!r} is not a list of tables")
        return [
            Table(item, f"{self.where} {key}[{item.get('id', position)}]")
            for position, item in enumerate(value)
        ]

    def close(self) -> None:
        """Raise for keys that nobody read: a misspelt key must not be ignored."""
        unknown = sorted(set(self._values) - self._read)
        if unknown:
            raise self.fail(f"unknown key {unknown[0]!r}")
