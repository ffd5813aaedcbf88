// Whether it is over: the count in the strip and in the title, the verdict and its marks as crashes happen, and the
// browser's own notification at the end. The runbook states a short rule, so that the end comes within one test.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comeAlive, expect, panel, test } from '../../test';
import { Portal } from '../../portal';

const RUNBOOK = `# Alert: HomelabPodCrashLooping

## Step 1: Classify

| Crash Pattern | Likely Cause | Action |
|---|---|---|
| \`ImagePullBackOff\` | Bad image tag | Fix the tag |
| \`OOMKilled\` in last terminated reason | Memory limit too low | Increase memory limit |

## Step 2: Verify Recovery

It has recovered when it is ready and there was no restart for 20 seconds.
`;

test.describe('with a runbook that states a short rule', () => {
  let portal: Portal;
  let address: string;

  test.beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'runlight-recovery-'));
    writeFileSync(join(folder, 'quick.md'), RUNBOOK);
    portal = await Portal.start(0, ['--runbooks', folder]);
    const story = new URL(portal.link('immich-machine-learning'));
    address = `${portal.address}/r/quick${story.search}`;
  });

  test.afterAll(async () => portal.stop());

  test('the count ticks, and the browser is told once when it is over', async ({ page }) => {
    test.setTimeout(300_000);
    await page.addInitScript(() => {
      const told: string[] = [];
      let asked = 0;
      class Recorder {
        static permission = 'default';
        static requestPermission() {
          asked += 1;
          Recorder.permission = 'granted';
          return Promise.resolve('granted');
        }
        constructor(title: string) {
          told.push(title);
        }
      }
      Object.assign(window, { Notification: Recorder, told, asked: () => asked });
    });
    await page.goto(address);
    await comeAlive(page);
    await panel(page, 'recovery').getByRole('button', { name: 'Tell me when it has recovered' }).click();
    expect(await page.evaluate('asked()')).toBe(1);

    const count = page.locator('.strip-recovery b');
    await expect(count).toBeVisible({ timeout: 200_000 });
    const first = await count.textContent();
    await expect(count).not.toHaveText(first ?? '');
    await expect(page).toHaveTitle(/^quiet \d\d:\d\d of 00:20 · /);
    await expect(page).toHaveTitle(/^recovered at \d\d:\d\d:\d\d UTC · /, { timeout: 200_000 });
    await expect(page.locator('.strip-recovery')).toContainText('recovered');
    await expect(panel(page, 'recovery')).toContainText(/Recovered at \d\d:\d\d:\d\d UTC/);
    const told = await page.evaluate<string[]>('told');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^recovered at /);
  });

  test('the verdict and the marks at the table change as crashes happen', async ({ page }) => {
    test.setTimeout(300_000);
    await page.goto(address);
    await comeAlive(page);
    const verdict = panel(page, 'verdict');
    await expect(verdict).toContainText('OOMKilled in machine-learning');
    await expect(page.locator('[data-row-mark="1"]')).toContainText('matches');
    await expect(page.locator('[data-row-mark="0"]')).toContainText('does not');
    // The marks are the stream's own work: what is taken away comes back with the next verdict.
    await page.evaluate(() => document.querySelector('[data-row-mark="1"]')?.replaceChildren());
    const restarts = verdict.getByText(/latest at/).first();
    const before = await restarts.textContent();
    await expect(restarts).not.toHaveText(before ?? '', { timeout: 200_000 });
    await expect(page.locator('[data-row-mark="1"]')).toContainText('matches');
  });
});
