/** What was checked, or found: one file of features that is replaced as a whole. */

import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import type { StyleLike } from 'ol/style/Style.js';

import { read } from './geojson';
import { absolute } from './layer_group';
import type { Overlay } from './messages';

export class OverlayLayer {
  readonly layer: VectorLayer;
  readonly source = new VectorSource();
  private url = '';
  private asked: AbortController | null = null;

  constructor(
    style: StyleLike,
    zIndex: number,
    private readonly onFailure: () => void,
  ) {
    this.layer = new VectorLayer({ source: this.source, style, zIndex });
  }

  /** Show the features of an address; those of another one are forgotten, also while they are under way. */
  show(spec: Overlay): void {
    if (spec.url === this.url) return;
    this.url = spec.url;
    this.asked?.abort();
    void this.fetch(spec.url);
  }

  get isIdle(): boolean {
    return this.asked === null;
  }

  private async fetch(url: string): Promise<void> {
    const asked = new AbortController();
    this.asked = asked;
    try {
      const answer = await fetch(absolute(url), { signal: asked.signal });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const features = read(await answer.json());
      if (this.asked !== asked) return;
      this.source.clear(true);
      this.source.addFeatures(features);
      this.asked = null;
    } catch {
      if (this.asked !== asked) return;
      this.source.clear(true);
      this.asked = null;
      this.url = '';
      this.onFailure();
    }
  }
}
