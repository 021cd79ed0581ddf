/** What Python sends to the map, and what the map sends back. */

import type { GeoJSONFeatureCollection } from './geojson';

/** West, south, east, north in degrees of CGCS2000. */
export type Extent = [number, number, number, number];

export type Hatch = '' | '/' | '\\' | 'x' | '.' | '-' | '|';

export interface Symbol {
  fill: string;
  line: string;
  hatch: Hatch;
}

/** A file of features, fetched when the view meets its extent. */
export interface Part {
  url: string;
  extent: Extent;
}

/** One degree of detail of a layer; it is shown at resolutions below `below_m` per pixel. */
export interface Level {
  below_m: number | null;
  parts: Part[];
}

export interface LayerSpec {
  id: string;
  title: string;
  group: string;
  geometry: 'polygon' | 'line' | 'point';
  symbol: Symbol;
  visible: boolean;
  illustrative: boolean;
  labelled: boolean;
  levels: Level[];
}

/** What a check was about and what it found; `codes` are the verdicts that occur. */
export interface Overlay {
  id: string;
  title: string;
  url: string;
  codes: string[];
}

/** How one verdict is drawn; `code` stands in the features' property `code`. */
export interface VerdictSymbol extends Symbol {
  code: string;
  title: string;
  dashed: boolean;
}

export interface Tiles {
  url: string;
  attribution: string;
  max_zoom: number;
}

export interface MapData {
  words: Record<string, string>;
  view_key: string;
  home: Extent;
  hillshade: Part | null;
  tiles: Tiles | null;
  layers: LayerSpec[];
  overlays: Overlay[];
  verdicts: VerdictSymbol[];
  drawing: { nonce: string; features: GeoJSONFeatureCollection } | null;
  can_draw: boolean;
  /** The finding in hand: framed on the map, scrolled to in the list. */
  selected: string | null;
  fly: { nonce: string; extent: Extent } | null;
  run: number;
}

/** A click on the map: what was hit, and where. */
export interface Clicked {
  layer: string | null;
  id: string | null;
  longitude: number;
  latitude: number;
}

/** What Streamlit hands to a component each time its script has run. */
export interface ComponentArguments {
  key: string;
  data: MapData;
  parentElement: HTMLElement;
  setStateValue(name: 'drawn', value: GeoJSONFeatureCollection): void;
  setTriggerValue(name: 'clicked', value: Clicked): void;
}
