// What the tests and the screenshots share: the browser, the two screens, and where results go.
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
export const DESKTOP = { viewport: { width: 1440, height: 900 } };

/** A Chromium that calls nobody. */
export const browser = {
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  },
};

/** A folder outside the checkout. */
export function results(name: string): string {
  return join(process.env.RUNLIGHT_TEST_RESULTS ?? join(tmpdir(), 'runlight-end2end'), name);
}
