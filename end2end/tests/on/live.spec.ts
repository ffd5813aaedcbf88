// With scripts a page runs checks in place, hears of changes, and heals by itself.
import { comeAlive, expect, panel, test } from '../../test';
import { freePort, Portal } from '../../portal';

test('Run shows the log in place', async ({ page, portal }) => {
  await page.goto(portal.link('kube-scheduler-talos-monitor'));
  await comeAlive(page);
  const address = page.url();
  const log = panel(page, 'log');
  const id = await log.getAttribute('data-check');
  await page.locator('.command', { has: page.locator(`#command-${id}`) }).locator('[data-act=run]').click();
  await expect(page.locator(`[data-check="${id}"]`)).toHaveAttribute('data-outcome', /pass|warn|fail/);
  await expect(page.locator(`[data-check="${id}"] .line`).first()).toBeVisible();
  expect(new URL(page.url()).pathname).toBe(new URL(address).pathname);
});

test('the page is live, and a crash changes the restart table', async ({ page, portal }) => {
  test.setTimeout(240_000);
  await page.goto(portal.link('kube-scheduler-talos-monitor'));
  await expect(page.locator('[data-link=live]')).toBeVisible();
  const table = panel(page, 'restart-table');
  const counts = () => table.locator('td.count').allTextContents().then((cells) => cells.join(' '));
  const before = await counts();
  await expect.poll(counts, { timeout: 200_000, intervals: [1_000] }).not.toBe(before);
});

test('the keyboard goes through the steps and lists its keys', async ({ page, portal }) => {
  await page.goto(portal.link('kube-scheduler-talos-monitor'));
  await comeAlive(page);
  await page.keyboard.press('?');
  await expect(page.locator('#_keys')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('#_keys')).toBeHidden();
  const before = await page.evaluate(() => scrollY);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before);
});

test('a shared link shows the same in another browser', async ({ page, browser, portal }) => {
  await page.goto(portal.link('immich-machine-learning'));
  await comeAlive(page);
  const row = panel(page, 'restart-table').locator('tbody tr:not(.bound)').last();
  await row.locator('th a').click();
  await expect(panel(page, 'restart-table').locator('tr.bound')).toHaveCount(1);
  const pod = new URL(page.url()).searchParams.get('pod') ?? '';
  expect(pod).not.toBe('');

  const other = await browser.newContext();
  const copy = await other.newPage();
  await copy.goto(page.url());
  await expect(panel(copy, 'restart-table').locator('tr.bound')).toHaveAttribute('data-key', new RegExp(pod));
  await expect(copy.locator('.strip')).toContainText(pod);
  await other.close();
});

test.describe('when the portal goes away', () => {
  test.use({ allowed: [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/] });

  test('the page says that it is stale, and heals when the portal is back', async ({ page }) => {
    test.setTimeout(120_000);
    const port = await freePort();
    const first = await Portal.start(port);
    await page.goto(first.link('kube-scheduler-talos-monitor'));
    await expect(page.locator('[data-link=live]')).toBeVisible();
    await first.stop();
    await expect(page.locator('[data-link=stale]')).toContainText(/stale since \d\d:\d\d/);
    const second = await Portal.start(port);
    await expect(page.locator('[data-link=live]')).toBeVisible({ timeout: 60_000 });
    await expect(panel(page, 'restart-table')).toHaveAttribute('data-outcome', /pass|warn|fail/);
    await second.stop();
  });
});
