/** The legend of what is shown, and behind it the list of all layers with their switches; folded away at will. */

import { element } from './elements';
import { swatchOf } from './hatching';
import type { LayerSpec, MapData, Symbol } from './messages';
import { FINDING_OPACITY, LAYER_OPACITY } from './styles';

/** What of it is open. */
export type PanelState = 'legend' | 'switches' | 'closed';

export class Panel {
  state: PanelState = 'legend';
  private readonly root: HTMLElement;
  private readonly legend: HTMLElement;
  private readonly body: HTMLElement;
  private readonly head: HTMLButtonElement;
  private readonly more: HTMLButtonElement;
  private drawn = '';

  constructor(
    parent: HTMLElement,
    private readonly isShown: (id: string) => boolean,
    private readonly onToggle: (id: string, shown: boolean) => void,
    private readonly onState: (state: PanelState) => void,
  ) {
    this.root = element('section', 'lm-panel', parent);
    this.head = element('button', 'lm-panel-head', this.root);
    this.head.type = 'button';
    this.more = element('button', 'lm-panel-more', this.root);
    this.more.type = 'button';
    this.legend = element('div', 'lm-panel-body lm-legend', this.root);
    this.body = element('div', 'lm-panel-body', this.root);
    this.head.addEventListener('click', () => this.choose(this.state === 'closed' ? 'legend' : 'closed'));
    this.more.addEventListener('click', () => this.choose(this.state === 'legend' ? 'switches' : 'legend'));
    this.show('legend');
  }

  /** How much of the map's left side it covers, in pixels. */
  get covered(): number {
    return this.state === 'closed' ? 0 : this.root.offsetLeft + this.root.offsetWidth;
  }

  show(state: PanelState): void {
    this.state = state;
    this.legend.hidden = state !== 'legend';
    this.body.hidden = state !== 'switches';
    this.more.hidden = state === 'closed';
    this.head.setAttribute('aria-expanded', String(state !== 'closed'));
    this.more.setAttribute('aria-pressed', String(state === 'switches'));
  }

  update(data: MapData): void {
    const content = JSON.stringify([
      data.words,
      data.layers.map(({ levels: _, ...rest }) => [rest, this.isShown(rest.id)]),
      data.overlays.map((overlay) => [overlay, this.isShown(overlay.id)]),
      data.hillshade !== null,
      data.tiles,
    ]);
    if (content === this.drawn) return;
    this.drawn = content;
    this.head.textContent = data.words['layers_and_legend'] ?? '';
    this.more.textContent = data.words['all_layers'] ?? '';
    this.drawLegend(data);
    this.drawSwitches(data);
  }

  /** What is on the map now: findings by verdict, then layers. */
  private drawLegend(data: MapData): void {
    this.legend.replaceChildren();
    if (this.isShown('findings')) {
      const present = new Set(data.overlays.flatMap((overlay) => overlay.codes));
      const found = data.verdicts.filter((verdict) => present.has(verdict.code));
      if (found.length) element('h4', '', this.legend, data.overlays[0]?.title);
      found.forEach((verdict) =>
        swatch(element('div', 'lm-row', this.legend), verdict, FINDING_OPACITY, verdict.title, verdict.dashed),
      );
    }
    const shown = data.layers.filter((layer) => this.isShown(layer.id));
    for (const group of new Set(shown.map((layer) => layer.group))) {
      element('h4', '', this.legend, group);
      shown.filter((layer) => layer.group === group).forEach((layer) => this.layerLine(element('div', 'lm-row', this.legend), layer, data.words));
    }
  }

  private drawSwitches(data: MapData): void {
    const { words, layers, overlays } = data;
    this.body.replaceChildren();
    overlays.forEach((overlay) => this.toggle(overlay.id, overlay.title));
    for (const group of new Set(layers.map((layer) => layer.group))) {
      element('h4', '', this.body, group);
      layers.filter((layer) => layer.group === group).forEach((layer) => this.layerLine(this.toggle(layer.id, ''), layer, words));
    }
    if (data.hillshade || data.tiles) element('h4', '', this.body, words['base'] ?? '');
    if (data.hillshade) this.toggle('hillshade', words['hillshade'] ?? '');
    if (data.tiles) this.toggle('tiles', words['tiles'] ?? '');
  }

  private choose(state: PanelState): void {
    this.show(state);
    this.onState(state);
  }

  private layerLine(row: HTMLElement, layer: LayerSpec, words: Record<string, string>): void {
    swatch(row, layer.symbol, LAYER_OPACITY, layer.title, false, layer);
    if (layer.illustrative) element('em', 'lm-mark', row, words['illustrative'] ?? '');
  }

  private toggle(id: string, title: string): HTMLElement {
    const row = element('label', 'lm-row', this.body);
    const box = element('input', '', row);
    box.type = 'checkbox';
    box.checked = this.isShown(id);
    box.dataset['layer'] = id;
    box.addEventListener('change', () => this.onToggle(id, box.checked));
    if (title) element('span', '', row, title);
    return row;
  }
}

function swatch(row: HTMLElement, symbol: Symbol, opacity: number, title: string, dashed: boolean, layer?: LayerSpec): void {
  const box = element('i', `lm-swatch lm-${layer?.geometry ?? 'polygon'}${dashed ? ' lm-dashed' : ''}`, row);
  box.style.borderColor = symbol.line;
  if (layer?.labelled && layer.geometry === 'polygon') box.classList.add('lm-dashed');
  else if (layer?.geometry === 'point') box.style.backgroundColor = symbol.fill;
  else if (layer?.geometry !== 'line') box.style.backgroundImage = swatchOf(symbol, opacity);
  element('span', '', row, title);
}
