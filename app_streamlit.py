"""The app: which pages there are. Start it with `planner app` or `make app`."""

from __future__ import annotations

import streamlit as st

from app_pages import download, law, layers, priorities, session, siting, style, texts

st.set_page_config(
    page_title=session.say(texts.TITLE), layout="wide", initial_sidebar_state="expanded", menu_items={}
)
style.apply()
session.sweep()
pages = [
    st.Page(siting.page, title=session.say(texts.SITING), url_path="siting", default=True),
    st.Page(priorities.page, title=session.say(texts.PRIORITIES), url_path="priorities"),
    st.Page(layers.page, title=session.say(texts.LAYERS), url_path="layers"),
    st.Page(law.page, title=session.say(texts.LAW), url_path="law"),
    st.Page(download.page, title=session.say(texts.DOWNLOAD), url_path="download"),
]
session.know_pages(pages)
chosen = st.navigation(pages, position="top")
style.language_switch()
chosen.run()
