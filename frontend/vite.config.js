import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { copies, sprite } from './build/plugins.js';

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  base: './', // addresses inside the style sheet stay relative, so any STATIC_URL will do
  publicDir: false,
  plugins: [sprite(), copies(['js/prefs.js', 'img/favicon.svg'])],
  css: {
    preprocessorOptions: {
      scss: {
        loadPaths: [resolve(here, 'node_modules')],
        quietDeps: true,
        // Bootstrap 5.3 still needs @import and the old colour functions
        silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'],
      },
    },
  },
  build: {
    outDir: process.env.SHUANGLIAN_ASSETS || resolve(here, '../var/assets'),
    emptyOutDir: true,
    assetsDir: '',
    manifest: 'manifest.json',
    target: ['chrome86', 'edge86', 'safari14', 'firefox78'],
    cssTarget: ['chrome86', 'safari14', 'firefox78'],
    assetsInlineLimit: 0, // the Content-Security-Policy allows no data: images
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['js/main.js', 'styles/app.scss'].map((file) => resolve(here, file)) },
  },
});
