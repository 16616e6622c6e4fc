import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

// Browsers that run this page all read woff2; the woff copies would only make the binary larger.
const woff2Only: Plugin = {
  name: 'woff2-only',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('@fontsource')) return null;
    return code.replace(/,\s*url\([^)]*\.woff\)\s*format\(['"]woff['"]\)/g, '');
  },
};

// The server sends name.br where it stands beside a file and the browser takes it.
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  closeBundle() {
    const folder = join(import.meta.dirname, 'dist/assets');
    for (const name of readdirSync(folder)) {
      if (/\.(js|css)$/.test(name)) writeFileSync(join(folder, `${name}.br`), brotliCompressSync(readFileSync(join(folder, name))));
    }
  },
};

export default defineConfig({
  plugins: [woff2Only, react(), compressed],
  build: {
    outDir: 'dist',
    assetsInlineLimit: 0, // no data: addresses, so that the content security policy can stay strict
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { '/api': process.env.MIMAMORI_URL ?? 'http://127.0.0.1:8080' } },
});
