"""How files are written for whoever takes them away, and the buttons that give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import streamlit as st

from app_pages import choice, session, texts
from app_pages.session import plain, say
from gis.errors import Text
from planner import app_files
from planner.app_files import Files

_ENCODINGS = ("GBK", "UTF-8")
_CRS = ("EPSG:4490", "EPSG:4526", "EPSG:4547", "EPSG:4546")


@dataclass
class Delivery:
    """Encoding of shapefiles and coordinate system of all files; it outlives the widgets."""

    encoding: str = _ENCODINGS[0]
    crs: str = _CRS[0]

    def take_encoding(self, encoding: str) -> None:
        """Write shapefiles in an encoding from now on."""
        self.encoding = encoding

    def take_crs(self, crs: str) -> None:
        """Write files in a coordinate system from now on."""
        self.crs = crs


def wanted() -> Delivery:
    """Return how this session wants its files."""
    if "delivery" not in st.session_state:
        st.session_state["delivery"] = Delivery()
    return cast("Delivery", st.session_state["delivery"])


def ask(name: str, widths: Sequence[int]) -> Delivery:
    """Draw the fields of encoding and coordinate system, and return what they say."""
    delivery = wanted()
    left, right, *_ = st.columns(widths)
    encodings = {encoding: encoding for encoding in _ENCODINGS}
    with left:
        choice.from_row(
            say(texts.ENCODING),
            encodings,
            delivery.encoding,
            delivery.take_encoding,
            name=f"{name}_encoding",
        )
    with right:
        choice.from_list(
            say(texts.TARGET_CRS),
            {crs: crs for crs in _CRS},
            delivery.crs,
            delivery.take_crs,
            name=f"{name}_crs",
        )
    return delivery


def offer(files: Files, titles: Sequence[tuple[str, Text, str]], name: str, columns: int) -> None:
    """Draw a button for each file there is, why one is not as it was wished, and what to know of them."""
    if files.fault is not None:
        session.show_error(files.fault)
    places = st.columns(columns)
    for position, (file, title, mimetype) in enumerate(_offered(files, titles)):
        places[position % columns].download_button(
            title,
            files.contents[file],
            file_name=file,
            mime=mimetype,
            key=f"{name}_{file}",
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
        )
    for note in files.notes:
        st.caption(plain(f"{say(note.what)} {say(note.done)}"))


def _offered(files: Files, titles: Sequence[tuple[str, Text, str]]) -> list[tuple[str, str, str]]:
    """Return name, title and MIME type of the files there are, in the order of the titles."""
    named = [
        pair
        for file, title, mimetype in titles
        for pair in (
            (file, say(title), mimetype),
            (app_files.in_utf8(file), f"{say(title)} {app_files.UNIVERSAL}", mimetype),
        )
    ]
    return [item for item in named if item[0] in files.contents]
