"""The map component: what it is sent, and what comes back of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from app_pages import boundary, palette, session, texts
from app_pages.palette import VerdictSymbol
from app_pages.stock import MapStock
from planner.app_findings import Shown

KEY = "map"
VISIBLE_AT_FIRST = ("county", "ecological_red_line", "permanent_basic_farmland", "urban_development_boundary")
_PROJECT, _COMPONENT = "yangquan-planner", "map"
_ASSETS = "map_assets"


def _component() -> Any:
    """Register the component with its folder of assets, and return what mounts it.

    Streamlit would find the folder through an installed package that is named as the distribution;
    said outright, it works as well from a checkout. A new server (each test has one) asks again.
    """
    name = f"{_PROJECT}.{_COMPONENT}"
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(name) is None:
        config = ComponentConfig(name=_COMPONENT, asset_dir=_ASSETS)
        manifest = ComponentManifest(name=_PROJECT, version="0", components=[config])
        manager.register_from_manifest(manifest, Path(__file__).parent)
    return st.components.v2.component(name, js="map-*.js", css="map-*.css")


def show(
    stock: MapStock, shown: Shown | None, *, can_draw: bool, view: str, visible: tuple[str, ...]
) -> None:
    """Draw the map with the workspace's layers and, where there is one, a check's findings.

    Parameters
    ----------
    stock
        Layers and base of the map.
    shown
        What a check found.
    can_draw
        Whether a boundary may be drawn here.
    view
        Maps of the same name share place, scale and switched layers.
    visible
        Layers shown at first.
    """
    question = session.asked()
    fly = question.fly if can_draw else None
    data = {
        "overlays": _overlays(shown),
        "verdicts": [
            {**asdict(symbol), "title": session.say(palette.title(symbol.code))} for symbol in palette.SYMBOLS
        ],
        "drawing": {"nonce": str(question.drawing_number), "features": question.drawn} if can_draw else None,
        "can_draw": can_draw,
        "selected": question.selected if can_draw else None,
        "fly": None if fly is None else {"nonce": str(fly[0]), "extent": fly[1]},
    }
    left = _mount(stock, view, visible, data, lambda: _clicked(view))
    if can_draw and left and question.never_had_a_boundary:
        # A page left open longer than its session: the browser still has what was drawn.
        boundary.take_drawing(left)
        st.rerun()


@dataclass(frozen=True, eq=False, slots=True)
class Marked:
    """Ground that a page draws over the layers.

    Parameters
    ----------
    title
        Of the legend.
    ground
        GeoJSON; each feature has an ``id`` and a ``code``, a point a ``mark`` too.
    codes
        Code and title of what occurs.
    symbols
        How codes are drawn.
    selected
        The feature in hand.
    fly
        Number of the order, and the place to show.
    """

    title: str
    ground: bytes
    codes: tuple[tuple[str, str], ...]
    symbols: tuple[VerdictSymbol, ...]
    selected: str | None
    fly: tuple[int, tuple[float, float, float, float]] | None


def show_marked(
    stock: MapStock,
    marked: Marked,
    *,
    view: str,
    visible: tuple[str, ...],
    on_click: Callable[[str | None], None],
) -> None:
    """Draw the map with a page's own ground over the layers; ``on_click`` is told what was hit, if anything."""
    titles = dict(marked.codes)
    overlay = _overlay("findings", marked.title, marked.ground, tuple(titles))
    data = {
        "overlays": [overlay],
        "verdicts": [{**asdict(symbol), "title": titles.get(symbol.code, "")} for symbol in marked.symbols],
        "drawing": None,
        "can_draw": False,
        "selected": marked.selected,
        "fly": None if marked.fly is None else {"nonce": str(marked.fly[0]), "extent": marked.fly[1]},
    }
    _mount(stock, view, visible, data, lambda: on_click(_hit(view)))


