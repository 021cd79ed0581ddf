"""The restoration success index: its terms, its weights, and what is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gis.errors import InputError
from restoration import indicators, success


def table() -> pd.DataFrame:
    records = pd.DataFrame(
        {
            "reclaimed_m2": [8e4, np.nan],
            "damaged_m2": [1e5, 1e5],
            "hazards_removed_count": [2, 1],
            "hazards_count": [2, 2],
        },
        index=["A", "B"],
    )
    return success.terms(pd.Series({"A": 0.5, "B": 1.0}), indicators.of_records(records))


def test_equal_weights_of_what_is_known_and_an_interval_of_what_is_not() -> None:
    weights = success.weights_of(table(), {})
    assert weights.to_dict() == pytest.approx(
        dict.fromkeys(["cover", "reclaimed_rate", "hazards_removed"], 1 / 3)
    )
    found = success.index(table(), weights)
    assert found.loc["A", "success_index"] == pytest.approx((0.5 + 0.8 + 1.0) / 3)
    assert found["success_index"].isna().tolist() == [False, True]
    assert found[["success_low", "success_high"]].to_numpy()[1].tolist() == pytest.approx([0.5, 2.5 / 3])


def test_a_term_that_was_weighed_and_nobody_recorded_leaves_the_index_open() -> None:
    found = success.index(table(), success.weights_of(table(), {"cover": 1, "water_quality": 1}))
    assert found["success_index"].isna().all()
    assert found[["success_low", "success_high"]].to_numpy()[0].tolist() == pytest.approx([0.25, 0.75])


@pytest.mark.parametrize("stated", [{"species": 1.0}, {"cover": -1.0}, {"cover": 0.0}, {"cover": np.inf}])
def test_weights_that_can_not_be(stated: dict[str, float]) -> None:
    with pytest.raises(InputError) as caught:
        success.weights_of(table(), stated)
    assert caught.value.code == "success_index"
