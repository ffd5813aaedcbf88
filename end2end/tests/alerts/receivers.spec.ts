// The real Alertmanager with every receiver of deploy/alerts/receivers.yaml: what arrives at each service is what that service
// documents, holds the link, and gives labels no power. The services themselves are recorders.
import { expect, test } from '@playwright/test';
import { Recorder, Script, type Sent, whyNot } from '../../alerts/recorder';
import { freePort } from '../../portal';

const RUNLIGHT = 'https://runlight.example.net';
const HOSTILE = `a&b<c>"d' [x](http://evil.example) *e* \`f\` @everyone #g %41+é {{ h }} \u{1f525}`;

let recorder: Recorder;
let alertmanager: Script;
let mailbox: Script | undefined;
let noMail = '';
let mail = '';
let address = '';

test.beforeAll(async () => {
  test.setTimeout(900_000);
  recorder = await Recorder.open('api.pushover.net');
  noMail = whyNot('mailpit');
  const ports = [await freePort(), await freePort(), await freePort()];
  if (!noMail) {
    mail = `http://127.0.0.1:${ports[1]}`;
    mailbox = await Script.start('mailpit', [String(ports[0]), String(ports[1])], async () => {
      await expect.poll(() => fetch(`${mail}/readyz`).then((answer) => answer.ok, () => false), { timeout: 30_000 }).toBe(true);
      return true;
    });
  }
  const words = [String(ports[2]), RUNLIGHT, recorder.address, recorder.proxy, recorder.authority];
  const smtp = noMail ? [] : [`127.0.0.1:${ports[0]}`];
  alertmanager = await Script.start('receive', [...words, ...smtp], () => null);
  address = `http://127.0.0.1:${ports[2]}`;
});

test.afterAll(async () => {
  await alertmanager?.stop();
  await mailbox?.stop();
  recorder?.close();
});

/** Tells Alertmanager of alerts that begin, or end, now. */
async function tell(name: string, count: number, isOver = false): Promise<void> {
  const now = Date.now();
  const alerts = Array.from({ length: count }, (_, at) => ({
    labels: { alertname: name, test: name, cluster: 'home & away', namespace: 'media', pod: `${at}-${HOSTILE}`, container: 'web' },
    annotations: { summary: `${HOSTILE} keeps restarting`, description: HOSTILE },
    startsAt: new Date(now - 60_000).toISOString(),
    endsAt: new Date(now + (isOver ? -1_000 : 3_600_000)).toISOString(),
  }));
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${address}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(alerts) });
  expect(answer.status).toBe(200);
}

const sentTo = (service: string, ...words: string[]) => (sent: Sent) =>
  sent.path.startsWith(`/${service}`) && words.every((word) => sent.body.includes(word));

const json = (sent: Sent) => JSON.parse(sent.body) as Record<string, any>;

/** The link of the first alert, with its labels whole. */
function expectLink(link: string): void {
  const url = new URL(link);
  expect(url.origin + decodeURIComponent(url.pathname)).toMatch(new RegExp(`^${RUNLIGHT}/alert/(One|Fifty)$`));
  expect(url.searchParams.get('cluster')).toBe('home & away');
  expect(url.searchParams.get('namespace')).toBe('media');
  expect(url.searchParams.get('pod')).toMatch(/^\d+-/);
  expect(url.searchParams.get('pod')?.replace(/^\d+-/, '')).toBe(HOSTILE);
}

/** An attribute's value as a reader of HTML takes it. */
const unescaped = (text: string) =>
  text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))).replaceAll('&amp;', '&');

const letters = (text: string) => [...text].length;

