// Said aloud and shown for six seconds: the result of an act that is already done.
// `data-toast="…"` on a button, `HX-Trigger: {"toast": "…"}` from the server, or a `.sl-toast` the page came with.
import { on, one } from './dom.js';

const SHOWN_FOR = 6000;
let timer;

/** Lets a screen reader read `text` when it is free. */
export function say(text) {
  const live = one('#live');
  if (!live) return;
  live.textContent = '';
  setTimeout(() => { live.textContent = text; }, 30); // an empty step between, or the same sentence is not read twice
}

function hideLater(element) {
  clearTimeout(timer);
  timer = setTimeout(() => element.remove(), SHOWN_FOR);
}

/** Shows `text`; a toast that is still there goes. */
export function toast(text) {
  one('.sl-toast')?.remove();
  const element = document.createElement('div');
  element.className = 'sl-toast';
  element.textContent = text;
  document.body.append(element);
  say(text);
  hideLater(element);
}

on('click', '[data-toast]', (element) => toast(element.dataset.toast));
document.addEventListener('toast', (event) => toast(event.detail?.value ?? event.detail));

const arrived = one('.sl-toast');
if (arrived) {
  say(arrived.textContent.trim());
  hideLater(arrived);
}
