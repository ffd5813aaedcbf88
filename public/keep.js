// Keeps the text of the runbook on this page for reading without the portal: no panels, no alert, no values of sources, no
// scripts. The style goes into it, so that nothing else is kept.
const MOST = 50;
const LIVE = 'script,link,leptos-island[data-component^="ThemeToggle"],.bar form,.live-mark,.strip,.alert-state,.standing,' +
  '.sentence,.standing-needs,.panel,.rail,.run,.run-step,.local-fields,.row-mark,.section-mark,.why-not,.offer,.edited,' +
  '.crashes,.lint,button,form,dialog,.skip';

async function keep() {
  const page = document.documentElement.cloneNode(true);
  const title = page.querySelector('.strip h1')?.textContent ?? document.title;
  page.querySelectorAll(LIVE).forEach((part) => part.remove());
  page.querySelectorAll('details').forEach((part) => part.setAttribute('open', ''));
  for (const filled of page.querySelectorAll('.filled')) filled.textContent = `<${filled.title}>`;
  page.removeAttribute('data-scripts');
  const style = document.createElement('style');
  style.textContent = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).map((rule) => rule.cssText).join('\n');
  page.querySelector('head').append(style);
  const head = document.createElement('div');
  head.className = 'offline';
  head.innerHTML = '<h1></h1><p role="status"></p>';
  head.firstChild.textContent = title;
  head.lastChild.textContent = `offline, no live data: the text as it was on ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  page.querySelector('main').prepend(head);
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  };
  const cache = await caches.open('runbooks');
  await cache.put(location.pathname, new Response(`<!DOCTYPE html>${page.outerHTML}`, { headers }));
  const known = await cache.keys();
  await Promise.all(known.slice(0, Math.max(0, known.length - MOST)).map((old) => cache.delete(old)));
}

// Browsers offer neither over plain HTTP to another machine.
if ('serviceWorker' in navigator && 'caches' in window) {
  navigator.serviceWorker.register('/offline.js').catch(() => {});
  if (document.querySelector('main.runbook')) keep().catch(() => {});
}
