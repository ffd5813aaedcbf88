// Takes the pictures. Judges nothing.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { comeAlive, SEED, test } from './test';
import { results } from './settings';

// The page for a missing runbook answers 404, which Chromium mentions.
test.use({ allowed: [/Failed to load resource/] });

test('pictures', async ({ page, portal }, { project }) => {
  const folder = process.env.RUNLIGHT_LOOK ?? results('pictures');
  mkdirSync(folder, { recursive: true });
  const alert = portal.link('kube-scheduler-talos-monitor');
  const pages = new Map([
    ['home', portal.address],
    ['alert', alert],
    ['missing', `${portal.address}/r/no-such-runbook`],
  ]);
  if (process.env.RUNLIGHT_SEED) pages.set('seed', portal.address + SEED);
  for (const [name, address] of pages) {
    await page.goto(address);
    await comeAlive(page);
    await page.screenshot({ path: join(folder, `${name}-${project.name}.png`) });
    await page.screenshot({ path: join(folder, `${name}-${project.name}-whole.png`), fullPage: true });
  }
  await page.goto(alert);
  await comeAlive(page);
  for (const button of await page.locator('[data-act=run]').all()) await button.click();
  await page.waitForTimeout(3_000);
  await page.screenshot({ path: join(folder, `answered-${project.name}-whole.png`), fullPage: true });
});
