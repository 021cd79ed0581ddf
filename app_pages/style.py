"""The look of the pages beyond the theme. Style sheets only: no data ever goes into HTML."""

from __future__ import annotations

from functools import cache
from importlib import resources

import streamlit as st

from app_pages import palette, session, texts
from app_pages.session import say


@cache
def _rules() -> str:
    return resources.files("app_pages").joinpath("style.css").read_text(encoding="utf-8")


def apply() -> None:
    """Put the style sheet on the page."""
    chips = "".join(
        f'[class*="st-key-verdict_{palette.css_name(symbol.code)}_"] {{ background: {symbol.chip}; }}'
        f'[class*="st-key-finding_{palette.css_name(symbol.code)}_"] {{ border-left-color: {symbol.chip}; }}'
        for symbol in palette.SYMBOLS
    )
    # Streamlit's own word on the button is English only.
    button = (
        f'[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{say(texts.CHOOSE_FILES)}"; }}'
    )
    st.html(f"<style>{_rules()}{chips}{button}</style>")


def language_switch() -> None:
    """Draw the button that changes the language."""
    with st.container(key="language"):
        st.button(
            say(texts.OTHER_LANGUAGE),
            key="switch_language",
            on_click=session.switch_language,
            type="tertiary",
            icon=":material/translate:",
        )
