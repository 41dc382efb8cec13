// Sets colours and text size before the first paint. The only blocking script, in words old browsers understand.
(function () {
  var root = document.documentElement, prefs = {};
  try { prefs = JSON.parse(localStorage.getItem('sl-prefs') || '{}'); } catch (e) { prefs = {}; }
  if (prefs.text) root.setAttribute('data-text', prefs.text);
  var dark = prefs.theme === 'dark'
    || (prefs.theme === 'auto' && window.matchMedia && matchMedia('(prefers-color-scheme: dark)').matches);
  root.setAttribute('data-bs-theme', dark ? 'dark' : 'light');
})();
