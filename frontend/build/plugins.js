// What Vite does not do by itself: the icon sprite, and files that are copied as they are under a hashed name.
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { symbol, usedIcons } from './icons.js';

const here = resolve(import.meta.dirname, '..');

/** One `icons.svg` with a `<symbol>` for every icon the templates and the Python code name. */
export function sprite() {
  return {
    name: 'shuanglian-sprite',
    generateBundle() {
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${usedIcons().map(symbol).join('')}</svg>`;
      this.emitFile({ type: 'asset', name: 'icons.svg', originalFileName: 'icons.svg', source });
    },
  };
}

/** Files that must stay as they are (a classic blocking script, the favicon). */
export function copies(files) {
  return {
    name: 'shuanglian-copies',
    generateBundle() {
      for (const file of files) {
        this.emitFile({ type: 'asset', name: basename(file), originalFileName: file, source: readFileSync(resolve(here, file)) });
      }
    },
  };
}
