"""Choices among items that are shown by their titles: one of a list, several of a list, one of a row of buttons.

A browser holds a choice by the title it showed, and sends that title again after the language has changed. So each
language has a widget of its own, what is chosen is kept outside of the widgets, and nothing that is not listed is
ever taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import streamlit as st

from app_pages import session

Item = TypeVar("Item", int, str)


def key(name: str) -> str:
    """Return the key that a widget has in this session's language."""
    return f"{name}_{session.language()}"


def from_list(
    title: str,
    titles: Mapping[Item, str],
    chosen: Item | None,
    take: Callable[[Item], None],
    *,
    name: str,
    placeholder: str | None = None,
) -> None:
    """Draw a list of which one item is chosen.

    Parameters
    ----------
    title
        Of the widget.
    titles
        Items and their titles.
    chosen
        The item that is chosen; None: none is so far.
    take
        Told when another one is chosen.
    name
        Of the widget.
    placeholder
        Shown where nothing is chosen.
    """
    own = _hold(name, chosen)
    st.selectbox(
        title,
        tuple(titles),
        format_func=_said(titles),
        placeholder=placeholder,
        key=own,
        on_change=_take_one,
        args=(own, tuple(titles), take),
    )


def from_row(
    title: str,
    titles: Mapping[Item, str],
    chosen: Item | None,
    take: Callable[[Item], None],
    *,
    name: str,
    release: Callable[[], None] | None = None,
    **look: Any,
) -> None:
    """Draw a row of buttons of which one is pressed.

    Parameters
    ----------
    title, titles, chosen, take, name
        As in :func:`from_list`.
    release
        Told when the pressed button is pressed again; without it one stays pressed.
    **look
        Goes to the widget.
    """
    own = _hold(name, chosen)
    st.segmented_control(
        title,
        tuple(titles),
        format_func=_said(titles),
        required=release is None,
        key=own,
        on_change=_take_one,
        args=(own, tuple(titles), take, release),
        **look,
    )


def several(
    title: str,
    titles: Mapping[Item, str],
    chosen: Collection[Item],
    take: Callable[[list[Item]], None],
    *,
    name: str,
    placeholder: str,
) -> None:
    """Draw a list of which any number of items is chosen; ``take`` is told all of them."""
    own = _hold(name, [item for item in chosen if item in titles])
    st.multiselect(
        title,
        tuple(titles),
        format_func=_said(titles),
        placeholder=placeholder,
        key=own,
        on_change=_take_several,
        args=(own, tuple(titles), take),
    )


def _hold(name: str, value: object) -> str:
    """Give a widget what is chosen, also where it is new or comes back after another page; return its key."""
    own = key(name)
    st.session_state[own] = value
    return own


def _said(titles: Mapping[Item, str]) -> Callable[[Item], str]:
    # What a browser sends and nobody listed is asked for its title too.
    return lambda item: titles.get(item, str(item))


def _take_one(
    own: str,
    items: tuple[Item, ...],
    take: Callable[[Item], None],
    release: Callable[[], None] | None = None,
) -> None:
    chosen = st.session_state[own]
    if chosen in items:
        take(chosen)
    elif chosen is None and release is not None:
        release()


def _take_several(own: str, items: tuple[Item, ...], take: Callable[[list[Item]], None]) -> None:
    take([item for item in st.session_state[own] if item in items])
