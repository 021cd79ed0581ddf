"""Planting lists: what is listed, what is not on the list, what can't be told."""

from __future__ import annotations

import pytest

from gis.errors import InputError
from restoration import planting


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("加拿大一枝黄花", "listed"),
        ("Solidago canadensis", "listed"),
        ("solidago  CANADENSIS L.", "listed"),
        ("加拿大一枝黄花 Solidago canadensis", "listed"),
        ("加拿大一枝黄花（观赏）", "listed"),
        ("Conyza canadensis", "listed"),
        ("垂序商陆", "listed"),
        ("Solidago", "doubtful"),
        ("Solidago sp.", "doubtful"),
        ("苋属", "doubtful"),
        ("Amaranthus var. mixed", "doubtful"),
        ("Solidago decurrens", "not_listed"),
        ("一枝黄花", "not_listed"),
        ("油松", "not_listed"),
        ("刺槐", "not_listed"),
        ("Pinus tabuliformis Carr.", "not_listed"),
    ],
)
def test_verdicts(name: str, verdict: str) -> None:
    found = planting.check([name]).iloc[0]
    assert found["verdict"] == verdict
    assert bool(found["matched"]) == (verdict == "listed")


def test_the_shipped_list_is_the_announcement_and_says_how_sure_it_is() -> None:
    plants = planting.shipped()
    assert len(plants) == 33
    assert [plant.number for plant in plants] == list(range(1, 34))
    assert {plant.certainty for plant in plants} == {"S"}
    assert {plant.listed_in for plant in plants} == set(planting.LISTS)
    names = [name for plant in plants for name in plant.names]
    assert len(names) == len(set(names))


def test_not_listed_is_not_cleared() -> None:
    assert "不等于" in planting.VERDICTS["not_listed"].zh


def test_an_empty_list_is_no_clear_list() -> None:
    with pytest.raises(InputError) as caught:
        planting.check(["", "  "])
    assert caught.value.code == "planting_empty"
