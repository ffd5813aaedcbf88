// An open page over an upgrade and a rollback: it says that it is stale, finds the next pod by itself, and goes on.
import { execSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const address = process.env.RUNLIGHT_INSTALLED ?? '';
const namespace = process.env.RUNLIGHT_INSTALLED_NAMESPACE ?? '';
const signs = process.env.RUNLIGHT_INSTALLED_SIGNS ?? '';
const kubectl = process.env.RUNLIGHT_INSTALLED_KUBECTL ?? 'kubectl';
const SIGNAL = 'made-while-you-look';

test('an open page heals by itself over an upgrade and a rollback', async ({ page }) => {
  await expect(async () => expect((await page.goto(`${address}/r/look`))?.status()).toBe(200)).toPass();
  await expect(page.locator('html')).toHaveAttribute('data-scripts', 'on');
  await page.locator('[data-act=run]').first().click();
  const table = page.locator('main');
  await expect(table).toContainText(namespace);
  await expect(page.locator('[data-link=live]')).toBeVisible();
  // What no reload would keep.
  await page.evaluate(() => document.documentElement.setAttribute('data-test-same-page', 'yes'));
  writeFileSync(join(signs, 'open'), '');

  await expect.poll(() => existsSync(join(signs, 'changed')), { timeout: 500_000 }).toBe(true);
  await expect(page.locator('[data-link=live]')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-test-same-page', 'yes');

  // It is true again, and not only green: what happens now arrives.
  const pod = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: SIGNAL },
    spec: { nodeSelector: { nowhere: 'yes' }, containers: [{ name: 'a', image: 'docker.io/library/busybox:1.35',
      securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 65532,
        capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } } }] },
  });
  execSync(`${kubectl} -n ${namespace} apply -f -`, { input: pod });
  await expect(table).toContainText(SIGNAL);
});
