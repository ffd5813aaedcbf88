// The whole way with real parts: pods crash, the shipped rule fires, Alertmanager tells the channel, somebody follows the
// link.
import { expect, type Page, test } from '@playwright/test';
import { Portal } from '../../portal';
import { panel } from '../../test';
import { askSimulated, Channel, Configuration, type Message, Monitoring } from '../../alerts/parts';
import { misses } from '../../alerts/shape';

let portal: Portal;
let channel: Channel;
let monitoring: Monitoring;

test.beforeAll(async () => {
  // At twenty times the pace a container in trouble restarts every two or three seconds.
  portal = await Portal.start(0, ['--pace', '20']);
  channel = await Channel.open();
  monitoring = await Monitoring.start(portal, portal.address, channel);
});

test.afterAll(async () => {
  await monitoring?.stop();
  await portal?.stop();
  channel?.close();
});

const isAbout = (alert: string, pod: string) => (message: Message) =>
  message.title.includes(`Firing: ${alert}`) && message.text.includes(pod);

/** The link as a reader of the text would follow it. */
const linkIn = (message: Message) => /<(http[^|]+)\|Open the runbook>/.exec(message.text)?.[1] ?? '';

async function expectBound(page: Page, namespace: string, pod: RegExp): Promise<void> {
  const row = panel(page, 'restart-table').locator('tr.bound');
  await expect(row).toHaveCount(1);
  await expect(row).toHaveAttribute('data-key', pod);
  await expect(page.locator('.strip')).toContainText(namespace);
}

