// A half-written form is not lost: `<form data-draft="need-new">` keeps what was typed on this device, for this person.
//
// kept      a moment after each change, and when the form is sent (marked as sent)
// restored  when the same form opens empty again; not when the server sent it back with errors, it has the words itself
// dropped   when a sent form was answered by a page that reports success, after 14 days, on 清空重填, and on signing out
// Passwords, files and hidden fields are never kept.
import { all, on, one } from './dom.js';
import { toast } from './toast.js';

const PREFIX = `sl-draft:${document.body.dataset.who || ''}:`;
const DAYS = 14;
const NEVER = ['password', 'file', 'hidden', 'submit', 'button', 'reset', 'image'];

const keyOf = (form) => PREFIX + form.dataset.draft;

function keys() {
  try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; }
}

function load(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function drop(key) {
  try { localStorage.removeItem(key); } catch { /* storage is off: nothing was kept */ }
}

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && field.type && !NEVER.includes(field.type));
}

const isTick = (field) => field.type === 'checkbox' || field.type === 'radio';

/** What stands in the form: one [name, value] for each text, each ticked box and each chosen option. */
function valuesOf(form) {
  return fieldsOf(form).flatMap((field) => {
    if (isTick(field)) return field.checked ? [[field.name, field.value]] : [];
    if (field.type === 'select-multiple') return [...field.selectedOptions].map((option) => [field.name, option.value]);
    return [[field.name, field.value]];
  });
}

export function keep(form, sent = false) {
  const draft = { at: Date.now(), sent, values: valuesOf(form) };
  try { localStorage.setItem(keyOf(form), JSON.stringify(draft)); } catch { /* full or off: the form itself still holds it */ }
}

function fill(form, values) {
  const left = values.map(([name, value]) => [name, value]);
  const take = (name, value) => {
    const at = left.findIndex((pair) => pair[0] === name && (value === undefined || pair[1] === value));
    return at < 0 ? undefined : left.splice(at, 1)[0][1];
  };
  for (const field of fieldsOf(form)) {
    if (isTick(field)) {
      field.checked = take(field.name, field.value) !== undefined;
      if (field.checked) field.dispatchEvent(new Event('change', { bubbles: true }));
    } else if (field.type === 'select-multiple') {
      for (const option of field.options) option.selected = take(field.name, option.value) !== undefined;
    } else {
      const value = take(field.name);
      if (value === undefined || field.value === value) continue;
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }
}

function restore(form) {
  if (form.hasAttribute('data-draft-seen')) return;
  form.setAttribute('data-draft-seen', '');
  const draft = load(keyOf(form));
  if (!draft || one('[aria-invalid="true"]', form)) return;
  if (JSON.stringify(draft.values) === JSON.stringify(valuesOf(form))) return;
  fill(form, draft.values);
  keep(form); // no longer counted as sent
  const note = one('#draft-note')?.content.cloneNode(true);
  if (note) form.prepend(note);
}

const timers = new WeakMap();
on('input', 'form[data-draft]', (form) => {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), 400));
});
on('submit', 'form[data-draft]', (form) => {
  clearTimeout(timers.get(form));
  keep(form, true);
}, true);

on('click', '[data-draft-drop]', (button) => {
  const form = button.closest('form');
  clearTimeout(timers.get(form));
  drop(keyOf(form));
  form.reset();
  button.closest('.sl-note').remove();
  toast('已清空');
});

on('submit', 'form[data-sign-out]', () => keys().forEach(drop));

document.addEventListener('htmx:after:request', ({ target, detail }) => {
  const form = target.closest?.('form[data-draft]');
  if (!form || form !== target || detail.ctx.response.status >= 400) return;
  clearTimeout(timers.get(form));
  drop(keyOf(form));
});

function tidy() {
  const saved = one('[data-saved]') !== null; // this page reports a success
  for (const key of keys()) {
    const draft = load(key);
    if (!draft || (saved && draft.sent) || Date.now() - draft.at > DAYS * 86400000) drop(key);
  }
}

const restoreAll = () => all('form[data-draft]').forEach(restore);
tidy();
restoreAll();
document.addEventListener('htmx:after:swap', restoreAll);
