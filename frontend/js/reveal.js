// Small switches: show more, press, fill in, show a password, count letters, fold on phones, hide columns.
import { all, on, one } from './dom.js';

// data-reveal="#part" shows or hides it; [data-alt] inside the button holds the other wording
on('click', '[data-reveal]', (button) => {
  const part = one(button.dataset.reveal);
  part.hidden = !part.hidden;
  button.setAttribute('aria-expanded', String(!part.hidden));
  const words = one('[data-alt]', button);
  if (words) [words.textContent, words.dataset.alt] = [words.dataset.alt, words.textContent];
});

// data-press: a toggle button
on('click', '[data-press]', (button) => {
  button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
});

// data-fill="#field" data-value="…": puts an example into a field and goes there
on('click', '[data-fill]', (button) => {
  const field = one(button.dataset.fill);
  field.value = button.dataset.value || button.textContent.trim();
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.focus();
});

// data-show-pw="#field": the password can be read (WCAG 2.2, 3.3.8)
on('click', '[data-show-pw]', (button) => {
  const field = one(button.dataset.showPw);
  const shown = field.type === 'password';
  field.type = shown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(shown));
  one('span', button).textContent = shown ? '隐藏' : '显示';
});

// data-counter="#hint" on a field with maxlength
on('input', '[data-counter]', (field) => {
  one(field.dataset.counter).textContent = `还能写 ${field.maxLength - field.value.length} 字`;
});

// data-col="name" on a checkbox hides the cells marked data-k="name"
on('change', '[data-col]', (box) => {
  for (const cell of all(`[data-k="${box.dataset.col}"]`)) cell.hidden = !box.checked;
});

// data-guess in the label or legend of a field that was filled in for somebody: what he changes is his own
on('input', 'input, select, textarea', (field) => {
  const group = field.closest('fieldset');
  const names = [...(field.labels || []), ...(group ? all('legend', group) : [])];
  for (const tag of names.flatMap((name) => all('[data-guess]', name))) tag.remove();
});

// data-auto on a select or radio inside a form: choosing is sending
on('change', '[data-auto]', ({ form }) => (form.requestSubmit ? form.requestSubmit() : form.submit()));

// details[data-fold]: open on wide screens, closed on phones; what htmx brings later is folded once, then left to its reader
const small = matchMedia('(max-width: 991.98px)');
const folded = new WeakSet();
const fold = (parts) => {
  for (const part of parts) {
    part.open = !small.matches || part.closest(':target') !== null;
    folded.add(part);
  }
};
const foldNew = () => fold(all('details[data-fold]').filter((part) => !folded.has(part)));
foldNew();
small.addEventListener?.('change', () => fold(all('details[data-fold]')));
document.addEventListener('htmx:after:swap', foldNew);

// data-when="name=value" is shown while the form it stands in says so; without scripts it always is
const refit = (root = document) => {
  for (const part of all('[data-when]', root)) {
    const [name, value] = part.dataset.when.split('=');
    part.hidden = part.closest('form')?.elements[name]?.value !== value;
  }
};
refit();
document.addEventListener('change', ({ target }) => target.form && refit(target.form));
document.addEventListener('htmx:after:swap', () => refit());
