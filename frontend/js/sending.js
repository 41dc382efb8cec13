// Sending a form: once, and never into the void.
//
// A second press while the first is under way is ignored and the buttons are off. Before the browser leaves the page
// we ask whether the server can be reached; when it cannot, the form says so and keeps every word.
// A form that only asks (a search, a filter) is left to the browser, unless words were typed into it that must not be lost.
// Forms that answer with a file do not leave the page: mark them `data-download` and they are left alone.
import { all, on, one } from './dom.js';
import { toast } from './toast.js';

const PATIENCE = 10000; // milliseconds to wait for a sign of life
const BY_HTMX = '[hx-post], [hx-put], [hx-patch], [hx-delete]';
let pressed = null; // Safari before 15.4 does not tell which button sent the form

const buttonsOf = (form) => [...form.elements].filter((field) => field.type === 'submit');

function hold(form, button) {
  form.setAttribute('data-sending', '');
  form.setAttribute('aria-busy', 'true');
  one('.sl-unsent', form)?.remove();
  setTimeout(() => { // after the browser or htmx has read which button was pressed
    if (!form.hasAttribute('data-sending')) return;
    for (const other of buttonsOf(form)) other.disabled = true;
    button?.classList.add('is-sending');
  });
}

function release(form) {
  form.removeAttribute('data-sending');
  form.removeAttribute('aria-busy');
  one('input[data-pressed]', form)?.remove();
  for (const button of buttonsOf(form)) {
    button.disabled = false;
    button.classList.remove('is-sending');
  }
}

function reportUnsent(form, button) {
  release(form);
  const note = one('#unsent-note').content.firstElementChild.cloneNode(true);
  const foot = button?.closest('.sl-dialog-f, .sl-form-f') ?? button;
  if (foot && form.contains(foot)) foot.before(note); else form.append(note);
  note.scrollIntoView({ block: 'nearest' });
}

async function isReachable() {
  if (navigator.onLine === false) return false;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    await fetch(one('script[data-probe]').src, { method: 'HEAD', cache: 'no-store', signal: stop.signal });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** What the browser would have done: the pressed button's name and address count. */
function submitNow(form, button) {
  if (button?.name) {
    const field = document.createElement('input');
    Object.assign(field, { type: 'hidden', name: button.name, value: button.value });
    field.setAttribute('data-pressed', '');
    form.append(field);
  }
  if (button?.hasAttribute('formaction')) form.setAttribute('action', button.getAttribute('formaction'));
  HTMLFormElement.prototype.submit.call(form);
}

on('click', 'button, input[type="submit"]', (button) => { pressed = button.form ? button : null; }, true);

document.addEventListener('submit', async (event) => {
  const form = event.target;
  const asks = form.getAttribute('method')?.toLowerCase() !== 'post' && !form.hasAttribute('data-draft');
  if (asks || form.hasAttribute('data-download')) return;
  if (form.hasAttribute('data-sending')) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const button = event.submitter ?? (pressed?.form === form ? pressed : null);
  hold(form, button);
  if (form.matches(BY_HTMX)) return;
  event.preventDefault();
  if (await isReachable()) submitNow(form, button); else reportUnsent(form, button);
}, true);

document.addEventListener('htmx:finally:request', ({ target }) => {
  if (target.matches?.('form[data-sending]')) release(target);
});
document.addEventListener('htmx:error', ({ target, detail }) => {
  if (!detail?.ctx) return;
  if (target.matches?.('form')) reportUnsent(target, pressed?.form === target ? pressed : null);
  else if (detail.ctx.request?.method === 'POST') {
    for (const option of target.options || []) option.selected = option.defaultSelected; // what is shown is what is kept
    toast('没有保存成功：网络断了。请再试一次。');
  } else toast('没有取到内容：网络断了。请再试一次。');
});
window.addEventListener('pageshow', ({ persisted }) => { // back from the page the form led to
  if (persisted) all('form[data-sending]').forEach(release);
});
