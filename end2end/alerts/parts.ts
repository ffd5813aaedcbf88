// The parts around the portal: a channel that Alertmanager tells, and Prometheus and Alertmanager themselves.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort, type Portal } from '../portal';

/** What Slack would show of one alert. */
export type Message = { title: string; title_link: string; text: string };

/** Takes messages as Slack does. */
export class Channel {
  readonly messages: Message[] = [];
  private waiting: (() => void)[] = [];

  private constructor(private readonly server: Server, readonly address: string) {}

  static async open(): Promise<Channel> {
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      channel.messages.push(...(JSON.parse(body) as { attachments: Message[] }).attachments);
      channel.waiting.splice(0).forEach((wake) => wake());
      response.end('ok');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const channel = new Channel(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return channel;
  }

  /** The first message that is meant, once it has come. */
  async message(isMeant: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(isMeant);
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  close(): void {
    this.server.close();
  }
}

/** Prometheus and Alertmanager, until stopped. */
export class Monitoring {
  private constructor(
    private readonly process: ChildProcess,
    readonly prometheus: string,
    readonly alertmanager: string,
  ) {}

  /** Starts both; `runlight` is the address that links begin with. */
  static async start(portal: Portal, runlight: string, channel: Channel): Promise<Monitoring> {
    const script = join(dirname(fileURLToPath(import.meta.url)), 'start');
    const [prometheus, alertmanager] = [await freePort(), await freePort()];
    const words = [String(prometheus), String(alertmanager), runlight, channel.address, ...portal.metrics];
    const child = spawn(script, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`Prometheus and Alertmanager did not start: ${code}`)));
      child.once('error', reject);
      createInterface({ input: child.stdout! }).on('line', (line) => line === 'ready' && resolve());
    });
    return new Monitoring(child, `http://127.0.0.1:${prometheus}`, `http://127.0.0.1:${alertmanager}`);
  }

  /** An instant query's samples. */
  async query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> {
    const answer = await fetch(`${this.prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`);
    return ((await answer.json()) as { data: { result: [] } }).data.result;
  }

  async stop(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.stdin!.end();
    await gone;
  }
}

/** The homelab's configuration with the real Prometheus and Alertmanager in place of the simulated ones, for a while. */
export class Configuration {
  readonly file: string;

  constructor(portal: Portal, monitoring: Monitoring) {
    const kept = sections(portal.configuration).filter((section) => !/^\[(prometheus|alertmanager)\./.test(section));
    const real = [
      `[prometheus.real]\nurl = "${monitoring.prometheus}"\n`,
      `[alertmanager.real]\nurl = "${monitoring.alertmanager}"\n`,
    ];
    this.file = join(mkdtempSync(join(tmpdir(), 'runlight-alerts-')), 'runlight.toml');
    writeFileSync(this.file, [...kept, ...real].join('\n'));
  }

  remove(): void {
    rmSync(dirname(this.file), { recursive: true });
  }
}

/** Asks the simulated Prometheus or Alertmanager what the real one is asked. */
export async function askSimulated(portal: Portal, kind: 'prometheus' | 'alertmanager', path: string): Promise<unknown> {
  const section = sections(portal.configuration).find((text) => text.startsWith(`[${kind}.`)) ?? '';
  const value = (key: string) => new RegExp(`^${key} = "(.*)"$`, 'm').exec(section)?.[1] ?? '';
  const authorization = `Bearer ${readFileSync(value('token_file'), 'utf8').trim()}`;
  // The certificate is the simulation's own; that Runlight pins it is tested elsewhere.
  const asked = request(value('url') + path, { headers: { authorization }, rejectUnauthorized: false });
  asked.end();
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const part of response) body += part;
  return JSON.parse(body);
}

/** The tables of a TOML file, each with its head; what stands before the first is one, too. */
function sections(file: string): string[] {
  return readFileSync(file, 'utf8').split(/^(?=\[)/m);
}
