// The whole script of the interface. Behaviour is declared by data-* attributes and handled by delegation,
// so that what htmx brings in works at once. Every page also works without it.
import 'htmx.org/dist/htmx.esm.js';
import './toast.js';
import './reading.js';
import './dialog.js';
import './menu.js';
import './tabs.js';
import './reveal.js';
import './print.js';
import './bulk.js';
import './focus.js';
import './draft.js';
import './sending.js';
