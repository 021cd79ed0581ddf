/** The map: its layers, tools and notes, brought in line with each message from Python. */

import OLMap from 'ol/Map.js';
import View from 'ol/View.js';
import type MapBrowserEvent from 'ol/MapBrowserEvent.js';
import { ScaleLine, Zoom } from 'ol/control.js';
import { defaults as defaultInteractions } from 'ol/interaction/defaults.js';
import ImageLayer from 'ol/layer/Image.js';
import TileLayer from 'ol/layer/Tile.js';
import VectorLayer from 'ol/layer/Vector.js';
import ImageStatic from 'ol/source/ImageStatic.js';
import XYZ from 'ol/source/XYZ.js';
import { toLonLat, transformExtent } from 'ol/proj.js';

import { Drawing } from './drawing';
import { element } from './elements';
import { area_m2, type Degrees, distance_m, gaussKrueger } from './geodesy';
import { DEGREES, read, SHOWN, write } from './geojson';
import { absolute, LeveledLayer } from './layer_group';
import type { ComponentArguments, Extent, MapData, Overlay } from './messages';
import { OverlayLayer } from './overlay_layer';
import { Panel, type PanelState } from './panel';
import { findingStyle, frameStyle, siteStyle } from './styles';
import { Toolbar } from './toolbar';

/** Above, right, below, left: clear of the buttons; the legend comes on top of the left. */
const FIT_PADDING_PX = [64, 64, 56, 20];
const HOME_PADDING_PX = [52, 40, 36, 12];
/** On a narrower map the legend starts folded away: it would hide the city. */
const NARROW_PX = 560;
const NARROW_PADDING_PX = [56, 24, 48, 24];
const FLIGHT_MS = 350;
const CLOSEST_M_PER_PX = 0.8;
const HIT_PX = 4;
/** Closer than this the coarse relief says nothing any more. */
const RELIEF_TO_M_PER_PX = 12;
const REVEAL_MS = 250;

/** View and switched layers outlive the element: Streamlit builds a new one on each change of page. */
interface Kept {
  centre: number[];
  resolution: number;
  switched: Map<string, boolean>;
  flown: string;
  panel: PanelState;
}
const kept = new Map<string, Kept>();

export class LandMap {
  readonly map: OLMap;
  readonly drawing: Drawing;
  /** For tests: what is shown beside the pointer, and what is measured. */
  readonly geodesy = { gaussKrueger, distance_m, area_m2 };
  private readonly root: HTMLElement;
  private readonly note: HTMLElement;
  private readonly readout: HTMLElement;
  private readonly badge: HTMLElement;
  private readonly credit: HTMLElement;
  private readonly toolbar: Toolbar;
  private readonly panel: Panel;
  private readonly layers = new Map<string, LeveledLayer>();
  private readonly overlays = new Map<string, OverlayLayer>();
  private readonly bases = new Map<string, ImageLayer<ImageStatic> | TileLayer>();
  private readonly switched: Map<string, boolean>;
  private data: MapData;
  private chosen: string | null = null;
  private frame: VectorLayer | null = null;
  private readonly obeyed: { drawing: string; fly: string };

