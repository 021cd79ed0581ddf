/** GeoJSON in and out of the map's plane (Web Mercator is only how it is shown, never measured in). */

import GeoJSON from 'ol/format/GeoJSON.js';
import type Feature from 'ol/Feature.js';

export interface GeoJSONFeatureCollection {
  type: 'FeatureCollection';
  features: object[];
}

export const SHOWN = 'EPSG:3857';
export const DEGREES = 'EPSG:4326';

const format = new GeoJSON({ dataProjection: DEGREES, featureProjection: SHOWN });
const DECIMALS = 9;

export function read(collection: GeoJSONFeatureCollection): Feature[] {
  return format.readFeatures(collection) as Feature[];
}

export function write(features: Feature[]): GeoJSONFeatureCollection {
  return format.writeFeaturesObject(features, { decimals: DECIMALS }) as GeoJSONFeatureCollection;
}
