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
    """Return every flag of ``zoning/flags.toml`` by id.

    Raises
    ------
    DefinitionError
        When the file is wrong: a missing, misspelt or unknown key, or ``titles`` that don't fit ``values``.
    """
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
    """Return every project class of ``zoning/classes.toml`` by id.

    Raises
    ------
    DefinitionError
        When the file is wrong: a missing, misspelt or unknown key, or a flag that :func:`flags` does not know.
    """
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


def search(query: str) -> tuple[ProjectClass, ...]:
    """Return the classes that a code or a word points to, the best first.

    Parameters
    ----------
    query
        A class code (``PV``), a GB/T 4754-2017 industry code with or without its letter (``D4416``,
        ``4416``, ``C30``), a land-use code, or words in Chinese or English (``光伏``, ``solar``).

    Returns
    -------
    tuple of ProjectClass
        Only the best kind of match: code, then industry code, then words; empty when nothing fits.

    Examples
    --------
    >>> [found.id for found in search("D4416")], [found.id for found in search("光伏电站")]
    (['PV'], ['PV'])
    """
    word = query.strip()
    exact = classes().get(word.upper())
    if exact is not None:
        return (exact,)
    by_industry = [item for item in classes().values() if _has_code(item.industry_codes, word)]
    if by_industry:
        return tuple(by_industry)
    scores = {item: _word_score(item, word.lower()) for item in classes().values()}
    best = max(scores.values(), default=0)
    return tuple(item for item, score in scores.items() if score == best > 0)


def _has_code(codes: tuple[str, ...], word: str) -> bool:
    """Whether one of the codes is the word, or the division or section the word belongs to."""
    if not word[-1:].isdigit():
        return False
    wanted = word.upper()
    return any(wanted == code or _belongs(wanted, code) for code in codes)


def _belongs(wanted: str, code: str) -> bool:
    digits = code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    plain = wanted.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    same_letter = wanted[0].isdigit() or wanted[0] == code[0]
    return bool(digits) and len(plain) >= 2 and same_letter and plain.startswith(digits)


def _word_score(item: ProjectClass, query: str) -> int:
    """Return the length of the longest of a class's words that stands in the query, or holds it."""
    words = [*item.words, item.title.zh, item.title.en.lower()]
    hits = [len(word) for word in words if word.lower() in query]
    hits += [len(query) for word in words if len(query) > 1 and query in word.lower()]
    return max(hits, default=0)


def find_class(query: str) -> ProjectClass:
    """Return the one project class that a code or a word points to.

    Raises
    ------
    InputError
        When nothing fits, or more than one class does: they are listed and the user chooses.
    """
    found = search(query)
    if len(found) == 1:
        return found[0]
    listed = found or tuple(classes().values())
    known = Text(
        "、".join(f"{item.id} {item.title.zh}" for item in listed),
        "; ".join(f"{item.id} {item.title.en}" for item in listed),
    )
    if not found:
        raise InputError(
            "activity_unknown",
            Text(f"没有找到“{query}”对应的项目类别。", f"No project class fits '{query}'."),
            Text(f"请从下列代码中选择：{known.zh}。", f"Choose one of: {known.en}."),
        )
    raise InputError(
        "activity_ambiguous",
        Text(f"“{query}”可对应{len(found)}个项目类别。", f"'{query}' fits {len(found)} project classes."),
        Text(f"请用代码指明其一：{known.zh}。", f"Name one by its code: {known.en}."),
    )


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
