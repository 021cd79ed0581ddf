"""Parts of a table: trusted only when every byte is what was written, whatever the damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from gis.errors import InputError
from gis.files import table_parts

KEY = "0123456789abcdef" * 4
SEED = 20261127


@pytest.fixture
def table() -> pd.DataFrame:
    number = np.arange(30)
    return pd.DataFrame(
        {"verdict": [f"结论{k % 3}" for k in number], "area_m2": number * 1234.5, "hits": number % 5}
    )


@pytest.fixture
def part(tmp_path: Path, table: pd.DataFrame) -> Path:
    path = tmp_path / "000000.part"
    table_parts.write(path, KEY, table)
    return path


def test_what_was_written_comes_back(part: Path, table: pd.DataFrame) -> None:
    assert table_parts.is_whole(part, KEY)
    pd.testing.assert_frame_equal(table_parts.read(part, KEY), table)


def test_made_from_something_else_is_not_whole(part: Path) -> None:
    assert not table_parts.is_whole(part, KEY[:-1] + "0")


def test_every_flipped_bit_is_noticed(part: Path) -> None:
    content = part.read_bytes()
    bits = np.random.default_rng(SEED).integers(0, 8, len(content))
    unnoticed = []
    for position, bit in enumerate(bits):
        part.write_bytes(
            content[:position] + bytes([content[position] ^ (1 << int(bit))]) + content[position + 1 :]
        )
        if table_parts.is_whole(part, KEY):
            unnoticed.append(position)
    assert len(content) > 1000
    assert unnoticed == []


@pytest.mark.parametrize("kept_bytes", [0, 1, 31, 32, 33, 500, -1])
def test_a_part_that_was_cut_is_noticed(part: Path, kept_bytes: int) -> None:
    part.write_bytes(part.read_bytes()[:kept_bytes])
    assert not table_parts.is_whole(part, KEY)


def test_a_plain_parquet_file_is_no_part(tmp_path: Path, table: pd.DataFrame) -> None:
    path = tmp_path / "000000.part"
    table.to_parquet(path)
    assert not table_parts.is_whole(path, KEY)


def test_damage_between_the_look_and_the_reading_is_an_error(part: Path, tmp_path: Path) -> None:
    content = part.read_bytes()
    part.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(InputError) as raised:
        table_parts.read(part, KEY)
    assert raised.value.code == "part_damaged"
    with pytest.raises(InputError):
        table_parts.join([(part, KEY)], tmp_path / "all.parquet")
    assert not (tmp_path / "all.parquet").exists()


def test_parts_are_joined_in_order(part: Path, table: pd.DataFrame, tmp_path: Path) -> None:
    other = tmp_path / "000001.part"
    table_parts.write(other, "other", table.iloc[::-1])
    assert table_parts.join([(part, KEY), (other, "other")], tmp_path / "all.parquet") == 2 * len(table)
    hits = pq.read_table(tmp_path / "all.parquet")["hits"].to_pylist()
    assert hits == [*table["hits"], *table["hits"][::-1]]
