// The real binary in a real Chromium: scripts off and on, on a phone and on a desktop.
import { defineConfig } from '@playwright/test';
import { browser, DESKTOP, PHONE, results } from './settings';

const off = { javaScriptEnabled: false };

export default defineConfig({
  testDir: 'tests',
  outputDir: results('tests'),
  reporter: 'list',
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { ...browser, screenshot: 'only-on-failure', trace: 'retain-on-failure' },
  projects: [
    { name: 'off-phone', testMatch: /(both|off)\/.*\.spec\.ts/, use: { ...PHONE, ...off } },
    { name: 'off-desktop', testMatch: /(both|off)\/.*\.spec\.ts/, use: { ...DESKTOP, ...off } },
    { name: 'on-phone', testMatch: /both\/.*\.spec\.ts/, use: PHONE },
    { name: 'on-desktop', testMatch: /(both|on)\/.*\.spec\.ts/, use: DESKTOP },
    { name: 'corpus-phone', testMatch: /corpus\/.*\.spec\.ts/, use: PHONE },
  ],
});
