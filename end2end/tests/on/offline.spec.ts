// A runbook that was seen is readable when the portal cannot be reached, and says that nothing in it is live.
import { comeAlive, expect, test } from '../../test';

test.use({ allowed: [/Failed to load resource|ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });

test('the text of a runbook that was seen is there offline, and nothing live', async ({ page, portal, context }) => {
  // A pod whose name no author can have written.
  await page.goto(portal.link('immich-machine-learning'));
  await comeAlive(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect.poll(() => page.evaluate(async () => (await (await caches.open('runbooks')).keys()).length)).toBe(1);
  const kept = await page.evaluate(() => caches.keys());
  expect(kept).toEqual(['runbooks']);
  const { pathname: runbook, searchParams } = new URL(page.url());
  await context.setOffline(true);
  await page.goto(portal.address + runbook);
  await expect(page.locator('.offline')).toContainText('offline, no live data');
  await expect(page.locator('main')).toContainText('kubectl');
  await expect(page.locator('.panel, script, form')).toHaveCount(0);
  await expect(page.locator('main')).not.toContainText(searchParams.get('pod') ?? 'no pod');
  await context.setOffline(false);
});

test('the portal can be installed', async ({ page, portal, request }) => {
  await page.goto(portal.address);
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const answer = await request.get(portal.address + href);
  expect(answer.headers()['content-type']).toContain('manifest+json');
  for (const { src } of (await answer.json()).icons) {
    expect((await request.get(portal.address + src)).status(), src).toBe(200);
  }
});
