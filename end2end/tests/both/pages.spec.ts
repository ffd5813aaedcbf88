// What holds for every page on every screen, scripts off and on.
import { expect, needsSeed, panel, SAMPLE, SEED, test } from '../../test';

test('home lists the library and the stories of the night', async ({ page, portal }) => {
  await page.goto(portal.address);
  await expect(page).toHaveTitle(/Runlight/);
  await expect(page.locator(`a[href^="${SAMPLE}"]`).first()).toBeVisible();
});

test('an alert link shows the restart table with the alert\'s pod marked', async ({ page, portal }) => {
  const response = await page.goto(portal.link('kube-scheduler-talos-monitor'));
  expect(response?.status()).toBe(200);
  const table = panel(page, 'restart-table');
  await expect(table).toBeVisible();
  await expect(table.locator('tr.bound')).toContainText('talos-monitor');
});

test('the page says first how the recovery stands, on every screen', async ({ page, portal }) => {
  // A page does not wait for its panels: without scripts the next look has what the first one asked for.
  await expect(async () => {
    await page.goto(portal.link('argocd-repo-server'));
    await expect(page.locator('.strip-recovery')).toContainText('recovered', { timeout: 3_000 });
    await expect(page.locator('.over')).toContainText('Yes, since', { timeout: 3_000 });
  }).toPass();
  // A phone has it once: under the sentence.
  const isPhone = (page.viewportSize()?.width ?? 0) < 760;
  await expect(page.locator(isPhone ? '.over' : '.strip-recovery')).toBeVisible();
});

test('the owner\'s runbook reads in full, its password masked', async ({ page, portal }) => {
  needsSeed();
  const response = await page.goto(portal.address + SEED);
  expect(response?.status()).toBe(200);
  const text = page.locator('main');
  for (const heading of ['Quick Diagnosis', 'Step 1: Identify the Crashing Pod', 'Step 2: Classify the Crash Type',
    'Known Transient Pattern', 'Step 3: Fix Actions by Crash Type', 'Step 4: Verify Recovery', 'Related Runbooks']) {
    await expect(text).toContainText(heading);
  }
  await expect(text).toContainText('Memory limit too low');
  expect(await page.content()).not.toContain('not-the-real-one');
  await expect(page.locator('[data-command="check"]').first()).toBeVisible();
});

test('nothing is wider than the screen', async ({ page, portal }) => {
  for (const address of [portal.address, portal.address + SAMPLE, ...portal.links]) {
    await page.goto(address);
    const [wanted, given] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(wanted, address).toBeLessThanOrEqual(given);
  }
});

test('a long word in an answer breaks and widens nothing', async ({ page, portal }) => {
  await page.goto(portal.link('kube-scheduler-talos-monitor'));
  await expect(page.locator('.panel-summary').first()).toBeAttached();
  const [wanted, given] = await page.evaluate(() => {
    for (const summary of document.querySelectorAll('.panel-summary')) summary.textContent = 'x'.repeat(400);
    return [document.documentElement.scrollWidth, innerWidth];
  });
  expect(wanted).toBeLessThanOrEqual(given);
});

test('a runbook carries a strict policy and tells nobody where it was opened', async ({ request, portal }) => {
  const { headers } = await request.get(portal.address + SAMPLE).then((answer) => ({ headers: answer.headers() }));
  expect(headers['content-security-policy']).toMatch(/script-src[^;]*'nonce-/);
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).not.toContain('unsafe-inline');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('no-referrer');
});

test.describe('bad addresses', () => {
  test.use({ allowed: [/Failed to load resource/] });

  test('an unknown runbook answers 404 and offers near ones', async ({ page, portal }) => {
    const response = await page.goto(`${portal.address}/r/alerts/pod-crash-lopping`);
    expect(response?.status()).toBe(404);
    await expect(page.locator(`main a[href^="${SAMPLE}"]`)).toBeVisible();
  });

  test('an alert without a runbook answers 404 and never ends there', async ({ page, portal }) => {
    const response = await page.goto(`${portal.address}/alert/NobodyWroteThis`);
    expect(response?.status()).toBe(404);
    await expect(page.locator('main a').first()).toBeVisible();
  });

  test('bad values are refused in words, and the text stays', async ({ page, portal }) => {
    for (const value of ['../x', 'a'.repeat(5_000), 'x%00y', '%1b[31m']) {
      const response = await page.goto(`${portal.address}${SAMPLE}?namespace=${value}`);
      expect(response?.status(), value.slice(0, 20)).toBeLessThan(500);
      await expect(page.locator('main')).toContainText(/namespace/i);
    }
  });
});