for (const [name, count, title] of [['One', 1, 'One'], ['Fifty', 50, 'Fifty (50)']] as const) {
  for (const isOver of [false, true]) {
    const word = isOver ? 'Resolved' : 'Firing';
    test(`${count} ${word.toLowerCase()}: each service gets what it documents`, async () => {
      await tell(name, count, isOver);
      // The end of many may be told in parts.
      const whole = isOver && count > 1 ? `${word}: ${name} (` : `${word}: ${title}`;

      // Pushover: token, user, message up to 1,024 letters, title up to 250, url up to 512, url_title up to 100.
      const encoded = new URLSearchParams({ title: whole }).toString();
      // Alertmanager puts them into the address.
      const isAsked = (sent: Sent) => sent.path.startsWith('/api.pushover.net') && sent.path.includes(encoded);
      const asked = await recorder.first(isAsked);
      const pushover = new URL(asked.path, 'https://api.pushover.net').searchParams;
      expect([pushover.get('token'), pushover.get('user')]).toEqual(['APPLICATION_TOKEN', 'USER_KEY']);
      expect(pushover.get('title')).toContain(whole);
      expect(letters(pushover.get('title') ?? '')).toBeLessThanOrEqual(100);
      expect(letters(pushover.get('message') ?? '')).toBeLessThanOrEqual(1024);
      expect(letters(pushover.get('url') ?? '')).toBeLessThanOrEqual(512);
      expect(pushover.get('url_title')).toBe('Open the runbook');
      expectLink(pushover.get('url') ?? '');

      // Discord: an embed with a title up to 256 letters and a description up to 4,096.
      const discord = json(await recorder.first(sentTo('discord', whole)));
      const [embed] = discord.embeds as { title: string; description: string }[];
      expect(letters(embed.title)).toBeLessThanOrEqual(256);
      expect(letters(embed.description)).toBeLessThanOrEqual(2048);
      const links = [...embed.description.matchAll(/(?<!\\)\]\(([^)]+)\)/g)].map((match) => match[1] ?? '');
      expect(links).toHaveLength(count === 1 ? 1 : 3);
      links.forEach(expectLink);
      expect(embed.description).not.toMatch(/(?<!\\)@everyone/);

      // Slack: an attachment whose title is the link.
      const slack = json(await recorder.first(sentTo('slack', whole))).attachments[0] as Record<string, string>;
      expectLink(slack.title_link ?? '');
      expect(slack.text).not.toMatch(/<(?!http)/);

      // Telegram: HTML of which every tag closes, up to 4,096 letters.
      const verb = isOver ? 'is resolved' : 'fires';
      const telegram = json(await recorder.first(sentTo('telegram', `b\\u003e ${verb}`, `b\\u003e${name}\\u003c`)));
      expect(telegram.parse_mode).toBe('HTML');
      expect(letters(telegram.text)).toBeLessThanOrEqual(4096);
      const tags = [...(telegram.text as string).matchAll(/<([^ >]+)[^>]*>/g)].map((match) => match[1]);
      expect(new Set(tags)).toEqual(new Set(['b', '/b', 'a', '/a']));
      const href = /href="([^"]+)"/.exec(telegram.text)?.[1] ?? '';
      expectLink(unescaped(href));

      // PagerDuty, Events API v2: a key that joins the end to the beginning, a summary up to 1,024 letters, links.
      const pagerduty = json(await recorder.first(sentTo('pagerduty', isOver ? '"resolve"' : '"trigger"', name)));
      expect(pagerduty.routing_key).toBe('secret-of-pagerduty-key');
      expect(pagerduty.dedup_key).toMatch(/^[0-9a-f]{64}$/);
      if (!isOver) {
        expect(letters(pagerduty.payload.summary)).toBeLessThanOrEqual(1024);
        expect(pagerduty.links[0].text).toBe('Open the runbook');
        expectLink(pagerduty.links[0].href);
      }

      // Opsgenie: a message up to 130 letters, an alias that joins the end to the beginning.
      const isClosing = (sent: Sent) => sent.path.includes('/close');
      if (!isOver) {
        const opsgenie = await recorder.first(sentTo('opsgenie', whole));
        expect(opsgenie.headers.authorization).toBe('GenieKey secret-of-opsgenie-key');
        expect(letters(json(opsgenie).message)).toBeLessThanOrEqual(130);
        expect(json(opsgenie).alias).toMatch(/^[0-9a-f]{64}$/);
        expectLink(json(opsgenie).details.runbook);
      } else {
        await recorder.first((sent) => sent.path.startsWith('/opsgenie') && isClosing(sent));
      }

      // Runlight's own webhook.
      const status = isOver ? '"status":"resolved"' : '"status":"firing"';
      const own = await recorder.first(sentTo('runlight', status, `"alertname":"${name}"`));
      expect(own.headers.authorization).toBe('Bearer secret-of-runlight-token');
      expect(json(own).alerts.length).toBeGreaterThanOrEqual(1);
    });

    test(`${count} ${word.toLowerCase()}: the mail has both forms and the link`, async () => {
      test.skip(noMail !== '', noMail);
      const begin = isOver && count > 1 ? `${word}: ${name} (` : `${word}: ${title} on home & away`;
      type Listed = { messages: { ID: string; Subject: string }[] };
      const all = async () => (await (await fetch(`${mail}/api/v1/messages?limit=200`)).json()) as Listed;
      const wanted = async () => (await all()).messages.find((message) => message.Subject.startsWith(begin))?.ID ?? '';
      await expect.poll(wanted, { timeout: 60_000 }).not.toBe('');
      const message = (await (await fetch(`${mail}/api/v1/message/${await wanted()}`)).json()) as { HTML: string; Text: string };
      expectLink(/Runbook: (\S+)/.exec(message.Text)?.[1] ?? '');
      const href = /href="([^"]+)"/.exec(message.HTML)?.[1] ?? '';
      expectLink(unescaped(href));
      expect(message.HTML).not.toContain('<c>');
    });
  }
}
