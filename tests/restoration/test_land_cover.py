"""Codes of a land cover: cloud and undeclared no data are not bare ground."""

from __future__ import annotations

import numpy as np
import pytest

from gis.errors import InputError
from restoration import land_cover
from restoration.land_cover import Legend


def test_land_cover_takes_the_place_of_cover() -> None:
    codes = np.array([4.0, 13.0, 10.0, np.nan])
    found = land_cover.vegetated(codes, Legend((4, 10)))
    assert found.tolist()[:3] == [1, 0, 1]
    assert np.isnan(found[3])


@pytest.mark.parametrize("code", [0.0, 255.0])
def test_undeclared_no_data_is_not_seen_unless_a_list_names_it(code: float) -> None:
    codes = np.array([code])
    assert np.isnan(land_cover.vegetated(codes, Legend((4,)))[0])
    assert land_cover.vegetated(codes, Legend((4,), bare=(code,)))[0] == 0
    assert land_cover.vegetated(codes, Legend((4, code)))[0] == 1


def test_codes_that_nobody_explained_are_told_with_their_shares() -> None:
    codes = np.array([4.0, 13.0, 13.0, 9.0, 0.0, np.nan])
    told = land_cover.notes(codes, np.array([1.0, 1.0, 0.5, 0.5, 1.0, 1.0]), Legend((4,)))
    assert [note.code for note in told] == ["land_cover_no_data", "land_cover_codes_open"]
    assert "0（20.0%）" in told[0].what.zh
    assert "13 (30.0%), 9 (10.0%)" in told[1].what.en


def test_nothing_is_told_when_every_code_is_explained() -> None:
    codes = np.array([4.0, 13.0, 9.0, 0.0])
    assert land_cover.notes(codes, np.ones(4), Legend((4,), bare=(13,), not_seen=(9, 0))) == []


def test_a_code_stands_in_one_list() -> None:
    with pytest.raises(InputError) as caught:
        Legend((1, 2), not_seen=(2,)).checked()
    assert caught.value.code == "land_cover_codes"