test('the shipped rule fires for a pod that really crashes, and its link opens the runbook with the pod marked', async ({ page }) => {
  const message = await channel.message(isAbout('HomelabPodCrashLooping', 'immich-machine-learning'));
  expect(message.title_link).toBe(linkIn(message));
  const link = new URL(message.title_link);
  expect(link.searchParams.get('cluster')).toBe('homelab-prod');
  const response = await page.goto(message.title_link);
  expect(response?.status()).toBe(200);
  expect(new URL(page.url()).pathname).toMatch(/^\/r\//);
  await expectBound(page, 'media', /immich-machine-learning/);
});

test('each container gets a message of its own, and static pods of the control plane get none', async () => {
  await channel.message(isAbout('HomelabPodCrashLooping', 'task-router'));
  const restarts = 'increase(kube_pod_container_status_restarts_total{pod="kube-scheduler-talos-monitor"}[40s])';
  await expect.poll(async () => (await monitoring.query(`${restarts} > 5`)).length, { timeout: 120_000 }).toBe(1);
  expect(await monitoring.query('ALERTS{alertname="HomelabPodCrashLooping", pod=~"kube-scheduler.*"}')).toEqual([]);
  expect(channel.messages.filter(isAbout('HomelabPodCrashLooping', 'kube-scheduler'))).toEqual([]);
});

test('a crash on a machine that is being backed up is held back, and one elsewhere is told', async () => {
  await channel.message(isAbout('HomelabPodCrashLooping', 'immich-machine-learning'));
  const backedUp = (await monitoring.query('runlight_backup_running')).map((sample) => sample.metric.guest ?? '');
  expect(backedUp).toContain('talos-monitor');
  type Told = { labels: Record<string, string>; status: { state: string; inhibitedBy: string[] } };
  const told = async () => {
    const crashes = encodeURIComponent('alertname="HomelabPodCrashLooping"');
    const alerts = (await (await fetch(`${monitoring.alertmanager}/api/v2/alerts?filter=${crashes}`)).json()) as Told[];
    return alerts.map((alert) => `${alert.labels.pod}: ${alert.status.state}`);
  };
  const isHeldBack = expect.arrayContaining([expect.stringMatching(/grafana.*: suppressed/), expect.stringMatching(/^immich.*: active/)]);
  await expect.poll(told, { timeout: 120_000 }).toEqual(isHeldBack);
  expect(channel.messages.filter(isAbout('HomelabPodCrashLooping', 'grafana'))).toEqual([]);
});

test('a rule with a bare path gets its link from the template', async ({ page }) => {
  const message = await channel.message(isAbout('HomelabImagePullFailing', 'paperless-web'));
  const response = await page.goto(linkIn(message));
  expect(response?.status()).toBe(200);
  const { pathname, searchParams } = new URL(page.url());
  expect(pathname).toBe('/r/alerts/image-pull-failing');
  expect(searchParams.get('pod')).toMatch(/^paperless-web/);
  expect(searchParams.get('runbook')).toBeNull();
  await expect(page.locator('.strip')).toContainText('documents');
});

test('an alert without a runbook gets a page that helps to write one', async ({ page }) => {
  const message = await channel.message(isAbout('NobodyWroteThis', 'talos-monitor'));
  const response = await page.goto(linkIn(message));
  expect(response?.status()).toBe(404);
  await expect(page.locator('h1')).toHaveText('NobodyWroteThis');
  await expect(page.locator('main')).toContainText('R&D "a/b"? #1');
  await expect(page.locator('.starter')).toContainText('# Alert: NobodyWroteThis');
});

test('Runlight itself, asking the real ones, shows at home what fires and on the page since when', async ({ page }) => {
  await channel.message(isAbout('HomelabPodCrashLooping', 'immich-machine-learning'));
  const configuration = new Configuration(portal, monitoring);
  const own = await Portal.serve(configuration.file);
  try {
    const row = page.locator('.alert-row', { hasText: 'immich-machine-learning' }).first();
    // The first answer of a source may come after the page.
    await expect(async () => {
      await page.goto(own.address);
      await expect(row).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
    await expect(row).toContainText('warning');
    await row.locator('a').first().click();
    await expect(page.locator('main')).toContainText('Firing since');
    await expectBound(page, 'media', /immich-machine-learning/);
  } finally {
    await own.stop();
    configuration.remove();
  }
});

test('the simulated ones answer with everything that the real ones answer with', async () => {
  await channel.message(isAbout('HomelabPodCrashLooping', 'immich-machine-learning'));
  const end = Math.floor(Date.now() / 1000);
  const restarts = encodeURIComponent('kube_pod_container_status_restarts_total');
  const asked = [
    ['prometheus', '/api/v1/status/buildinfo'],
    ['prometheus', `/api/v1/query?query=${restarts}`],
    ['prometheus', '/api/v1/query?query=1'],
    ['prometheus', '/api/v1/query?query=%28'],
    ['prometheus', `/api/v1/query_range?query=${restarts}&start=${end - 60}&end=${end}&step=15`],
    ['prometheus', '/api/v1/query_range?query=up&start=2&end=1&step=1'],
    ['prometheus', '/api/v1/rules?type=alert'],
    ['alertmanager', '/api/v2/alerts'],
    ['alertmanager', '/api/v2/alerts?filter=alertname%3D%22nothing%22'],
    ['alertmanager', '/api/v2/alerts?filter=%3D'],
    ['alertmanager', '/api/v2/silences'],
    ['alertmanager', '/api/v2/status'],
  ] as const;
  for (const [kind, path] of asked) {
    const real: unknown = await (await fetch(monitoring[kind] + path)).json();
    expect(misses(real, await askSimulated(portal, kind, path)), `${kind} ${path}`).toEqual([]);
  }
});

test('a "#" in the wrong place loses nothing', async ({ page }) => {
  const { pathname, search } = new URL(portal.link('immich-machine-learning'));
  const pod = /immich-machine-learning/;
  for (const bent of [`${pathname}#${search}`, `${pathname}#step-1${search}`, `${pathname}#${search.slice(1)}`]) {
    await page.goto('about:blank');
    await page.goto(portal.address + bent);
    await page.waitForURL(/[?]cluster=/);
    await expectBound(page, 'media', pod);
  }
  // A path that begins with two slashes is no other host.
  await page.goto(`${portal.address}//runlight.example.org/#pod=a`);
  await page.waitForURL(/[?]pod=a/);
  expect(new URL(page.url()).origin).toBe(portal.address);
});
