"""Draw every layer of the demonstration, in the order in which they depend on each other."""

from __future__ import annotations

from collections.abc import Callable

import geopandas
import numpy as np

from data import (
    context_layers,
    control_lines,
    control_units,
    cover_layers,
    hazard_layers,
    mine_patches,
    spring_layers,
    villages,
    water_layers,
)
from data.arrays import Geometries
from data.land import Land

Layers = dict[str, geopandas.GeoDataFrame]


def draw(land: Land, tell: Callable[[str], None]) -> Layers:
    """Draw the layers; ``tell`` is called with the name of each before it is drawn.

    Returns
    -------
    dict of kind to GeoDataFrame
        EPSG:4547, official field names.
    """
    drawn: Layers = {}
    for kind, maker in _MAKERS.items():
        tell(kind)
        drawn[kind] = maker(land, drawn)
    return drawn


def _ground(drawn: Layers, *kinds: str) -> Geometries:
    ground: Geometries = np.concatenate([drawn[kind].geometry.to_numpy() for kind in kinds])
    return ground


def _control_units(land: Land, drawn: Layers) -> geopandas.GeoDataFrame:
    sources = drawn["drinking_water_source"]
    strict = sources.loc[sources["保护区级别"] != "准保护区"].geometry.to_numpy()
    lines = _ground(drawn, "ecological_red_line", "nature_reserve", "spring_key_area")
    return control_units.eco_environment_control_unit(
        land, np.concatenate([lines, strict]), drawn["urban_development_boundary"]
    )


_TOWNS, _LINE, _FARMLAND = "urban_development_boundary", "ecological_red_line", "permanent_basic_farmland"
_MAKERS: dict[str, Callable[[Land, Layers], geopandas.GeoDataFrame]] = {
    "county": lambda land, _: context_layers.county(land),
    "main_functional_zone": lambda land, _: context_layers.main_functional_zone(land),
    "settlement": lambda land, _: villages.settlement(land),
    "coal_mine": lambda land, _: context_layers.coal_mine(land),
    "river": lambda land, _: context_layers.river(land),
    "road": lambda land, _: context_layers.road(land),
    "railway": lambda land, _: context_layers.railway(land),
    _TOWNS: lambda land, _: control_lines.urban_development_boundary(land),
    "nature_reserve": lambda land, _: control_lines.nature_reserve(land),
    _LINE: lambda land, drawn: control_lines.ecological_red_line(
        land, drawn[_TOWNS], drawn["nature_reserve"]
    ),
    _FARMLAND: lambda land, drawn: control_lines.permanent_basic_farmland(land, drawn[_TOWNS], drawn[_LINE]),
    "spring_area": lambda land, _: spring_layers.spring_area(land),
    "spring_key_area": lambda land, drawn: spring_layers.spring_key_area(land, drawn["spring_area"]),
    "leakage_reach": lambda land, drawn: spring_layers.leakage_reach(land, drawn["spring_area"]),
    "abandoned_mine": lambda land, drawn: mine_patches.abandoned_mine(
        land, _ground(drawn, _TOWNS), _ground(drawn, "road")
    ),
    "river_management_range": lambda land, _: water_layers.river_management_range(land),
    "drinking_water_source": lambda land, drawn: water_layers.drinking_water_source(land, drawn[_TOWNS]),
    "wetland": lambda land, _: water_layers.wetland(land),
    "mining_right": lambda land, _: hazard_layers.mining_right(land),
    "geological_hazard": lambda land, drawn: hazard_layers.geological_hazard(land, drawn["mining_right"]),
    "contaminated_plot": lambda land, drawn: hazard_layers.contaminated_plot(land, drawn[_TOWNS]),
    "steep_slope": lambda land, _: hazard_layers.steep_slope(land),
    "soil_erosion_area": lambda land, _: hazard_layers.soil_erosion_area(land),
    "general_farmland": lambda land, drawn: cover_layers.general_farmland(
        land, _ground(drawn, _TOWNS, _LINE), drawn[_FARMLAND]
    ),
    "farmland_concentrated_area": lambda land, drawn: cover_layers.farmland_concentrated_area(
        land, drawn[_FARMLAND]
    ),
    "forest_land": lambda land, drawn: cover_layers.forest_land(
        land, _ground(drawn, _TOWNS, _FARMLAND, "general_farmland"), drawn[_LINE]
    ),
    "heritage_line": lambda land, _: cover_layers.heritage_line(land),
    "invasive_species_focus": lambda land, drawn: cover_layers.invasive_species_focus(
        land, drawn["spring_area"]
    ),
    "eco_structure": lambda land, drawn: context_layers.eco_structure(land, drawn["spring_key_area"]),
    "city_structure": lambda land, drawn: context_layers.city_structure(land, drawn["spring_area"]),
    "eco_environment_control_unit": _control_units,
}
