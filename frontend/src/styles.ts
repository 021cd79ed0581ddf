/** How layers, findings, drawings and measurements look. */

import type Feature from 'ol/Feature.js';
import type { FeatureLike } from 'ol/Feature.js';
import { Circle, Fill, Stroke, Style, Text } from 'ol/style.js';
import type { StyleFunction } from 'ol/style/Style.js';

import { fillOf } from './hatching';
import type { LayerSpec, VerdictSymbol } from './messages';

export const FONT = '"Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif';
export const LAYER_OPACITY = 0.42;
export const FINDING_OPACITY = 0.8;

const INK = '#1f2a30';
const HALO = 'rgba(255,255,255,0.92)';
const DRAWING = '#0b4f8a';
const MEASURE = '#7a1fa2';
const MARK_PX = 9;
const SMALL_MARK_PX = 4.5;

function label(text: string, offset_px: number, weight = 500): Text {
  return new Text({
    text,
    font: `${weight} 12px ${FONT}`,
    fill: new Fill({ color: INK }),
    stroke: new Stroke({ color: HALO, width: 3.5 }),
    offsetY: offset_px,
    overflow: true,
  });
}

function plainStyle(spec: LayerSpec, isCoarse: boolean): Style {
  const { symbol } = spec;
  if (spec.geometry === 'point') {
    const stroke = new Stroke({ color: symbol.line, width: 1.4 });
    const image = new Circle({ radius: 4.5, fill: new Fill({ color: symbol.fill }), stroke, declutterMode: 'none' });
    return new Style({ image });
  }
  if (spec.geometry === 'line') return new Style({ stroke: new Stroke({ color: symbol.line, width: isCoarse ? 1.1 : 1.8 }) });
  // A labelled layer (the counties) frames the others: it has an outline and no fill.
  if (spec.labelled) return new Style({ stroke: new Stroke({ color: symbol.line, width: 1.6, lineDash: [8, 4] }) });
  // From far away the outlines of small features would hide their fill.
  const stroke = new Stroke({ color: symbol.line, width: isCoarse ? 0.25 : 0.9 });
  return new Style({ stroke, fill: new Fill({ color: fillOf(symbol, LAYER_OPACITY) }) });
}

/** Style of a layer at one degree of detail; one style object serves all its features. */
export function layerStyle(spec: LayerSpec, isCoarse: boolean): StyleFunction {
  const plain = plainStyle(spec, isCoarse);
  if (!spec.labelled) return () => plain;
  const offset_px = spec.geometry === 'point' ? 14 : 0;
  return (feature: FeatureLike) => {
    const name = feature.get('name');
    return name ? [plain, new Style({ text: label(String(name), offset_px) })] : plain;
  };
}

/** Style of findings by verdict; a point stands for ground too small to be seen from far away. */
export function findingStyle(verdicts: VerdictSymbol[]): StyleFunction {
  const known = new Map(verdicts.map((verdict) => [verdict.code, verdict]));
  const styles = new Map(
    verdicts.map((verdict) => {
      const fill = new Fill({ color: fillOf(verdict, FINDING_OPACITY) });
      const dash = verdict.dashed ? { lineDash: [7, 5] } : {};
      return [verdict.code, new Style({ fill, stroke: new Stroke({ color: verdict.line, width: 1.6, ...dash }) })];
    }),
  );
  const marks = new Map<string, Style>();
  const markOf = (verdict: VerdictSymbol, text: string): Style => {
    const name = `${verdict.code} ${text}`;
    const found = marks.get(name) ?? markStyle(verdict, text);
    marks.set(name, found);
    return found;
  };
  return (feature: FeatureLike) => {
    const code = String(feature.get('code'));
    const verdict = known.get(code);
    if (!verdict || !isPoint(feature)) return styles.get(code);
    return markOf(verdict, String(feature.get('mark') ?? ''));
  };
}

function isPoint(feature: FeatureLike): boolean {
  return feature.getGeometry()?.getType() === 'Point';
}

function markStyle(verdict: VerdictSymbol, text: string): Style {
  const fill = new Fill({ color: verdict.fill });
  const image = new Circle({ radius: text ? MARK_PX : SMALL_MARK_PX, fill, stroke: new Stroke({ color: verdict.line, width: 1.4 }) });
  return text ? new Style({ image, text: label(text, 1, 700) }) : new Style({ image });
}

/** Frame of the finding in hand, over everything; its fill stays under what is worse. */
export function frameStyle(selected: () => string | null): StyleFunction {
  const frame = [
    new Style({ stroke: new Stroke({ color: '#ffffff', width: 8 }) }),
    new Style({ stroke: new Stroke({ color: DRAWING, width: 4 }) }),
  ];
  const halo = new Circle({ radius: MARK_PX + 2, fill: new Fill({ color: '#ffffff' }), stroke: new Stroke({ color: '#ffffff', width: 9 }) });
  const ring = new Circle({ radius: MARK_PX + 2, stroke: new Stroke({ color: DRAWING, width: 4 }) });
  const disc = (text: string): Style[] => [
    new Style({ image: halo, zIndex: 1 }),
    new Style({ image: ring, zIndex: 2, text: label(text, 1, 700) }),
  ];
  return (feature: FeatureLike) => {
    if (feature.get('id') !== selected()) return undefined;
    return isPoint(feature) ? disc(String(feature.get('mark') ?? '')) : frame;
  };
}

/** Outline of the site that was checked. */
export const siteStyle = [
  new Style({ stroke: new Stroke({ color: '#ffffff', width: 5 }) }),
  new Style({ stroke: new Stroke({ color: '#111111', width: 2.4 }) }),
];

export const drawingStyle = [
  new Style({ stroke: new Stroke({ color: '#ffffff', width: 5 }) }),
  new Style({
    fill: new Fill({ color: 'rgba(11,79,138,0.14)' }),
    stroke: new Stroke({ color: DRAWING, width: 2.6 }),
  }),
];

export const sketchStyle = [
  ...drawingStyle,
  new Style({ image: new Circle({ radius: 5, fill: new Fill({ color: '#fff' }), stroke: new Stroke({ color: DRAWING, width: 2 }) }) }),
];

/** Style of a measurement, with what it measures written beside it. */
export function measureStyle(said: (feature: Feature) => string): StyleFunction {
  const stroke = new Stroke({ color: MEASURE, width: 2.4, lineDash: [2, 5] });
  const fill = new Fill({ color: 'rgba(122,31,162,0.10)' });
  const image = new Circle({ radius: 4, fill: new Fill({ color: MEASURE }) });
  return (feature: FeatureLike) => [
    new Style({ stroke, fill, image }),
    new Style({ text: label(said(feature as Feature), -14, 700) }),
  ];
}