  constructor(
    host: HTMLElement,
    private given: ComponentArguments,
  ) {
    this.data = given.data;
    const before = kept.get(this.data.view_key);
    this.switched = before?.switched ?? new Map();
    this.obeyed = { drawing: '', fly: before?.flown ?? '' };
    this.root = element('div', 'lm-root', host);
    this.root.dataset['testid'] = 'landmap';
    const target = element('div', 'lm-map', this.root);
    target.tabIndex = 0;
    target.setAttribute('role', 'application');
    const view = new View({ maxZoom: 20, minZoom: 6, enableRotation: false, constrainResolution: false });
    const interactions = defaultInteractions({ altShiftDragRotate: false, pinchRotate: false });
    this.map = new OLMap({ view, interactions, controls: this.controls() });
    if (before) {
      view.setCenter(before.centre);
      view.setResolution(before.resolution);
    }
    this.note = element('div', 'lm-note', this.root);
    this.note.setAttribute('role', 'status');
    this.readout = element('div', 'lm-readout', this.root);
    this.badge = element('div', 'lm-badge', this.root);
    this.credit = element('div', 'lm-credit', this.root);
    this.northArrow();
    this.drawing = new Drawing(this.map, {
      words: () => this.data.words,
      note: (text) => this.say(text),
      changed: () => this.given.setStateValue('drawn', write(this.drawing.source.getFeatures())),
      toolChanged: (tool) => this.toolbar?.show(tool, this.data.can_draw),
    });
    this.toolbar = new Toolbar(
      this.root,
      () => this.data.words,
      (tool) => this.drawing.take(tool),
      () => this.drawing.clear(),
      () => this.fit(this.data.home, FLIGHT_MS, HOME_PADDING_PX),
    );
    this.panel = new Panel(
      this.root,
      (id) => this.isShown(id),
      (id, shown) => this.toggle(id, shown),
      () => this.keep(),
    );
    this.listen(target);
    this.appearIn(target, before);
    Object.assign(this.root, { landmap: this });
  }

  /** Bring everything in line with a message. */
  update(given: ComponentArguments): void {
    this.given = given;
    this.data = given.data;
    this.updateBases();
    this.updateLayers();
    this.data.overlays.forEach((overlay) => this.updateOverlay(overlay));
    for (const [id, { layer }] of this.overlays) {
      if (!this.data.overlays.some((overlay) => overlay.id === id)) {
        this.map.removeLayer(layer);
        if (id === 'findings' && this.frame) this.map.removeLayer(this.frame);
        this.overlays.delete(id);
      }
    }
    this.obey();
    this.choose();
    this.panel.update(this.data);
    this.toolbar.show(this.drawing.tool, this.data.can_draw);
    this.map.getTargetElement()?.setAttribute('aria-label', this.data.words['map'] ?? '');
    this.updateBadge();
    this.updateCredit();
    this.root.dataset['run'] = String(this.data.run);
  }

  remove(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
    this.root.remove();
  }

  /** Where a place is on the page, for tests that move the mouse. */
  pixelOf(place: Degrees): { x: number; y: number } {
    const [x, y] = this.map.getPixelFromCoordinate(transformExtent([...place, ...place], DEGREES, SHOWN).slice(0, 2));
    return { x: x!, y: y! };
  }

  /** Whether everything that is shown has arrived. */
  get isIdle(): boolean {
    const parts = [...this.layers.values(), ...this.overlays.values()];
    return parts.every((part) => part.isIdle) && !this.map.getView().getAnimating();
  }

  /** Draw only once there is room: a map without width or height could not be fitted to anything. */
  private appearIn(target: HTMLElement, before: Kept | undefined): void {
    const observer = new ResizeObserver(() => {
      if (target.clientWidth === 0 || target.clientHeight === 0) return;
      observer.disconnect();
      this.map.setTarget(target);
      this.panel.show(before?.panel ?? (target.clientWidth < NARROW_PX ? 'closed' : 'legend'));
      if (!before && this.obeyed.fly === '') this.fit(this.data.home, 0, HOME_PADDING_PX);
      this.obey();
    });
    observer.observe(target);
  }

  private controls(): (Zoom | ScaleLine)[] {
    const { words } = this.data;
    return [
      new Zoom({ zoomInTipLabel: words['zoom_in'] ?? '', zoomOutTipLabel: words['zoom_out'] ?? '' }),
      new ScaleLine({ minWidth: 80 }),
    ];
  }

