// Which icons are used, and what one looks like in the sprite.
//
// Icons come from three places: `icon('name')`, `ic='name'` and `icon="name"` in the templates and the Python code;
// any quoted word in a template that is the name of an icon (macros take icons as arguments); and icons.txt,
// for names that are data (categories of needs). A name that is asked for and does not exist stops the build.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

const here = resolve(import.meta.dirname, '..');
const drawings = resolve(here, 'node_modules/@tabler/icons/icons');
const source = resolve(here, '../shuanglian');

const ASKED = [
  /\bicon\(\s*([^,)]+)/g, // icon('check'), icon('check' if done else 'clock')
  /\b(?:icon|ic)\s*[=:]\s*(["'][\w/-]+["'])/g, // icon="check", ic='check'
  /["']icon["']\s*:\s*(["'][\w/-]+["'])/g, // {"icon": "check"}
];
const QUOTED = /["']((?:filled\/)?[a-z][a-z0-9-]*)["']/g;
const COMPARED = /(?:[=!]=|\bin\b)\s*(?:["'][^"']*["']|\[[^\]]*\])/g;

function drawingOf(name) {
  const [kind, file] = name.startsWith('filled/') ? ['filled', name.slice(7)] : ['outline', name];
  return { kind, file, path: `${drawings}/${kind}/${file}.svg` };
}

const exists = (name) => existsSync(drawingOf(name).path);

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(html|py)$/.test(entry.name))
    .map((entry) => resolve(entry.parentPath, entry.name));
}

function quoted(text) {
  return [...text.replace(COMPARED, '').matchAll(QUOTED)].map((match) => match[1]);
}

/** The names of all icons in use, sorted. Throws an error that names every unknown one and where it is asked for. */
export function usedIcons() {
  const names = new Set();
  const unknown = [];
  const ask = (name, where) => (exists(name) ? names.add(name) : unknown.push(`${name} (${where})`));

  for (const line of readFileSync(resolve(here, 'icons.txt'), 'utf8').split('\n')) {
    const name = line.replace(/#.*/, '').trim();
    if (name) ask(name, 'icons.txt');
  }
  for (const file of filesUnder(source)) {
    const text = readFileSync(file, 'utf8');
    for (const pattern of ASKED) {
      for (const match of text.matchAll(pattern)) quoted(match[1]).forEach((name) => ask(name, file));
    }
    if (file.endsWith('.html')) quoted(text).filter(exists).forEach((name) => names.add(name));
  }
  if (unknown.length) throw new Error(`There is no such icon: ${unknown.join(', ')}`);
  return [...names].sort();
}

/** The `<symbol>` of one icon; its id is the name without the folder. */
export function symbol(name) {
  const { kind, file, path } = drawingOf(name);
  const inner = readFileSync(path, 'utf8')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/\s*\n\s*/g, '')
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, '')
    .replace(/ \/>/g, '/>');
  const paint = kind === 'filled'
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${file}" viewBox="0 0 24 24" ${paint}>${inner}</symbol>`;
}
