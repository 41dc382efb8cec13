// The reading settings: text size and colours, kept on this device only. prefs.js applies them on the next page.
import { all, one } from './dom.js';
import { say } from './toast.js';

const KEY = 'sl-prefs';
const dark = matchMedia('(prefers-color-scheme: dark)');

function read() {
  try { return JSON.parse(localStorage.getItem(KEY) || '{}'); } catch { return {}; }
}

function apply(prefs) {
  const root = document.documentElement;
  if (prefs.text) root.setAttribute('data-text', prefs.text); else root.removeAttribute('data-text');
  const isDark = prefs.theme === 'dark' || (prefs.theme === 'auto' && dark.matches);
  root.setAttribute('data-bs-theme', isDark ? 'dark' : 'light');
}

document.addEventListener('change', ({ target }) => {
  const what = { 'pref-text': 'text', 'pref-theme': 'theme' }[target.name];
  if (!what) return;
  const prefs = { ...read(), [what]: target.value };
  try { localStorage.setItem(KEY, JSON.stringify(prefs)); } catch { /* private windows: this page only */ }
  apply(prefs);
  say('阅读设置已保存');
});

const prefs = read();
for (const radio of all('[name="pref-text"]')) radio.checked = radio.value === (prefs.text || '');
for (const radio of all('[name="pref-theme"]')) radio.checked = radio.value === (prefs.theme || 'light');
dark.addEventListener?.('change', () => apply(read()));

// Ctrl+K goes to the search box; there are no other shortcuts.
document.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k' || !one('#gs')) return;
  event.preventDefault();
  one('#gs').focus();
});
