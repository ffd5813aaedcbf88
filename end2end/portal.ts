// `runlight` as a process: started, read until it has said where it listens, stopped.
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
    /** The metrics of each cluster, as `CLUSTER=ADDRESS`. */
    readonly metrics: string[],
    /** The configuration that reaches the homelab. */
    readonly configuration: string,
  ) {}

  /** Starts the demo on a port, or on a free one, with more words. The owner's runbook comes along when it is there. */
  static start(port = 0, more: string[] = []): Promise<Portal> {
    const seed = process.env.RUNLIGHT_SEED;
    const folders = seed ? ['--runbooks', seed] : [];
    // The links follow in one piece; the first of them is enough to know that the rest is being written.
    const words = ['demo', '--listen', `127.0.0.1:${port}`, ...folders, ...more];
    return Portal.launch(words, (line) => line.startsWith('http://'));
  }

  /** Serves the sources of a configuration on a free port. */
  static serve(config: string): Promise<Portal> {
    const told = (line: string) => line.startsWith('listening on ');
    return Portal.launch(['serve', '--config', config, '--listen', '127.0.0.1:0'], told);
  }

  private static async launch(words: string[], isUp: (line: string) => boolean): Promise<Portal> {
    const binary = process.env.RUNLIGHT_BINARY;
    if (!binary) throw new Error('RUNLIGHT_BINARY is not set; start these tests with `cargo xtask test`');
    const child = spawn(binary, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    const output = createInterface({ input: child.stdout! });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`${words[0]} ended with ${code}: ${lines.join('\n')}`)));
      child.once('error', reject);
      output.on('line', (line) => {
        lines.push(line.trim());
        if (isUp(line.trim())) setTimeout(resolve, 100);
      });
    });
    child.removeAllListeners('exit');
    const listening = lines.find((line) => line.startsWith('listening on '))?.slice(13) ?? '';
    const behind = (start: string) => lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
    const metrics = behind('kube-state-metrics of ').map((line) => line.replace(': ', '='));
    const links = lines.filter((line) => line.startsWith('http://'));
    return new Portal(child, listening, links, metrics, behind('configured by ')[0] ?? '');
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
