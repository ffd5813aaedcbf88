// Services at their HTTP boundary: what was sent to which, in order. Also a proxy that answers for a service whose address
// cannot be set.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** One request as it came. */
export type Sent = { path: string; headers: Record<string, string>; body: string };

/** Keeps every request, and answers 200 with an empty object. */
export class Recorder {
  readonly sent: Sent[] = [];
  private waiting: (() => void)[] = [];
  private constructor(
    private readonly servers: Server[],
    private readonly folder: string,
    readonly address: string,
    readonly proxy: string,
    /** The file with the certificate that the proxy's answers are signed with. */
    readonly authority: string,
  ) {}

  /** Answers for `host` behind the proxy. */
  static async open(host: string): Promise<Recorder> {
    const folder = mkdtempSync(join(tmpdir(), 'runlight-recorder-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${host}`];
    const files = ['-addext', `subjectAltName=DNS:${host}`, '-keyout', key, '-out', certificate];
    execFileSync('openssl', [...words, ...files], { stdio: 'ignore' });
    const take = async (request: IncomingMessage, response: ServerResponse, before = '') => {
      let body = '';
      for await (const part of request) body += part;
      recorder.sent.push({ path: before + request.url, headers: request.headers as Record<string, string>, body });
      recorder.waiting.splice(0).forEach((wake) => wake());
      response.setHeader('content-type', 'application/json');
      // Telegram's clients look for the first, Slack's for the second.
      response.end(request.url?.startsWith('/slack') ? 'ok' : '{"ok":true,"result":{"message_id":1,"chat":{"id":1}}}');
    };
    const plain = createServer((request, response) => void take(request, response));
    const options = { key: readFileSync(key), cert: readFileSync(certificate) };
    const secure = createSecure(options, (request, response) => void take(request, response, `/${host}`));
    const proxy = createServer();
    proxy.on('connect', (_request, client: Socket) => {
      const upstream = connect((secure.address() as AddressInfo).port, '127.0.0.1');
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.on('error', () => upstream.destroy()).pipe(upstream);
      upstream.on('error', () => client.destroy()).pipe(client);
    });
    const servers = [plain, secure, proxy];
    for (const server of servers) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    const at = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const recorder = new Recorder(servers, folder, at(plain), at(proxy), certificate);
    return recorder;
  }

  /** The first request that is meant, once it has come. */
  async first(isMeant: (sent: Sent) => boolean): Promise<Sent> {
    for (;;) {
      const found = this.sent.find(isMeant);
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  close(): void {
    this.servers.forEach((server) => {
      server.closeAllConnections();
      server.close();
    });
    rmSync(this.folder, { recursive: true });
  }
}

/** A script of this folder, until stopped. */
export class Script {
  private constructor(private readonly stopped: () => Promise<void>) {}

  static async start(name: string, words: string[], isUp: () => Promise<boolean> | null): Promise<Script> {
    const child = spawn(join(here, name), words, { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const looked = isUp();
    const said = new Promise<void>((resolve) => {
      createInterface({ input: child.stdout! }).on('line', (line) => line === 'ready' && resolve());
    });
    const failed = ended.then(([code]) => Promise.reject(new Error(`${name} ended with ${code}`)));
    failed.catch(() => undefined);
    await Promise.race([looked ?? said, failed]);
    return new Script(async () => {
      child.stdin!.end();
      await ended;
    });
  }

  stop(): Promise<void> {
    return this.stopped();
  }
}

/** Why a script's program cannot be had here; empty when it can. */
export function whyNot(name: string): string {
  const environment = { ...process.env, GOFLAGS: '-p=1' };
  return execFileSync(join(here, name), ['--why-not'], { encoding: 'utf8', env: environment }).trim();
}
