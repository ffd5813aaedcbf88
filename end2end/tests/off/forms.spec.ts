// Without scripts a page is plain forms and links, and does its work all the same.
import { expect, panel, test } from '../../test';

test('Run is a form that brings back the page with the answer', async ({ page, portal }) => {
  await page.goto(portal.link('kube-scheduler-talos-monitor'));
  const log = panel(page, 'log');
  const id = await log.getAttribute('data-check');
  await page.locator('.command', { has: page.locator(`#command-${id}`) }).locator('[data-act=run]').click();
  await expect(page).toHaveURL(/run=/);
  const answered = page.locator(`[data-check="${id}"]`);
  await expect(answered).toHaveAttribute('data-outcome', /pass|warn|fail/);
  await expect(answered).toContainText('kube-scheduler');
});

test('a step\'s checks run together', async ({ page, portal }) => {
  await page.goto(portal.link('kube-scheduler-talos-monitor'));
  await page.locator('[data-act=run-step]').first().click();
  await expect(page).toHaveURL(/run=\w+(\+|%20)\w+/);
});

test('values can be set in the strip', async ({ page, portal }) => {
  await page.goto(portal.link('kube-scheduler-talos-monitor'));
  await page.locator('#_context summary').click();
  await page.locator('#_context [name=namespace]').fill('monitoring');
  await page.locator('#_context button').click();
  await expect(page).toHaveURL(/namespace=monitoring/);
});

test('choosing a row of the restart table binds its pod', async ({ page, portal }) => {
  await page.goto(portal.link('kube-scheduler-talos-monitor'));
  const row = panel(page, 'restart-table').locator('tbody tr:not(.bound)').last();
  const pod = await row.locator('th a').textContent();
  await row.locator('th a').click();
  expect(new URL(page.url()).searchParams.get('pod')).toBeTruthy();
  expect(pod).toBeTruthy();
});

test('nothing that needs scripts is offered', async ({ page, portal }) => {
  await page.goto(portal.link('kube-scheduler-talos-monitor'));
  await expect(page.locator('.live-mark')).toBeHidden();
});
