"""Words of the patch table and the end uses they name: none of them goes unasked in silence."""

from __future__ import annotations

import pytest

from restoration import direction, modes


@pytest.mark.parametrize(
    ("words", "uses"),
    [
        ("园地", ("forest",)),
        ("果园", ("forest",)),
        ("茶园", ("forest",)),
        ("苗圃", ("forest",)),
        ("鱼塘", ("pond",)),
        ("养殖塘", ("pond",)),
        ("水库", ("pond",)),
        ("水库水面", ("pond",)),
        ("坑塘水面", ("pond",)),
        ("耕地、茶园", ("cultivated", "forest")),
        ("公园", ("other",)),
        ("郊野公园", ("other",)),
        ("森林公园", ("forest", "other")),
        ("园林绿化", ("other",)),
        ("产业园", ("building",)),
        ("工业园", ("building",)),
        ("物流园区", ("building",)),
        ("高标准农田建设", ("cultivated",)),
        ("耕地或建设用地", ("cultivated", "building")),
        ("林地", ("forest",)),
        ("", ()),
        ("/", ()),
    ],
)
def test_words_of_the_table(words: str, uses: tuple[str, ...]) -> None:
    assert direction.uses(words) == uses
    assert direction.unread(words) == ()
    assert set(uses) <= set(modes.END_USES)


@pytest.mark.parametrize("words", ["采摘", "生态恢复", "4", "campus"])
def test_words_that_name_no_use_are_kept_to_be_told(words: str) -> None:
    assert direction.uses(words) == ()
    assert direction.unread(words) == (words,)
    assert direction.unread(f"耕地、{words}") == (words,)