  private listen(target: HTMLElement): void {
    this.map.on('moveend', () => this.keep());
    this.map.on('rendercomplete', () => {
      this.root.dataset['idle'] = String(this.data.run);
    });
    this.map.on('pointermove', (event) => this.showPlace(event.coordinate));
    // 'singleclick' would wait 250 ms for a second click.
    this.map.on('click', (event) => this.click(event));
    target.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.drawing.escape();
      if (event.key === 'Backspace') this.drawing.removeLastPoint();
    });
    target.addEventListener('pointerdown', () => target.focus({ preventScroll: true }));
  }

  private keep(): void {
    const view = this.map.getView();
    kept.set(this.data.view_key, {
      centre: view.getCenter()!,
      resolution: view.getResolution()!,
      switched: this.switched,
      flown: this.obeyed.fly,
      panel: this.panel.state,
    });
  }

  private northArrow(): void {
    const arrow = element('div', 'lm-north', this.root);
    arrow.setAttribute('aria-hidden', 'true');
    element('span', '', arrow, 'N');
  }

  private isShown(id: string): boolean {
    const spec = this.data.layers.find((layer) => layer.id === id);
    return this.switched.get(id) ?? spec?.visible ?? true;
  }

  private toggle(id: string, shown: boolean): void {
    this.switched.set(id, shown);
    this.layers.get(id)?.group.setVisible(shown);
    this.overlays.get(id)?.layer.setVisible(shown);
    this.bases.get(id)?.setVisible(shown);
    this.panel.update(this.data);
    this.updateBadge();
    this.updateCredit();
  }

  private updateBases(): void {
    const { hillshade, tiles } = this.data;
    if (tiles && !this.bases.has('tiles')) {
      const source = new XYZ({ url: tiles.url, maxZoom: tiles.max_zoom });
      this.addBase('tiles', new TileLayer({ source, zIndex: 0 }));
    }
    if (hillshade && this.bases.get('hillshade')?.get('url') !== hillshade.url) {
      const old = this.bases.get('hillshade');
      if (old) this.map.removeLayer(old);
      const imageExtent = transformExtent(hillshade.extent, DEGREES, SHOWN);
      const source = new ImageStatic({ url: absolute(hillshade.url), projection: SHOWN, imageExtent });
      const layer = new ImageLayer({ source, zIndex: 1, opacity: tiles ? 0.35 : 1, minResolution: RELIEF_TO_M_PER_PX });
      layer.set('url', hillshade.url);
      this.addBase('hillshade', layer);
    }
  }

  private addBase(id: string, layer: ImageLayer<ImageStatic> | TileLayer): void {
    layer.setVisible(this.isShown(id));
    this.bases.set(id, layer);
    this.map.addLayer(layer);
  }

  private updateLayers(): void {
    const wanted = new Map(this.data.layers.map((spec) => [spec.id, JSON.stringify(spec)]));
    for (const [id, layer] of this.layers) {
      if (wanted.get(id) === JSON.stringify(layer.spec)) layer.retry();
      else {
        this.map.removeLayer(layer.group);
        this.layers.delete(id);
      }
    }
    this.data.layers.forEach((spec, position) => {
      if (this.layers.has(spec.id)) return;
      const layer = new LeveledLayer(spec, (title) => this.say(this.failure(title)));
      layer.group.setVisible(this.isShown(spec.id));
      layer.group.setZIndex(10 + position);
      this.layers.set(spec.id, layer);
      this.map.addLayer(layer.group);
    });
  }

  private updateOverlay(spec: Overlay): void {
    const old = this.overlays.get(spec.id);
    if (old) old.show(spec);
    else {
      const isFindings = spec.id === 'findings';
      const style = isFindings ? findingStyle(this.data.verdicts) : siteStyle;
      const overlay = new OverlayLayer(style, isFindings ? 700 : 800, () => this.say(this.failure(spec.title)));
      overlay.layer.set('id', spec.id);
      overlay.layer.setVisible(this.isShown(spec.id));
      overlay.show(spec);
      this.overlays.set(spec.id, overlay);
      this.map.addLayer(overlay.layer);
      if (isFindings) this.map.addLayer(this.frameOf(overlay));
    }
  }

  private frameOf(findings: OverlayLayer): VectorLayer {
    this.frame = new VectorLayer({ source: findings.source, style: frameStyle(() => this.data.selected), zIndex: 850 });
    return this.frame;
  }

  private failure(title: string): string {
    return `${title}: ${this.data.words['layer_failed'] ?? ''}`;
  }

  /** Obey each order once: a run of the script never moves the user's view by itself. */
  private obey(): void {
    const { drawing, fly } = this.data;
    if (drawing && drawing.nonce !== this.obeyed.drawing) {
      this.obeyed.drawing = drawing.nonce;
      this.drawing.replace(read(drawing.features));
    }
    if (fly && fly.nonce !== this.obeyed.fly && this.map.getTargetElement()) {
      this.obeyed.fly = fly.nonce;
      this.fit(fly.extent, FLIGHT_MS);
    }
  }

  /** Frame the finding in hand, and scroll the list beside the map to it. */
  private choose(): void {
    const { selected } = this.data;
    if (selected === this.chosen) return;
    this.chosen = selected;
    this.frame?.changed();
    if (selected === null) return;
    // The list is drawn by Streamlit, in the same run: give it the time of one frame or two.
    const scroll = (): void => document.querySelector(`[class*="_${CSS.escape(selected)}_chosen"]`)?.scrollIntoView({ block: 'nearest' });
    setTimeout(scroll, REVEAL_MS);
  }

  private fit(extent: Extent, duration: number, wanted = FIT_PADDING_PX): void {
    const place = transformExtent(extent, DEGREES, SHOWN);
    const [width] = this.map.getSize() ?? [0];
    const [above, right, below, left] = (width ?? 0) < NARROW_PX ? NARROW_PADDING_PX : wanted;
    const padding = [above!, right!, below!, left! + ((width ?? 0) < NARROW_PX ? 0 : this.panel.covered)];
    this.map.getView().fit(place, { padding, duration, minResolution: CLOSEST_M_PER_PX });
  }

  private click(event: MapBrowserEvent): void {
    if (this.drawing.tool !== null) return;
    const layers = [...this.overlays.values()].map(({ layer }) => layer);
    let hit: { layer: string; id: string } | null = null;
    this.map.forEachFeatureAtPixel(
      event.pixel,
      (feature, layer) => {
        if (layer.get('id') !== 'findings') return false;
        hit = { layer: 'findings', id: String(feature.get('id')) };
        return true;
      },
      { layerFilter: (layer) => layers.includes(layer as VectorLayer), hitTolerance: HIT_PX },
    );
    const [longitude, latitude] = toLonLat(event.coordinate);
    const found = hit as { layer: string; id: string } | null;
    this.given.setTriggerValue('clicked', {
      layer: found?.layer ?? null,
      id: found?.id ?? null,
      longitude: longitude!,
      latitude: latitude!,
    });
  }

  private showPlace(coordinate: number[]): void {
    const [longitude, latitude] = toLonLat(coordinate) as [number, number];
    const { x_m, y_m } = gaussKrueger([longitude, latitude]);
    const degrees = `${longitude.toFixed(6)}° ${latitude.toFixed(6)}°`;
    this.readout.textContent = `${this.data.words['zone'] ?? ''} X ${x_m.toFixed(1)} Y ${y_m.toFixed(1)} | ${degrees}`;
  }

  private updateBadge(): void {
    const shown = this.data.layers.some((layer) => layer.illustrative && this.isShown(layer.id));
    const found = this.data.overlays.some((overlay) => overlay.id === 'findings' && overlay.codes.length > 0);
    const illustrative = this.data.layers.some((layer) => layer.illustrative) && (shown || found);
    this.badge.textContent = illustrative ? (this.data.words['illustrative_badge'] ?? '') : '';
    this.badge.hidden = !illustrative;
  }

  /** Whose tiles these are. As text: OpenLayers would put it in as HTML. */
  private updateCredit(): void {
    const { tiles } = this.data;
    this.credit.textContent = tiles && this.isShown('tiles') ? tiles.attribution : '';
  }

  private say(text: string): void {
    this.note.textContent = text;
    this.note.hidden = text === '';
  }
}