def _mount(
    stock: MapStock, view: str, visible: tuple[str, ...], data: dict[str, Any], on_clicked: Callable[[], None]
) -> dict[str, Any] | None:
    """Draw the map and return what is drawn on it, if anything is."""
    if stock.relief_fault is not None:
        session.show_error(stock.relief_fault)
    run = st.session_state.get("map_run", 0) + 1
    st.session_state["map_run"] = run
    state = _component()(
        key=f"{KEY}_{view}",
        data={
            "words": {name: session.say(text) for name, text in texts.MAP_WORDS.items()},
            "view_key": view,
            "home": stock.home_deg,
            "hillshade": _hillshade(stock),
            "tiles": _tiles(),
            "layers": [_layer(stock, name, visible) for name in stock.order],
            "run": run,
            **data,
        },
        on_drawn_change=lambda: _drawn(view),
        on_clicked_change=on_clicked,
    )
    drawn = _collection(state.get("drawn"))
    return drawn if drawn and drawn["features"] else None


def _drawn(view: str) -> None:
    drawn = _collection(st.session_state[f"{KEY}_{view}"].get("drawn"))
    if drawn is not None:
        boundary.take_drawing(drawn)


def _collection(drawn: object) -> dict[str, Any] | None:
    """Return what a browser says was drawn; None for anything else."""
    if isinstance(drawn, Mapping) and isinstance(drawn.get("features"), list):
        return {"type": "FeatureCollection", "features": list(drawn["features"])}
    return None


def _clicked(view: str) -> None:
    if isinstance(st.session_state[f"{KEY}_{view}"].get("clicked"), Mapping):
        session.asked().selected = _hit(view)


def _hit(view: str) -> str | None:
    """Return the id of what was clicked; None when it was nothing."""
    clicked = st.session_state[f"{KEY}_{view}"].get("clicked")
    identifier = clicked.get("id") if isinstance(clicked, Mapping) else None
    return identifier if isinstance(identifier, str) else None


def _url(content: bytes, mimetype: str, name: str) -> str:
    """Return an address that this session's browser can fetch; it is gone when no session uses it."""
    return str(st.runtime.get_instance().media_file_mgr.add(content, mimetype, f"map.{name}"))


def _hillshade(stock: MapStock) -> dict[str, Any] | None:
    if stock.relief is None:
        return None
    return {"url": _url(stock.relief.png, "image/png", "relief"), "extent": stock.relief.extent_deg}


def _tiles() -> dict[str, Any] | None:
    """Return the tile base that was configured; without one the browser asks nobody."""
    url = os.environ.get(session.TILES_VARIABLE, "")
    attribution = os.environ.get(session.TILES_ATTRIBUTION_VARIABLE, "")
    return {"url": url, "attribution": attribution, "max_zoom": 18} if url else None


def _layer(stock: MapStock, name: str, visible: tuple[str, ...]) -> dict[str, Any]:
    layer = stock.layers[name]
    group = texts.CONTROL_LAYERS if layer.spec.role == "control" else texts.CONTEXT_LAYERS
    return {
        "id": name,
        "title": session.say(layer.spec.title),
        "group": session.say(group),
        "geometry": layer.spec.geometry,
        "symbol": asdict(layer.spec.symbol),
        "visible": name in visible,
        "illustrative": layer.illustrative,
        "labelled": layer.labelled,
        "levels": [
            {
                "below_m": level.below_m,
                "parts": [
                    {
                        "url": _url(part.content, "application/json", f"{name}.{number}.{position}"),
                        "extent": part.extent_deg,
                    }
                    for position, part in enumerate(level.parts)
                ],
            }
            for number, level in enumerate(layer.levels)
        ],
    }


def _overlays(shown: Shown | None) -> list[dict[str, Any]]:
    if shown is None:
        return []
    return [
        _overlay("findings", session.say(texts.FINDINGS_OVERLAY), shown.ground, shown.codes),
        _overlay("site", session.say(texts.SITE_OVERLAY), shown.sites, ()),
    ]


def _overlay(identifier: str, title: str, content: bytes, codes: tuple[str, ...]) -> dict[str, Any]:
    url = _url(content, "application/json", identifier)
    return {"id": identifier, "title": title, "url": url, "codes": codes}
