// Takes the pictures. Judges nothing.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { comeAlive, expect, SEED, test } from './test';
import { results } from './settings';

// The page for a missing runbook answers 404, which Chromium mentions.
test.use({ allowed: [/Failed to load resource/] });

/** The README's two pictures show a page that has answered, as the reader of an alert sees it a moment later. */
test('the pictures of the README', async ({ page, portal }, { project }) => {
  test.skip(!project.name.endsWith('-light'), 'the README shows the light ones');
  const isPhone = project.name.startsWith('phone');
  await page.setViewportSize(isPhone ? { width: 390, height: 844 } : { width: 1280, height: 960 });
  await page.goto(portal.link('kube-scheduler-talos-monitor'));
  await comeAlive(page);
  await expect(page.locator('[data-panel=verdict]')).toHaveAttribute('data-outcome', /pass|warn|fail/, { timeout: 60_000 });
  await expect(page.locator('[data-panel=restart-table] tr.bound').first()).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('[data-link=live]')).toBeVisible();
  // Prometheus dates the restarts from before the watch began a little later.
  await expect(page.locator('[data-panel=verdict]')).not.toContainText('has not told yet', { timeout: 60_000 });
  const folder = folderOfPictures();
  await page.screenshot({ path: join(folder, isPhone ? 'phone.png' : 'desktop.png') });
});

test('pictures', async ({ page, portal }, { project }) => {
  const folder = folderOfPictures();
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

function folderOfPictures(): string {
  const folder = process.env.RUNLIGHT_LOOK ?? results('pictures');
  mkdirSync(folder, { recursive: true });
  return folder;
}
