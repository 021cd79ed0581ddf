/** A layer in several degrees of detail, each fetched in parts when the view meets them. */

import LayerGroup from 'ol/layer/Group.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorImageLayer from 'ol/layer/VectorImage.js';
import VectorSource from 'ol/source/Vector.js';
import { intersects } from 'ol/extent.js';
import { transformExtent } from 'ol/proj.js';

import { DEGREES, read, SHOWN } from './geojson';
import type { LayerSpec, Level, Part } from './messages';
import { layerStyle } from './styles';

/** Relative addresses are the app's own, also behind a base path. */
export function absolute(url: string): string {
  return new URL(url.replace(/^\//, ''), document.baseURI).href;
}

/** How much wider than the map its image is, so that panning shows no empty edge at once. */
const IMAGE_RATIO = 1.5;

interface Wanted {
  part: Part;
  extent: number[];
  state: 'waiting' | 'asked' | 'there';
}

export class LeveledLayer {
  readonly group: LayerGroup;
  private readonly waiting: Wanted[] = [];
  private hasFailed = false;

  constructor(
    readonly spec: LayerSpec,
    private readonly onFailure: (title: string) => void,
  ) {
    const above = [...spec.levels.slice(1).map((level) => level.below_m), null];
    const layers = spec.levels.map((level, index) => this.layerOf(level, above[index] ?? null));
    this.group = new LayerGroup({ layers, visible: spec.visible });
    this.group.set('id', spec.id);
  }

  /** Ask again for what could not be fetched. */
  retry(): void {
    if (!this.hasFailed) return;
    this.hasFailed = false;
    this.group.getLayers().forEach((layer) => layer.changed());
  }

  /** `finer_m`: resolution below which the next finer level takes over. */
  private layerOf(level: Level, finer_m: number | null): VectorLayer | VectorImageLayer {
    const wanted = level.parts.map((part): Wanted => ({
      part,
      extent: transformExtent(part.extent, DEGREES, SHOWN),
      state: 'waiting',
    }));
    this.waiting.push(...wanted);
    const source = new VectorSource({
      strategy: (extent) => {
        for (const item of wanted) {
          if (item.state === 'waiting' && intersects(item.extent, extent)) void this.fetch(item, source);
        }
        return [];
      },
      loader: () => undefined,
    });
    const options = {
      source,
      style: layerStyle(this.spec, finer_m !== null),
      ...(finer_m === null ? {} : { minResolution: finer_m }),
      ...(level.below_m === null ? {} : { maxResolution: level.below_m }),
    };
    // Drawn once into an image that is moved while the map moves: hatching is too slow for each frame.
    if (!this.spec.labelled) return new VectorImageLayer({ ...options, imageRatio: IMAGE_RATIO });
    return new VectorLayer({ ...options, declutter: 'labels', updateWhileInteracting: false });
  }

  private async fetch(item: Wanted, source: VectorSource): Promise<void> {
    item.state = 'asked';
    try {
      const answer = await fetch(absolute(item.part.url));
      if (!answer.ok) throw new Error(`${answer.status}`);
      source.addFeatures(read(await answer.json()));
      item.state = 'there';
    } catch {
      item.state = 'waiting';
      this.hasFailed = true;
      this.onFailure(this.spec.title);
    }
  }

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    return this.waiting.every((item) => item.state !== 'asked');
  }
}
