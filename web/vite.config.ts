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

export default defineConfig({
  plugins: [woff2Only, react()],
  build: {
    outDir: 'dist',
    assetsInlineLimit: 0, // no data: addresses, so that the content security policy can stay strict
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    manifest: true,
  },
  server: { proxy: { '/api': process.env.MIMAMORI_URL ?? 'http://127.0.0.1:8080' } },
});
