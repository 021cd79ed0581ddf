"""What is wished of the ranking: weights, method, costs, budget and years, in the sidebar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app_pages import choice, session, texts
from app_pages.session import plain, say
from gis.errors import Text
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

Item = TypeVar("Item", int, str)


@dataclass
class Asked:
    """The wish as it is now, the mine in hand, and what of it all is on the page; it outlives the widgets.

    ``made`` are the last choices that could be made: their ranking stands while the wish can't be.
    """

    points: dict[str, int] = field(default_factory=app_wish.proposed_points)
    method: Method = "weighted_sum"
    costs: str = ""
    own_costs_wan: dict[str, float] = field(default_factory=dict)
    first_year: int = field(default_factory=lambda: day_of(None).year)
    last_year: int = field(default_factory=lambda: day_of(None).year + _YEARS_AT_FIRST)
    yearly_wan: float = _WAN_AT_FIRST
    other_years_wan: dict[int, float] = field(default_factory=dict)
    success: dict[str, float] = field(default_factory=dict)
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    selected: str | None = None
    fly: tuple[int, Extent] | None = None
    colour: Colouring = "safety"
    section: int = 0
    whole: bool = True
    cancelled: bool = False
    made: Choices | None = None

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
                success=tuple(sorted(self.success.items())),
                must=self.must,
                never=self.never,
            )
        )

    def fly_to(self, extent: Extent | None) -> None:
        """Order the map, once, to show a place."""
        if extent is not None:
            self.fly = ((self.fly[0] if self.fly else 0) + 1, extent)


@dataclass(frozen=True, slots=True)
class _Exceptions(Generic[Item]):
    """Items that have a number of their own instead of that of all: the wish's field of them, and its words."""

    name: str
    title: Text
    hint: Text
    number: Text
    most: float
    step: float
    least: float = 0.0

    def kept(self) -> dict[Item, float]:
        """Return the items chosen so far and their numbers."""
        return cast("dict[Item, float]", getattr(asked(), self.name))


_OTHER_YEARS: _Exceptions[int] = _Exceptions(
    "other_years_wan", texts.OTHER_YEARS, texts.CHOOSE_YEARS, texts.BUDGET_WAN, _MOST_WAN, 100.0
)
_SUCCESS: _Exceptions[str] = _Exceptions(
    "success", texts.MAY_FAIL, texts.CHOOSE_MODES, texts.CHANCE, 1.0, 0.05, least=0.01
)


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
            choice.several(
                say(title),
                {label: label for label in ranked},
                getattr(wish, name),
                partial(_wish_several, name),
                name=_key(name),
                placeholder=say(texts.CHOOSE_PATCHES),
            )


def _key(name: str) -> str:
    return f"mines_{name}"


def _kept(name: str, value: Any) -> None:
    """Give a widget the value it had: Streamlit forgets those of a page that was left."""
    if _key(name) not in st.session_state:
        st.session_state[_key(name)] = value


def keep(name: str, value: Any) -> None:
    """Keep how the page shall look: no other ranking comes of it."""
    setattr(asked(), name, value)


def _wish(name: str, value: Any) -> None:
    keep(name, value)
    asked().whole = False


def _wish_several(name: str, labels: list[str]) -> None:
    _wish(name, tuple(labels))


def _take(name: str, kind: Callable[[Any], Any]) -> None:
    _wish(name, kind(st.session_state[_key(name)]))


def _weights(wish: Asked) -> DeltaGenerator:
    shares = app_wish.shares(wish.points)
    with st.container(key="app_title"):
        st.markdown(say(texts.WEIGHTS))
    st.caption(say(texts.WEIGHTS_HINT))
    choice.from_list(
        say(texts.RANK_METHOD),
        {str(name): say(title) for name, title in app_wish.METHODS.items()},
        wish.method,
        partial(_wish, "method"),
        name=_key("method"),
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
    choice.from_list(
        say(texts.COSTS),
        {name: say(title) for name, title in titles.items()},
        wish.costs,
        partial(_wish, "costs"),
        name=_key("costs"),
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
    years = range(wish.first_year, wish.last_year + 1)
    _exceptions(_OTHER_YEARS, {year: str(year) for year in years}, wish.yearly_wan)
    _exceptions(_SUCCESS, {mode: say(title) for mode, title in app_wish.mode_titles().items()}, 1.0)


def _exceptions(these: _Exceptions[Item], listed: Mapping[Item, str], of_all: float) -> None:
    """Draw a choice of items, and for each that is chosen a field with its number."""
    held = {item: number for item, number in these.kept().items() if item in listed}
    keep(these.name, held)
    choice.several(
        say(these.title),
        listed,
        held,
        partial(_take_items, these, of_all),
        name=_key(these.name),
        placeholder=say(these.hint),
    )
    for item, number in held.items():
        _kept(f"{these.name}_{item}", number)
        st.number_input(
            f"{listed[item]} {say(these.number)}",
            min_value=these.least,
            max_value=these.most,
            step=these.step,
            key=_key(f"{these.name}_{item}"),
            on_change=_take_number,
            args=(these, item),
        )


def _take_items(these: _Exceptions[Item], of_all: float, chosen: list[Item]) -> None:
    before = these.kept()
    _wish(these.name, {item: before.get(item, of_all) for item in sorted(chosen)})


def _take_number(these: _Exceptions[Item], item: Item) -> None:
    these.kept()[item] = float(st.session_state[_key(f"{these.name}_{item}")])
    asked().whole = False


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
