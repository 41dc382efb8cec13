// Native <dialog>: `data-open="#id"` opens, `data-close` inside closes, a click beside it closes too.
// `data-open-now` on the dialog opens it at once (a form that came back with errors).
// iOS 15.3 and older have no showModal: there the dialog opens in its place.
import { all, on, one } from './dom.js';

export function show(dialog) {
  if (!dialog || dialog.open) return;
  if (dialog.showModal) dialog.showModal();
  else { dialog.setAttribute('open', ''); dialog.scrollIntoView(); }
}

export function hide(dialog) {
  if (!dialog) return;
  if (dialog.close) dialog.close(); else dialog.removeAttribute('open');
}

function isBeside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

on('click', '[data-close]', (button) => hide(button.closest('dialog')));
on('click', '[data-open]', (button, event) => {
  event.preventDefault(); // a link to the same form as a page, for those without scripts
  show(one(button.dataset.open));
});
document.addEventListener('mousedown', (event) => { // not click: a selection may end outside
  if (event.target.matches?.('dialog') && isBeside(event.target, event)) hide(event.target);
});

// An address that asks for a form shows it in its place; with scripts it comes to the front like one that was pressed for.
all('dialog.sl-dialog[open]').forEach((dialog) => { dialog.removeAttribute('open'); show(dialog); });
const openNew = (root) => all('dialog[data-open-now]', root).forEach(show);
openNew(document);
document.addEventListener('htmx:after:swap', () => openNew(document));
