/** Drawing, editing and deleting the site's boundary; measuring. One tool is in hand at a time. */

import type Feature from 'ol/Feature.js';
import type Map from 'ol/Map.js';
import { Draw, Modify, Select, Snap } from 'ol/interaction.js';
import type Interaction from 'ol/interaction/Interaction.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import { LineString, Polygon } from 'ol/geom.js';
import type { Geometry } from 'ol/geom.js';
import { toLonLat } from 'ol/proj.js';

import { area_m2, type Degrees, distance_m } from './geodesy';
import { corners, crossesItself } from './rings';
import { drawingStyle, measureStyle, sketchStyle } from './styles';

export type Tool = 'draw' | 'edit' | 'delete' | 'length' | 'area';

const LEAST_CORNERS = 3;
const SNAP_PX = 10;

interface Told {
  words: () => Record<string, string>;
  note: (text: string) => void;
  changed: () => void;
  toolChanged: (tool: Tool | null) => void;
}

export class Drawing {
  readonly source = new VectorSource();
  private readonly measured = new VectorSource();
  private interactions: Interaction[] = [];
  tool: Tool | null = null;

  constructor(
    private readonly map: Map,
    private readonly told: Told,
  ) {
    map.addLayer(new VectorLayer({ source: this.source, style: drawingStyle, zIndex: 900 }));
    map.addLayer(new VectorLayer({ source: this.measured, style: measureStyle((item) => this.said(item)), zIndex: 950 }));
  }

  /** Take a tool in hand, or put it away (null); the same tool again puts it away. */
  take(tool: Tool | null): void {
    this.interactions.forEach((item) => this.map.removeInteraction(item));
    this.tool = tool === this.tool ? null : tool;
    this.interactions = this.tool === null ? [] : this.interactionsOf(this.tool);
    this.interactions.forEach((item) => this.map.addInteraction(item));
    this.told.note(this.tool === null ? '' : (this.told.words()[`hint_${this.tool}`] ?? ''));
    this.told.toolChanged(this.tool);
  }

  /** Give up what is being drawn; with nothing begun, put the tool away. */
  escape(): void {
    const drawing = this.interactions.find((item): item is Draw => item instanceof Draw);
    if (drawing && this.begun(drawing)) drawing.abortDrawing();
    else this.take(null);
  }

  removeLastPoint(): void {
    this.interactions.forEach((item) => item instanceof Draw && item.removeLastPoint());
  }

  clear(): void {
    const hadDrawing = !this.source.isEmpty();
    this.source.clear();
    this.measured.clear();
    this.take(null);
    if (hadDrawing) this.told.changed();
  }

  replace(features: Feature[]): void {
    this.source.clear();
    this.source.addFeatures(features);
  }

  private begun(drawing: Draw): boolean {
    return (drawing.getOverlay().getSource()?.getFeatures().length ?? 0) > 1;
  }

  private interactionsOf(tool: Tool): Interaction[] {
    if (tool === 'draw') return [this.drawInteraction(), new Snap({ source: this.source, pixelTolerance: SNAP_PX })];
    if (tool === 'edit') return [this.modifyInteraction(), new Snap({ source: this.source, pixelTolerance: SNAP_PX })];
    if (tool === 'delete') return [this.deleteInteraction()];
    return [this.measureInteraction(tool)];
  }

  private drawInteraction(): Draw {
    const finishCondition = (): boolean => this.mayFinish(draw);
    const draw: Draw = new Draw({ source: this.source, type: 'Polygon', style: sketchStyle, finishCondition });
    draw.on('drawend', () =>
      // The feature joins the source only after this event.
      setTimeout(() => {
        this.take(null);
        this.told.changed();
      }),
    );
    return draw;
  }

  private mayFinish(draw: Draw): boolean {
    const sketched = draw.getOverlay().getSource()!.getFeatures().map((item) => item.getGeometry());
    const polygon = sketched.find((item): item is Polygon => item instanceof Polygon);
    return polygon !== undefined && this.isGood(polygon);
  }

  private isGood(polygon: Polygon): boolean {
    const rings = polygon.getCoordinates();
    if (rings.some((ring) => corners(ring) < LEAST_CORNERS)) return this.refuse('refused_corners');
    if (rings.some((ring) => crossesItself(ring))) return this.refuse('refused_crossing');
    return true;
  }

  private refuse(word: string): false {
    this.told.note(this.told.words()[word] ?? word);
    return false;
  }

  private modifyInteraction(): Modify {
    let before: [Feature, Geometry][] = [];
    const modify = new Modify({ source: this.source, style: sketchStyle[2]! });
    modify.on('modifystart', () => {
      before = this.source.getFeatures().map((item) => [item, item.getGeometry()!.clone()]);
    });
    modify.on('modifyend', () => {
      const polygons = this.source.getFeatures().map((item) => item.getGeometry());
      if (polygons.every((item) => !(item instanceof Polygon) || this.isGood(item))) {
        this.told.note(this.told.words()['hint_edit'] ?? '');
        this.told.changed();
      } else before.forEach(([item, geometry]) => item.setGeometry(geometry));
    });
    return modify;
  }

  private deleteInteraction(): Select {
    const select = new Select({ layers: (layer) => layer.getSource() === this.source, style: drawingStyle, hitTolerance: 4 });
    select.on('select', ({ selected }) => {
      if (!selected.length) return;
      selected.forEach((item) => this.source.removeFeature(item));
      select.getFeatures().clear();
      if (this.source.isEmpty()) this.take(null);
      this.told.changed();
    });
    return select;
  }

  private measureInteraction(tool: 'length' | 'area'): Draw {
    const style = measureStyle((item) => this.said(item));
    const draw = new Draw({ source: this.measured, type: tool === 'length' ? 'LineString' : 'Polygon', style });
    draw.on('drawstart', () => this.measured.clear());
    return draw;
  }

  /** What a measurement says of itself: metres or kilometres, hectares and mu, on the ellipsoid. */
  private said(item: Feature): string {
    const geometry = item.getGeometry();
    const words = this.told.words();
    if (geometry instanceof LineString) {
      const points = geometry.getCoordinates().map((point) => toLonLat(point) as unknown as Degrees);
      const length_m = points.slice(1).reduce((sum, point, index) => sum + distance_m(points[index]!, point), 0);
      return length_m < 10_000 ? `${length_m.toFixed(1)} ${words['metres']}` : `${(length_m / 1000).toFixed(3)} ${words['kilometres']}`;
    }
    if (geometry instanceof Polygon) {
      const ring = geometry.getCoordinates()[0]!.map((point) => toLonLat(point) as unknown as Degrees);
      const hectares = area_m2(ring) / 10_000;
      return `${hectares.toFixed(4)} ${words['hectares']} = ${(hectares * 15).toFixed(2)} ${words['mu']}`;
    }
    return '';
  }
}
