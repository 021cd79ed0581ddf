"""The study area: Yangquan and its five counties."""

from __future__ import annotations

from types import MappingProxyType

from gis.errors import Text

COUNTIES = MappingProxyType(
    {
        "140302": Text("城区", "Chengqu"),
        "140303": Text("矿区", "Kuangqu"),
        "140311": Text("郊区", "Jiaoqu"),
        "140321": Text("平定县", "Pingding"),
        "140322": Text("盂县", "Yuxian"),
    }
)
EXTENT_DEG = (112.9, 37.6, 114.1, 38.6)
"""West, south, east, north of the city (S), rounded outwards."""
