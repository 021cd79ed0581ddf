"""What is wished of the ranking: weights, method, costs, budget and years, in the sidebar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app_pages import session, texts
from app_pages.session import plain, say
from planner import app_wish
from planner.app_priorities_map import Colouring, Extent
from planner.app_wish import OWN_COSTS, Wish
from planner.options import day_of
from planner.priorities import Choices, Method, Priorities

MOST_POINTS = 30
MOST_YEARS = 12
_FIRST, _LAST = 2020, 2060
_YEARS_AT_FIRST = 9
_WAN_AT_FIRST = 600.0
_MOST_WAN = 1e6


@dataclass
class Asked:
    """The wish as it is now, the mine in hand, and what of it all is on the page; it outlives the widgets."""

    points: dict[str, int] = field(default_factory=app_wish.proposed_points)
    method: Method = "weighted_sum"
    costs: str = ""
    own_costs_wan: dict[str, float] = field(default_factory=dict)
    first_year: int = field(default_factory=lambda: day_of(None).year)
    last_year: int = field(default_factory=lambda: day_of(None).year + _YEARS_AT_FIRST)
    yearly_wan: float = _WAN_AT_FIRST
    other_years_wan: dict[int, float] = field(default_factory=dict)
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    selected: str | None = None
    fly: tuple[int, Extent] | None = None
    colour: Colouring = "safety"
    section: int = 0
    whole: bool = True
    cancelled: bool = False

    def choices(self) -> Choices:
        """Return the choices that the controls make."""
        return app_wish.choices(
            Wish(
                points=tuple(self.points.items()),
                method=self.method,
                costs=self.costs,
                own_costs_wan=tuple(sorted(self.own_costs_wan.items())),
                first_year=self.first_year,
                last_year=self.last_year,
                yearly_wan=self.yearly_wan,
                other_years_wan=tuple(sorted(self.other_years_wan.items())),
                must=self.must,
                never=self.never,
            )
        )

    def fly_to(self, extent: Extent | None) -> None:
        """Order the map, once, to show a place."""
        if extent is not None:
            self.fly = ((self.fly[0] if self.fly else 0) + 1, extent)


def asked() -> Asked:
    """Return this session's wish."""
    if "mines" not in st.session_state:
        st.session_state["mines"] = Asked()
    return cast("Asked", st.session_state["mines"])


def question() -> Priorities:
    """Return which mines are asked for: those of the workspace, under the law of today."""
    return Priorities(session.workspace(), as_of=day_of(None))


@dataclass(frozen=True, slots=True)
class Places:
    """Places in the sidebar for what is known only after the ranking."""

    weights: DeltaGenerator
    patches: DeltaGenerator


def ask() -> Places:
    """Draw the controls."""
    with st.sidebar, st.container(key="rank_wish"):
        wish = asked()
        with st.expander(say(texts.MONEY), expanded=bool(wish.costs), key="money"):
            _money(wish)
            patches = st.empty()
        return Places(_weights(wish), patches)


def answered(places: Places, not_assessed: str, ranked: tuple[str, ...]) -> None:
    """Say which weights take no part, and draw what can be asked of single mines.

    Parameters
    ----------
    places
        From :func:`ask`.
    not_assessed
        Titles of criteria that no mine was assessed for.
    ranked
        The mines there are.
    """
    wish = asked()
    if not_assessed:
        places.weights.caption(plain(f"{say(texts.NOT_ASSESSED_CRITERIA)}{not_assessed}"))
    if not wish.costs:
        return
    with places.patches.container():
        for name, title in (("must", texts.MUST), ("never", texts.NEVER)):
            given = [label for label in getattr(wish, name) if label in ranked]
            st.session_state[_key(name)] = given
            st.multiselect(
                say(title),
                ranked,
                placeholder=say(texts.CHOOSE_PATCHES),
                key=_key(name),
                on_change=_take,
                args=(name, tuple),
            )


def _key(name: str) -> str:
    return f"mines_{name}"


def _kept(name: str, value: Any) -> None:
    """Give a widget the value it had: Streamlit forgets those of a page that was left."""
    if _key(name) not in st.session_state:
        st.session_state[_key(name)] = value


def _take(name: str, kind: Callable[[Any], Any]) -> None:
    wish = asked()
    setattr(wish, name, kind(st.session_state[_key(name)]))
    wish.whole = False


