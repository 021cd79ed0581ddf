"""Finding a project's class, and its closed vocabulary of questions."""

from __future__ import annotations

import pytest

from gis.errors import InputError
from zoning.project_class import classes, find_class, flags, read_answers, search


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("PV", "PV"),
        ("pv", "PV"),
        ("D4416", "PV"),
        ("4416", "PV"),
        ("0610", "COAL"),
        ("D4411", "HEAVY"),
        ("光伏", "PV"),
        ("50兆瓦光伏电站", "PV"),
        ("solar", "PV"),
        ("煤矿", "COAL"),
    ],
)
def test_a_code_or_a_word_finds_the_class(query: str, expected: str) -> None:
    assert find_class(query).id == expected


def test_a_code_of_several_classes_asks() -> None:
    assert {found.id for found in search("E48")} == {"LIN", "REST"}
    with pytest.raises(InputError) as caught:
        find_class("E48")
    assert caught.value.code == "activity_ambiguous"
    assert "LIN" in caught.value.mend.zh
    assert "REST" in caught.value.mend.zh


@pytest.mark.parametrize("query", ["", "??", "zzz", "Z99"])
def test_nothing_found_lists_what_there_is(query: str) -> None:
    with pytest.raises(InputError) as caught:
        find_class(query)
    assert caught.value.code == "activity_unknown"
    assert all(code in caught.value.mend.en for code in classes())


def test_answers_come_from_a_closed_vocabulary() -> None:
    with pytest.raises(InputError) as caught:
        read_answers({"national_keys": "yes"}, find_class("LIN"))
    assert caught.value.code == "flag_unknown"
    with pytest.raises(InputError) as caught:
        read_answers({"national_key": "maybe"}, find_class("LIN"))
    assert caught.value.code == "flag_value"


def test_every_class_and_flag_speaks_both_languages() -> None:
    for item in classes().values():
        assert item.title.zh
        assert item.title.en
    for flag in flags().values():
        assert "？" in flag.question.zh
        assert flag.question.en
        assert len(flag.titles) == len(flag.values) >= 2
