"""Project classes and the questions (flags) whose answers decide between rules."""

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

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Flag:
    """A question about the project with a closed set of answers; no default, ever."""

    id: str
    values: tuple[str, ...]
    titles: tuple[Text, ...]
    question: Text
    certainty: Certainty

    def title(self, value: str) -> Text:
        """Return the wording of one answer."""
        return self.titles[self.values.index(value)]


@dataclass(frozen=True, slots=True)
class ProjectClass:
    """A class of projects, with its industry (GB/T 4754-2017) and land-use codes.

    ``flags`` are the questions that a rule of some layer may ask about this class.
    """

    id: str
    title: Text
    words: tuple[str, ...]
    industry_codes: tuple[str, ...]
    land_use_codes: tuple[str, ...]
    flags: tuple[str, ...]
    certainty: Certainty
    note: Text


def _read(name: str) -> Table:
    text = resources.files("zoning").joinpath(name).read_text(encoding="utf-8")
    return Table(tomllib.loads(text), name)


@cache
def flags() -> Mapping[str, Flag]:
    """Return every flag of ``zoning/flags.toml`` by id."""
    table = _read("flags.toml")
    found = {}
    for entry in table.tables("flag"):
        values = entry.words("values") or (YES, NO)
        given = entry.get("titles")
        titles: tuple[Text, ...]
        if given is None and values == (YES, NO):
            titles = (Text("是", "yes"), Text("否", "no"))
        elif isinstance(given, list) and len(given) == len(values):
            titles = tuple(Text(item["zh"], item["en"]) for item in given)
        else:
            raise entry.fail("'titles' needs one {zh, en} for each of 'values'")
        flag = Flag(
            id=entry.text_key("id"),
            values=values,
            titles=titles,
            question=entry.text("question"),
            certainty=cast("Certainty", entry.one_of("certainty", CERTAINTIES)),
        )
        entry.close()
        found[flag.id] = flag
    table.close()
    return MappingProxyType(found)


@cache
def classes() -> Mapping[str, ProjectClass]:
    """Return every project class of ``zoning/classes.toml`` by id."""
    table = _read("classes.toml")
    found = {}
    for entry in table.tables("class"):
        project_class = ProjectClass(
            id=entry.text_key("id"),
            title=entry.text("title"),
            words=entry.words("words"),
            industry_codes=entry.words("industry_codes"),
            land_use_codes=entry.words("land_use_codes"),
            flags=entry.words("flags"),
            certainty=cast("Certainty", entry.one_of("certainty", CERTAINTIES)),
            note=entry.text("note", required=False),
        )
        entry.close()
        for flag in project_class.flags:
            if flag not in flags():
                raise entry.fail(f"unknown flag {flag!r}")
        found[project_class.id] = project_class
    table.close()
    return MappingProxyType(found)


def find_class(code: str) -> ProjectClass:
    """Return a project class by its code, in either case.

    Raises
    ------
    InputError
        When there is no such class; the codes are listed.
    """
    found = classes().get(code.strip().upper())
    if found is None:
        known_zh = "、".join(f"{item.id} {item.title.zh}" for item in classes().values())
        known_en = "; ".join(f"{item.id} {item.title.en}" for item in classes().values())
        raise InputError(
            "activity_unknown",
            Text(f"没有代码为“{code}”的项目类别。", f"There is no project class with the code '{code}'."),
            Text(f"请从下列代码中选择：{known_zh}。", f"Choose one of: {known_en}."),
        )
    return found


def read_answers(given: Mapping[str, str], project_class: ProjectClass) -> Mapping[str, str]:
    """Check answers to flags against their closed vocabulary.

    Raises
    ------
    InputError
        For an unknown flag or an answer outside its values. A flag that is of no concern to the
        class is accepted: it may be given for a batch of several classes.
    """
    for name, value in given.items():
        flag = flags().get(name)
        if flag is None:
            asked = "、".join(project_class.flags) or "（无）"
            raise InputError(
                "flag_unknown",
                Text(f"没有名为“{name}”的标志。", f"There is no flag called '{name}'."),
                Text(
                    f"类别 {project_class.id} 会用到：{asked}。",
                    f"Class {project_class.id} asks for: {', '.join(project_class.flags) or 'none'}.",
                ),
            )
        if value not in flag.values:
            raise InputError(
                "flag_value",
                Text(f"标志 {name} 不能取值“{value}”。", f"Flag {name} can't be '{value}'."),
                Text(f"可取：{'、'.join(flag.values)}。", f"It can be: {', '.join(flag.values)}."),
            )
    return MappingProxyType(dict(sorted(given.items())))
