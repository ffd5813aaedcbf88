// Screenshots for human eyes: every page, phone and desktop, light and dark.
import { defineConfig } from '@playwright/test';
import { browser, DESKTOP, PHONE, results } from './settings';

const variants = [
  { name: 'phone-light', use: { ...PHONE, colorScheme: 'light' } },
  { name: 'phone-dark', use: { ...PHONE, colorScheme: 'dark' } },
  { name: 'desktop-light', use: { ...DESKTOP, colorScheme: 'light' } },
  { name: 'desktop-dark', use: { ...DESKTOP, colorScheme: 'dark' } },
] as const;

export default defineConfig({
  testDir: '.',
  testMatch: 'look.ts',
  outputDir: results('look'),
  reporter: 'list',
  workers: 1,
  timeout: 120_000,
  use: browser,
  projects: variants.map(({ name, use }) => ({ name, use })),
});
