// The page in a real Chromium over a real cluster. Started by the script `real`, which brings the cluster up.
import { defineConfig } from '@playwright/test';
import { browser, DESKTOP, results } from './settings';

export default defineConfig({
  testDir: 'tests/real',
  outputDir: results('real'),
  reporter: 'list',
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 240_000,
  expect: { timeout: 60_000 },
  use: { ...browser, ...DESKTOP, screenshot: 'only-on-failure', trace: 'retain-on-failure' },
});
