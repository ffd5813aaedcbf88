// A page of a portal that the chart has installed, open while its pods change. Started by the script `install`.
import { defineConfig } from '@playwright/test';
import { browser, DESKTOP, results } from './settings';

export default defineConfig({
  testDir: 'tests/install',
  outputDir: results('install'),
  reporter: 'list',
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 600_000,
  expect: { timeout: 120_000 },
  use: { ...browser, ...DESKTOP, screenshot: 'only-on-failure' },
});
