// `runlight demo` as a process: started, read until it has said where it listens, stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export class Portal {
  private constructor(
    private readonly process: ChildProcess,
    /** "http://127.0.0.1:40123" */
    readonly address: string,
    /** The alert links that it printed, in order. */
    readonly links: string[],
  ) {}

  /** Starts the demo on a port, or on a free one. The owner's runbook comes along when it is there. */
  static async start(port = 0): Promise<Portal> {
    const binary = process.env.RUNLIGHT_BINARY;
    if (!binary) throw new Error('RUNLIGHT_BINARY is not set; start these tests with `cargo xtask test e2e`');
    const seed = process.env.RUNLIGHT_SEED;
    const folders = seed ? ['--runbooks', seed] : [];
    const child = spawn(binary, ['demo', '--listen', `127.0.0.1:${port}`, ...folders], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    const output = createInterface({ input: child.stdout! });
    const address = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the demo ended with ${code}: ${lines.join('\n')}`)));
      child.once('error', reject);
      output.on('line', (line) => {
        lines.push(line.trim());
        const listening = lines.find((text) => text.startsWith('listening on '));
        // The links follow in one piece; the first of them is enough to know that the rest has been written.
        if (listening && line.trim().startsWith('http://')) setTimeout(() => resolve(listening.slice(13)), 100);
      });
    });
    child.removeAllListeners('exit');
    return new Portal(child, address, lines.filter((line) => line.startsWith('http://')));
  }

  /** The printed link whose address holds this text. */
  link(part: string): string {
    const found = this.links.find((link) => link.includes(part));
    if (!found) throw new Error(`no printed link holds ${part}: ${this.links.join(' ')}`);
    return found;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await gone;
  }
}

/** A port that nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
