"""What one browser session holds: its language, its question, its folder. No other session sees it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app_pages import page_words
from gis.errors import InputError, Language, Text
from planner import session_folders
from planner.options import day_of
from planner.project import Project

WORKSPACE_VARIABLE = "PLANNER_WORKSPACE"
READ_ONLY_VARIABLE = "PLANNER_APP_READ_ONLY"
TILES_VARIABLE = "PLANNER_TILES"
TILES_ATTRIBUTION_VARIABLE = "PLANNER_TILES_ATTRIBUTION"


@dataclass
class Asked:
    """The question as far as it is asked; it outlives the widgets, which a change of page drops.

    ``number`` counts the boundaries: widgets that belong to one carry it in their key. ``as_of`` is
    the day that was chosen; None is today, also in a session that was left open overnight.
    """

    sites: tuple[Path, ...] = ()
    origin: str = ""
    activity: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    as_of: date | None = None
    crs: str = ""
    layer: str = ""
    width_m: float | None = None
    drawn: dict[str, Any] = field(default_factory=lambda: {"type": "FeatureCollection", "features": []})
    drawing_number: int = 0
    number: int = 0
    error: InputError | None = None
    selected: str | None = None
    fly: tuple[int, tuple[float, float, float, float]] | None = None
    cancelled: Project | None = None

    @property
    def day(self) -> date:
        """The day whose law is asked for."""
        return self.as_of or day_of(None)

    @property
    def never_had_a_boundary(self) -> bool:
        """Whether this session has not been given, or shown, any boundary so far."""
        return not (self.sites or self.error or self.number or self.drawn["features"])

    def project(self) -> Project | None:
        """Return the whole question; None while a boundary or a class is missing."""
        if not self.sites or not self.activity:
            return None
        return Project(
            sites=self.sites,
            activity=self.activity,
            answers=tuple(sorted(self.answers.items())),
            as_of=self.day,
            workspace=workspace(),
            crs=self.crs or None,
            layer=self.layer or None,
            width_m=self.width_m,
        )

    def fly_to(self, extent_deg: tuple[float, float, float, float]) -> None:
        """Order the map, once, to show a place."""
        self.fly = ((self.fly[0] if self.fly else 0) + 1, extent_deg)

    def forget_sites(self) -> None:
        """Drop the boundary, whatever it came from."""
        self.sites, self.origin, self.error, self.selected = (), "", None, None
        self.number += 1
        self.crs, self.layer, self.width_m = "", "", None
        if self.drawn["features"]:
            self.draw([])

    def draw(self, features: list[dict[str, Any]]) -> None:
        """Order the map, once, to replace the drawing."""
        self.drawn = {"type": "FeatureCollection", "features": features}
        self.drawing_number += 1


def asked() -> Asked:
    """Return this session's question."""
    if "asked" not in st.session_state:
        st.session_state["asked"] = Asked()
    return cast("Asked", st.session_state["asked"])


def language() -> Language:
    """Return the language of this session; Chinese unless asked otherwise."""
    if "language" not in st.session_state:
        st.session_state["language"] = "en" if st.query_params.get("lang") == "en" else "zh"
    return cast("Language", st.session_state["language"])


def switch_language() -> None:
    """Change to the other language."""
    st.session_state["language"] = "zh" if language() == "en" else "en"


def say(text: Text) -> str:
    """Return a text in this session's language."""
    return text.said(language())


def know_pages(pages: Sequence[StreamlitPage]) -> None:
    """Keep which pages there are, the first of them first, so that one can lead to another."""
    st.session_state["pages"] = tuple(pages)


def go_to_first_page() -> None:
    """Show the page that the app opens with."""
    pages = cast("tuple[StreamlitPage, ...]", st.session_state.get("pages", ()))
    if pages:
        st.switch_page(pages[0])


def workspace() -> Path:
    """Return the workspace the server was started on."""
    return Path(os.environ.get(WORKSPACE_VARIABLE) or "workspace")


def is_read_only() -> bool:
    """Whether layers may not be loaded from the browser."""
    return os.environ.get(READ_ONLY_VARIABLE, "") not in ("", "0")


@st.cache_resource(show_spinner=False)
def sweep() -> None:
    """Remove, once for all sessions, the folders of sessions whose server was killed."""
    session_folders.sweep()


@st.cache_resource(scope="session", on_release=session_folders.remove)
def folder() -> Path:
    """Return this session's folder for uploads and drawings; it is removed when the session ends."""
    return session_folders.make()


def upload_key() -> str:
    """Return the key of the upload: a new one each time it is emptied."""
    return f"upload_{st.session_state.setdefault('upload_number', 0)}"


def empty_upload() -> None:
    """Make the upload forget its files."""
    st.session_state["upload_number"] = st.session_state.get("upload_number", 0) + 1


def plain(text: str) -> str:
    r"""Return a text so that Markdown shows it as it is: an attribute must not become a link or picture.

    Examples
    --------
    >>> plain("![x](http://a.example/b.png)")
    '\\!\\[x\\]\\(http\\:\\/\\/a\\.example\\/b\\.png\\)'
    """
    marks = "\\`*_{}[]()<>#+-.!|~$:/&^=@\"'%,;?"
    one_line = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in marks else letter for letter in one_line)


def show_error(error: InputError) -> None:
    """Show what is wrong and how to mend it; the page goes on."""
    what, mend = page_words.said(error, language(), drawn=asked().origin == "drawing")
    st.error(f"{plain(what)}\n\n{plain(mend)}", icon=":material/error:")
