// The axe rules: no serious and no critical finding, light and dark.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { comeAlive, expect, SAMPLE, test } from '../../test';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, viewport] of [['desktop', { width: 1440, height: 900 }], ['phone', { width: 390, height: 844 }]] as const) {
    test(`axe finds nothing serious: ${colorScheme}, ${name}`, async ({ page, portal }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      // The last has a value that cannot be a pod's name, so that the page carries a note.
      const noted = `${portal.address}/r/alerts/pod-crash-looping?pod=${encodeURIComponent('no/pod')}`;
      for (const address of [portal.address, portal.address + SAMPLE, portal.link('kube-scheduler-talos-monitor'), noted]) {
        await page.goto(address);
        await comeAlive(page);
        await page.evaluate(axe);
        const found = await page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: { run(): Promise<Report> } }).axe.run();
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 5).map(({ target }) => target.join(' ')).join(', ')}`);
        });
        expect(found, address).toEqual([]);
      }
    });
  }
}

type Report = { violations: { id: string; impact: string; nodes: { target: string[] }[] }[] };
