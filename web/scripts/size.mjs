// Fails when what the first page needs is more than the limit, compressed as it is sent. Fonts are counted
// apart: the browser fetches only those pieces of the Japanese font whose characters stand on the page.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const limit = 450 * 1024;
const dist = join(import.meta.dirname, '../dist');
if (!existsSync(join(dist, 'index.html'))) throw new Error('dist/index.html is missing: run "npm run build" first');
const index = readFileSync(join(dist, 'index.html'), 'utf8');
const assets = readdirSync(join(dist, 'assets'));
const wanted = new Set(['index.html', 'theme.js']);

/** Takes a file and everything it imports before it runs. */
function take(name) {
  if (wanted.has(name)) return;
  wanted.add(name);
  if (!name.endsWith('.js')) return;
  const text = readFileSync(join(dist, name), 'utf8');
  for (const m of text.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)) take(`assets/${m[1]}`);
}
for (const m of index.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)) take(m[1]);
const today = assets.find((a) => /^Today-.*\.js$/.test(a));
if (!today) throw new Error('the chunk of the first page is missing');
take(`assets/${today}`);

let [gzip, brotli] = [0, 0];
for (const name of wanted) {
  const data = readFileSync(join(dist, name));
  gzip += gzipSync(data, { level: 9 }).length;
  brotli += brotliCompressSync(data).length;
}
const fonts = assets.filter((a) => a.endsWith('.woff2')).map((a) => readFileSync(join(dist, 'assets', a)).length);
const kb = (n) => `${(n / 1024).toFixed(0)} KB`;
console.log(`first load: ${kb(gzip)} gzip, ${kb(brotli)} brotli in ${wanted.size} files (limit ${kb(limit)} gzip)`);
console.log(`fonts: ${fonts.length} pieces, ${kb(fonts.reduce((a, b) => a + b, 0))} in all, ${kb(Math.max(...fonts))} the largest`);
if (gzip > limit) {
  console.error('the first load is too large');
  process.exitCode = 1;
}
