"""The boundary that is asked about: taken from uploads or a drawing, or dropped; of its files those in use stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app_pages import checking, session
from gis.errors import InputError
from planner import app_question, session_folders
from planner.app_question import Upload


def take_uploads(uploads: Sequence[Upload], origin: str = "upload") -> None:
    """Make uploaded files the boundary that is asked about."""
    question = session.asked()
    question.forget_sites()
    try:
        question.sites = app_question.store(session.folder(), uploads)
        question.origin = origin
    except InputError as error:
        question.error = error
    _drop_unused()


def take_drawing(collection: dict[str, Any]) -> None:
    """Make what was drawn the boundary that is asked about; nothing drawn is no boundary."""
    question = session.asked()
    if question.origin == "upload":
        session.empty_upload()
    question.drawn = collection
    question.selected, question.error = None, None
    if not collection["features"]:
        question.sites, question.origin = (), ""
    else:
        _store_drawing(collection)
    _drop_unused()


def _store_drawing(collection: dict[str, Any]) -> None:
    question = session.asked()
    try:
        question.sites = (app_question.store_drawing(session.folder(), collection),)
        question.origin, question.crs = "drawing", app_question.DRAWN_CRS
        question.layer, question.width_m = "", None
    except InputError as error:
        question.sites, question.error = (), error


def forget() -> None:
    """Drop the boundary, whatever it came from, and its files."""
    session.asked().forget_sites()
    _drop_unused()


def _drop_unused() -> None:
    """Remove the files of earlier boundaries, except of the one that is being checked."""
    used = (*session.asked().sites, *checking.sites_in_use())
    session_folders.keep_only(session.folder(), used)
