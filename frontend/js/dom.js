// Short words for finding elements.
export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Calls `handle(element, event)` for events inside elements that match, also when htmx brought them later. */
export function on(type, selector, handle, capture = false) {
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) handle(element, event);
  }, capture);
}
