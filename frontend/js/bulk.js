// Choosing many rows: `data-bulk` around the table, `data-row` on each box, `data-check-all` in the head,
// `data-bulkbar` with `data-count` appears with the first choice.
import { all, on, one } from './dom.js';
import { say } from './toast.js';

function sync(box) {
  const rows = all('[data-row]', box);
  const chosen = rows.filter((row) => row.checked);
  const head = one('[data-check-all]', box);
  const bar = one('[data-bulkbar]', box);
  if (head) {
    head.checked = rows.length > 0 && chosen.length === rows.length;
    head.indeterminate = chosen.length > 0 && chosen.length < rows.length;
  }
  for (const row of rows) row.closest('tr')?.classList.toggle('is-sel', row.checked);
  bar.hidden = !chosen.length;
  one('[data-count]', bar).textContent = chosen.length;
  say(chosen.length ? `已选 ${chosen.length} 条` : '已取消选择');
}

on('change', '[data-bulk] [data-check-all]', (head) => {
  const box = head.closest('[data-bulk]');
  for (const row of all('[data-row]', box)) row.checked = head.checked;
  sync(box);
});
on('change', '[data-bulk] [data-row]', (row) => sync(row.closest('[data-bulk]')));
