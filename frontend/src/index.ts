/** The door: Streamlit calls it each time its script has run, with what is to be shown. */

import { LandMap } from './land_map';
import type { ComponentArguments } from './messages';

const maps = new WeakMap<HTMLElement, LandMap>();

export default function show(given: ComponentArguments): () => void {
  let map = maps.get(given.parentElement);
  if (!map) {
    map = new LandMap(given.parentElement, given);
    maps.set(given.parentElement, map);
  }
  map.update(given);
  return () => {
    maps.get(given.parentElement)?.remove();
    maps.delete(given.parentElement);
  };
}
