"""What all sessions share: the workspace's layers, and how the map draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app_pages import session, texts
from app_pages.kept import Kept
from gis.errors import InputError
from layers.layer import Layer
from layers.spec import LayerSpec, catalogue
from layers.study import EXTENT_DEG
from planner import app_layers, app_relief, app_workspace
from planner import workspace as workspaces
from planner.app_layers import Level
from planner.app_relief import Relief
from planner.workspace import Loaded, Workspace

DAY_S = 24 * 3600.0
MOST_WORKSPACES = 2


@dataclass(frozen=True, eq=False, slots=True)
class MapLayer:
    """A layer as the map draws it."""

    spec: LayerSpec
    illustrative: bool
    labelled: bool
    levels: tuple[Level, ...]


@dataclass(frozen=True, eq=False, slots=True)
class MapStock:
    """Layers and base of the map; ``order`` is from the bottom to the top, ``home_deg`` the city.

    ``relief_fault`` says why there is no relief although the workspace has an elevation raster.
    """

    layers: Mapping[str, MapLayer]
    order: tuple[str, ...]
    relief: Relief | None
    relief_fault: InputError | None
    home_deg: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False, slots=True)
class Stock:
    """A workspace, whole: its manifest, its layers, its map."""

    fingerprint: str
    workspace: Workspace
    loaded: Loaded
    control: Loaded
    map: MapStock


@st.cache_resource(show_spinner=False)
def _stocks() -> Kept[Stock]:
    return Kept(MOST_WORKSPACES, DAY_S)


def of_workspace() -> Stock:
    """Return the workspace's stock, reading it where it is new or has changed.

    Raises
    ------
    InputError
        When there is no workspace, or no longer one.
    """
    folder = session.workspace()
    mark = app_workspace.fingerprint(folder)
    # Also where there is nothing to say: what follows on the page must not change its place.
    place = st.empty()
    stock = _stocks().get(mark)
    if stock is None:
        stock = _made(mark, place)
        _stocks().put(mark, stock)
    return stock


def _made(mark: str, place: DeltaGenerator) -> Stock:
    folder = session.workspace()
    count = len(catalogue())
    bar = Progress(session.say(texts.LOADING), 2 * count + 1, place)
    opened = workspaces.open_folder(folder)
    loaded = app_workspace.load(folder, bar.tell)
    bar.title = session.say(texts.PREPARING)
    bar.tell("relief")
    drawn: dict[str, MapLayer] = {}
    for name, layer in loaded.layers.items():
        bar.tell(name)
        drawn[name] = _drawn(layer)
    relief, relief_fault = _relief(opened)
    bar.end()
    order = tuple(sorted(drawn, key=_height))
    counties = loaded.layers.get("county")
    home_deg = EXTENT_DEG if counties is None else app_layers.extent_of(counties.features)
    stock = MapStock(MappingProxyType(drawn), order, relief, relief_fault, home_deg)
    return Stock(mark, opened, loaded, app_workspace.control_only(loaded), stock)


def _drawn(layer: Layer) -> MapLayer:
    labelled = layer.id in app_layers.NAMED_LAYERS
    return MapLayer(layer.spec, layer.source.illustrative, labelled, app_layers.levels(layer))


def _relief(opened: Workspace) -> tuple[Relief | None, InputError | None]:
    # Kept beside the layers, not shown here: this runs once for all sessions of a day.
    try:
        return app_relief.relief(opened), None
    except InputError as error:
        return None, error


def _height(name: str) -> tuple[int, int, str]:
    """Sort polygons below lines below points, frames over fills."""
    spec = catalogue()[name]
    kind = ("polygon", "line", "point").index(spec.geometry)
    return (max(kind, int(name in app_layers.NAMED_LAYERS)), kind, name)


class Progress:
    """A bar on the page that says what is being done."""

    def __init__(self, title: str, steps: int, place: DeltaGenerator) -> None:
        self.title = title
        self._steps = steps
        self._done = 0
        self._place = place
        self.tell("")

    def tell(self, what: str) -> None:
        """Say what is being done now."""
        show_progress(self._place, self.title, self._done / self._steps, what)
        self._done += 1

    def end(self) -> None:
        """Take the bar away."""
        self._place.empty()


def show_progress(place: DeltaGenerator, title: str, share: float, *doing: str) -> None:
    """Draw a bar that says how much is done, and what is being done: layers by their titles."""
    names = [session.say(catalogue()[what].title) if what in catalogue() else what for what in doing]
    said = session.plain(" ".join(filter(None, names)))
    place.progress(min(1.0, share), text=f"{title} {said}")