def _weights(wish: Asked) -> DeltaGenerator:
    shares = app_wish.shares(wish.points)
    with st.container(key="app_title"):
        st.markdown(say(texts.WEIGHTS))
    st.caption(say(texts.WEIGHTS_HINT))
    _kept("method", wish.method)
    st.selectbox(
        say(texts.RANK_METHOD),
        tuple(app_wish.METHODS),
        format_func=lambda name: say(app_wish.METHODS[name]),
        key=_key("method"),
        on_change=_take,
        args=("method", str),
    )
    place = st.empty()
    for number, (group, share) in enumerate(app_wish.groups_with_shares(wish.points)):
        with st.expander(f"{say(group.title)} {share}", expanded=number == 0, key=f"weights_{number}"):
            for name, title in group.criteria:
                _kept(name, wish.points[name])
                st.slider(
                    f"{plain(say(title))} {shares[name]}",
                    0,
                    MOST_POINTS,
                    key=_key(name),
                    on_change=_take_points,
                    args=(name,),
                )
    st.button(say(texts.WEIGHTS_RESET), key="weights_reset", on_click=_reset, icon=":material/restart_alt:")
    return place


def _take_points(name: str) -> None:
    wish = asked()
    wish.points[name] = int(st.session_state[_key(name)])
    wish.whole = False


def _reset() -> None:
    wish = asked()
    wish.points = app_wish.proposed_points()
    for name, value in wish.points.items():
        st.session_state[_key(name)] = value
    wish.whole = False


def _money(wish: Asked) -> None:
    published = app_wish.published_costs()
    titles = {"": texts.COSTS_NONE, **published, OWN_COSTS: texts.COSTS_OWN}
    _kept("costs", wish.costs)
    st.selectbox(
        say(texts.COSTS),
        tuple(titles),
        format_func=lambda name: say(titles[name]),
        key=_key("costs"),
        on_change=_take,
        args=("costs", str),
    )
    if not wish.costs:
        return
    if wish.costs == OWN_COSTS:
        _own_costs(wish)
    else:
        st.caption(say(texts.COSTS_ASSUMED))
    left, right = st.columns(2)
    with left:
        _number("first_year", texts.FIRST_YEAR, wish.first_year, _FIRST, _LAST, 1, int)
    with right:
        last = min(max(wish.last_year, wish.first_year), wish.first_year + MOST_YEARS - 1)
        wish.last_year = last
        st.session_state[_key("last_year")] = last
        _number("last_year", texts.LAST_YEAR, last, wish.first_year, wish.first_year + MOST_YEARS - 1, 1, int)
    _number("yearly_wan", texts.YEARLY_BUDGET, wish.yearly_wan, 0.0, _MOST_WAN, 100.0, float)
    _other_years(wish)


def _other_years(wish: Asked) -> None:
    """Draw the years whose budget differs: chosen by the user, each with a field of its own."""
    years = range(wish.first_year, wish.last_year + 1)
    wish.other_years_wan = {year: wan for year, wan in wish.other_years_wan.items() if year in years}
    st.session_state[_key("other_years")] = list(wish.other_years_wan)
    st.multiselect(
        say(texts.OTHER_YEARS),
        years,
        placeholder=say(texts.CHOOSE_YEARS),
        key=_key("other_years"),
        on_change=_take_years,
    )
    for year, wan in sorted(wish.other_years_wan.items()):
        _kept(f"year_{year}", wan)
        st.number_input(
            f"{year} {say(texts.BUDGET_WAN)}",
            min_value=0.0,
            max_value=_MOST_WAN,
            step=100.0,
            key=_key(f"year_{year}"),
            on_change=_take_year,
            args=(year,),
        )


def _take_years() -> None:
    wish = asked()
    chosen = sorted(st.session_state[_key("other_years")])
    wish.other_years_wan = {year: wish.other_years_wan.get(year, wish.yearly_wan) for year in chosen}
    wish.whole = False


def _take_year(year: int) -> None:
    wish = asked()
    wish.other_years_wan[year] = float(st.session_state[_key(f"year_{year}")])
    wish.whole = False


def _own_costs(wish: Asked) -> None:
    for mode, title in app_wish.mode_titles().items():
        _kept(f"own_{mode}", wish.own_costs_wan.get(mode, 0.0))
        st.number_input(
            f"{say(title)} {say(texts.COST_WAN_PER_HA)}",
            min_value=0.0,
            max_value=10_000.0,
            step=1.0,
            key=_key(f"own_{mode}"),
            on_change=_take_own,
            args=(mode,),
        )


def _take_own(mode: str) -> None:
    wish = asked()
    wish.own_costs_wan[mode] = float(st.session_state[_key(f"own_{mode}")])
    wish.whole = False


def _number(
    name: str, title: Any, value: float, least: float, most: float, step: float, kind: Callable[[Any], Any]
) -> None:
    _kept(name, kind(value))
    st.number_input(
        say(title),
        min_value=kind(least),
        max_value=kind(most),
        step=kind(step),
        key=_key(name),
        on_change=_take,
        args=(name, kind),
    )
