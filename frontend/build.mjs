// Bundles the map into app_pages/map_assets; the names carry a hash of the content, so no browser
// ever shows an old map from its cache.
import { build } from 'esbuild';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';

const TARGET = new URL('../app_pages/map_assets/', import.meta.url);

await rm(TARGET, { recursive: true, force: true });
await mkdir(TARGET, { recursive: true });
await build({
  entryPoints: ['src/index.ts'],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  entryNames: 'map-[hash]',
  outdir: TARGET.pathname,
});

const style = [await readFile('node_modules/ol/ol.css', 'utf8'), await readFile('src/style.css', 'utf8')].join('\n');
const hash = createHash('sha256').update(style).digest('hex').slice(0, 8).toUpperCase();
await writeFile(new URL(`map-${hash}.css`, TARGET), style);

const licence = await readFile('node_modules/ol/LICENSE.md', 'utf8');
await writeFile(new URL('LICENSE-openlayers.md', TARGET), licence);
