"""The legend in a real browser: folded away at will and on a narrow map, beside the city, its words whole."""

from __future__ import annotations

from tests.app.browser_session import PATIENCE_MS, Session


def test_the_legend_is_folded_away_and_stays_so(session: Session) -> None:
    session.open()
    legend = session.page.locator(".lm-legend")
    assert legend.is_visible()
    panel = session.page.locator(".lm-panel").bounding_box()
    city = session.map.evaluate("root => root.landmap.data.home")
    assert panel is not None
    # The city is wholly beside it.
    assert session.place(city[0], city[1])[0] >= panel["x"] + panel["width"]
    head = session.page.locator(".lm-panel-head")
    head.click()
    assert not legend.is_visible()
    assert head.get_attribute("aria-expanded") == "false"
    folded = session.page.locator(".lm-panel").bounding_box()
    assert folded is not None
    assert folded["height"] < 45
    session.go("法规")
    session.page.get_by_text("规则库版本").wait_for(timeout=PATIENCE_MS)
    session.go("选址检查")
    session.map.wait_for()
    session.idle()
    assert not legend.is_visible()
    head.click()
    assert legend.is_visible()


def test_on_a_narrow_map_the_legend_starts_folded(session: Session) -> None:
    session.page.set_viewport_size({"width": 900, "height": 700})
    session.open()
    assert not session.page.locator(".lm-legend").is_visible()
    session.page.locator(".lm-panel-head").click()
    assert session.page.locator(".lm-legend").is_visible()


def test_words_of_the_legend_are_broken_between_words_only(session: Session) -> None:
    session.open("?lang=en")
    session.page.locator(".lm-panel-more").click()
    broken = session.map.evaluate(
        """root => [...root.querySelectorAll('.lm-panel .lm-row span')].flatMap(span => {
            const text = span.firstChild, range = document.createRange();
            return [...text.data.matchAll(/[A-Za-z]+/g)].filter(word => {
                range.setStart(text, word.index);
                range.setEnd(text, word.index + word[0].length);
                return range.getClientRects().length > 1;
            }).map(word => word[0]);
        })"""
    )
    assert broken == []
