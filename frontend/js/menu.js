// Menus are disclosure buttons: `data-menu aria-expanded="false" aria-controls="id"`.
import { all, on, one } from './dom.js';

const OPEN = '[data-menu][aria-expanded="true"]';

function set(button, open) {
  button.setAttribute('aria-expanded', String(open));
  document.getElementById(button.getAttribute('aria-controls')).hidden = !open;
}

function closeAll(except) {
  for (const button of all(OPEN)) if (button !== except) set(button, false);
}

on('click', '[data-menu]', (button) => {
  closeAll(button);
  set(button, button.getAttribute('aria-expanded') !== 'true');
});
document.addEventListener('click', ({ target }) => {
  if (!target.closest('.sl-menu') || target.closest('.sl-menu-pop [data-open]')) closeAll();
});
document.addEventListener('keydown', ({ key }) => {
  const button = key === 'Escape' && one(OPEN);
  if (button) { set(button, false); button.focus(); }
});
