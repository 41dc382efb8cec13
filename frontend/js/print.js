// A button that opens the browser's own print window: `data-print`.
import { on } from './dom.js';

on('click', '[data-print]', () => window.print());
