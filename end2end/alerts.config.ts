// Real alerts: Debian's Prometheus and Alertmanager, the shipped rule and templates, a link that is followed.
import { defineConfig } from '@playwright/test';
import { browser, DESKTOP, results } from './settings';

export default defineConfig({
  testDir: 'tests/alerts',
  outputDir: results('alerts'),
  reporter: 'list',
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  // Until the rule fires, containers must really have crashed often enough.
  timeout: 180_000,
  expect: { timeout: 15_000 },
  use: { ...browser, ...DESKTOP, screenshot: 'only-on-failure' },
});
