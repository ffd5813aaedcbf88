// Public runbooks of many hands, all of them, on a phone: nothing is wider than the screen except inside its own
// scroller, and axe finds nothing serious. Axe takes longest, so it looks at every fourth page.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test as base } from '../../test';
import { Portal } from '../../portal';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const corpus = process.env.RUNLIGHT_CORPUS;
/** The pages are shared out among so many tests, which run side by side. */
const SHARES = 4;

const test = base.extend<object, { library: Portal }>({
  library: [
    async ({}, use) => {
      const portal = await Portal.start(0, corpus ? ['--runbooks', corpus] : []);
      await use(portal);
      await portal.stop();
    },
    { scope: 'worker' },
  ],
});

/** Every runbook of the library, page after page of its list. */
async function addresses(page: Page, portal: Portal): Promise<string[]> {
  const found = new Set<string>();
  for (let number = 1; ; number++) {
    const answer = await page.request.get(`${portal.address}/?page=${number}`);
    const links = [...(await answer.text()).matchAll(/class="runbook-title"[^>]*href="([^"]+)"|href="(\/r\/[^"?#]+)"[^>]*class="runbook-title"/g)];
    const before = found.size;
    links.forEach(([, one, other]) => found.add(one ?? other));
    if (found.size === before) return [...found];
  }
}

/** What sticks out of the screen and stands in nothing that scrolls by itself. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      element !== null && element !== document.documentElement && element !== document.body
      && (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const shown = [...document.body.querySelectorAll('*')].filter((element) => {
      const box = element.getBoundingClientRect();
      const isThere = box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== 'hidden';
      return isThere && box.right > innerWidth + 1 && box.left >= 0 && !scrolls(element.parentElement);
    });
    const wide = document.documentElement.scrollWidth > innerWidth ? [`the page: ${document.documentElement.scrollWidth}`] : [];
    return [...wide, ...shown.slice(0, 3).map((e) => `${e.tagName}.${e.className} ${(e.textContent ?? '').slice(0, 40)}`)];
  });
}

/** Serious and critical findings of axe. */
async function serious(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    type Report = { violations: { id: string; impact: string; nodes: { target: string[] }[] }[] };
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<Report> } }).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target }) => target.join(' ')).join(', ')}`);
  });
}

for (let share = 0; share < SHARES; share++) {
  test(`every runbook fits a phone: part ${share + 1} of ${SHARES}`, async ({ page, library }) => {
    test.skip(!corpus, 'NOT RUN: the public runbooks do not lie beside this checkout (shared/corpus)');
    test.setTimeout(240_000);
    const all = await addresses(page, library);
    expect(all.length).toBeGreaterThan(400);
    const wrong: string[] = [];
    for (const [position, address] of all.entries()) {
      if (position % SHARES !== share) continue;
      const answer = await page.goto(library.address + address);
      if (answer?.status() !== 200) wrong.push(`${address}: status ${answer?.status()}`);
      wrong.push(...(await tooWide(page)).map((words) => `${address}: wider than the screen: ${words}`));
      if (Math.floor(position / SHARES) % 4 === 0) {
        wrong.push(...(await serious(page)).map((words) => `${address}: ${words}`));
      }
    }
    expect(wrong).toEqual([]);
  });
}
