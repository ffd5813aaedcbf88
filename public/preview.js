// Loads a previewed runbook anew when its file has changed. A file that is being written may be away for a moment.
const lint = document.getElementById('_lint');

async function again() {
  const answer = await fetch(location.href, { cache: 'no-store' }).catch(() => undefined);
  if (answer?.ok) location.reload();
  else setTimeout(again, 300);
}

if (lint) new EventSource(lint.dataset.liveAddress).addEventListener('edited', again, { once: true });
