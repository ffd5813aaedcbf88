// A container that ends when it is told to, on a real node, and what an open page shows of it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comeAlive, expect, panel, test as base } from '../../test';
import { Portal } from '../../portal';

const cluster = process.env.RUNLIGHT_REAL_CLUSTER ?? '';
const namespace = process.env.RUNLIGHT_REAL_NAMESPACE ?? '';
const POD = 'crashes-when-told';

function kubectl(words: string[], input?: string): string {
  const program = process.env.RUNLIGHT_REAL_KUBECTL ?? 'kubectl';
  return execFileSync(program, ['--kubeconfig', join(cluster, 'admin'), '-n', namespace, ...words], {
    input,
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: '' },
  });
}

const MANIFEST = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: POD },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{
      name: 'app',
      image: 'docker.io/library/busybox:1.35',
      imagePullPolicy: 'IfNotPresent',
      command: [
        'sh',
        '-c',
        'echo "ready to go"; until [ -e /tmp/end ]; do sleep 0.2; done; echo "fatal: lost the lease"; exit 3',
      ],
    }],
  },
});

const RUNBOOK = `# Alert: RealCrash

## Step 1: See who restarts

\`\`\`bash
kubectl --context=real get pods -A --sort-by='.status.containerStatuses[0].restartCount' | tail -20
\`\`\`

## Step 2: Read what it said last

\`\`\`bash
kubectl --context=real logs -n <namespace> <pod> -c <container> --previous --tail=50
\`\`\`
`;

const test = base.extend<object, { portal: Portal }>({
  portal: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'runlight-real-'));
      const config = `[library]\nfolders = ["."]\n[clusters.real]\nkubeconfig = ${JSON.stringify(join(cluster, 'admin'))}\n`;
      writeFileSync(join(folder, 'real-crash.md'), RUNBOOK);
      writeFileSync(join(folder, 'runlight.toml'), config);
      const portal = await Portal.serve(join(folder, 'runlight.toml'));
      await use(portal);
      await portal.stop();
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
});

test('an open page shows the crash as it happens, and then the log of what ended', async ({ page, portal }) => {
  kubectl(['delete', 'pod', POD, '--ignore-not-found']);
  kubectl(['apply', '-f', '-'], MANIFEST);
  kubectl(['wait', `pod/${POD}`, '--for=condition=Ready', '--timeout=60s']);
  const query = new URLSearchParams({ cluster: 'real', namespace, pod: POD, container: 'app' });
  await page.goto(`${portal.address}/alert/RealCrash?${query}`);
  await comeAlive(page);
  await expect(page.locator('[data-link=live]')).toBeVisible();
  const row = panel(page, 'restart-table').locator('tr.bound');
  await expect(row).toContainText(POD);
  await expect(row.locator('td.count').first()).toHaveText('0');

  const log = page.locator('.command', { hasText: '--previous' });
  const told = page.locator('[data-panel]', { hasText: /./ }).filter({ has: page.locator('.line') });
  await log.locator('[data-act=run]').click();
  const answer = page.locator(`[data-check="${await log.locator('[data-check]').first().getAttribute('data-check')}"]`);
  await expect(answer.first()).toHaveAttribute('data-outcome', /pass|warn|fail|unknown/);
  await expect(told).toHaveCount(0);

  kubectl(['exec', POD, '--', 'touch', '/tmp/end']);
  await expect(row.locator('td.count').first()).toHaveText('1');
  // No reload and no second press: the check that was asked goes on being answered.
  await expect(answer.locator('.line').filter({ hasText: 'fatal: lost the lease' })).toBeVisible({ timeout: 120_000 });
  await expect(page.locator('main')).not.toContainText('unable to retrieve container logs');
  kubectl(['delete', 'pod', POD, '--wait=false']);
});
