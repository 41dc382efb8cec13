// Tabs: `role="tab" data-tab="#panel"` in a `role="tablist"`; arrow keys, Home and End move.
import { all, on, one } from './dom.js';

const MOVES = {
  Home: () => 0,
  End: (at, count) => count - 1,
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at - 1 + count) % count,
};

const siblings = (tab) => all('[role="tab"]', tab.closest('[role="tablist"]'));

function select(tab) {
  for (const other of siblings(tab)) {
    const chosen = other === tab;
    other.setAttribute('aria-selected', String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    one(other.dataset.tab).hidden = !chosen;
  }
}

on('click', '[role="tab"]', select);
on('keydown', '[role="tab"]', (tab, event) => {
  const move = MOVES[event.key];
  if (!move) return;
  event.preventDefault();
  const tabs = siblings(tab);
  const next = tabs[move(tabs.indexOf(tab), tabs.length)];
  select(next);
  next.focus();
});
