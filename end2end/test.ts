// Playwright's `test` with a portal per worker, and a watch that no page may trip: nothing on the console, nothing
// forbidden by the page's own policy, nobody else asked for anything.
import { expect, type Page, test as base } from '@playwright/test';
import { Portal } from './portal';

type Fixtures = {
  /** What this test may see on the console, besides nothing. */
  allowed: RegExp[];
  watched: void;
};

export const test = base.extend<Fixtures, { portal: Portal }>({
  portal: [
    async ({}, use) => {
      const portal = await Portal.start();
      await use(portal);
      await portal.stop();
    },
    { scope: 'worker' },
  ],

  allowed: [[], { option: true }],

  watched: [
    async ({ context, allowed }, use) => {
      const said: string[] = [];
      const strangers: string[] = [];
      context.on('console', (message) => {
        if (message.type() === 'error') said.push(message.text());
      });
      context.on('weberror', (error) => said.push(error.error().message));
      context.on('request', (request) => {
        const address = new URL(request.url());
        const isOwn = ['127.0.0.1', 'localhost'].includes(address.hostname) || address.protocol === 'data:';
        if (!isOwn) strangers.push(request.url());
      });
      await use();
      expect(strangers, 'requests to third parties').toEqual([]);
      expect(said.filter((text) => !allowed.some((pattern) => pattern.test(text))), 'console').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';

/** The path of the owner's runbook in the library. */
export const SEED = '/r/HomelabPodCrashLooping';

/** The demo's own crash-loop runbook. */
export const SAMPLE = '/r/alerts/pod-crash-looping';

/** Tests that read the owner's runbook say so when it is not there. */
export function needsSeed(): void {
  const isAbsent = !process.env.RUNLIGHT_SEED;
  test.skip(isAbsent, 'NOT RUN: the owner\'s runbook does not lie beside this checkout (shared/seed)');
}

/** Waits until the browser's half works. */
export async function comeAlive(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-scripts', 'on');
}

/** The panel of the first check of a kind. */
export function panel(page: Page, kind: string) {
  return page.locator(`[data-panel="${kind}"]`).first();
}
