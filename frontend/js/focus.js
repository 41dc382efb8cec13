// `data-focus`: the focus goes there when the page or the fragment arrives (the summary of errors).
import { one } from './dom.js';

const go = () => one('[data-focus]')?.focus();
go();
document.addEventListener('htmx:after:swap', go);
