import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { freePort } from '../services/service.ts';

const run = promisify(execFile);
const deploy = new URL('../../deploy/', import.meta.url);

/** The site's public host name, in addition to `localhost`. */
export const site = 'chat.internal';

export interface Proxy extends AsyncDisposable {
  /** The HTTPS address. This process trusts its certificate. */
  readonly port: number;
  readonly url: string;
  reload(): Promise<void>;
}

export const proxies = [
  { name: 'nginx', start: startNginx },
  { name: 'Caddy', start: startCaddy },
] as const;

/** A text in a shipped file and its replacement in a test. */
type Change = readonly [from: string, to: string];

/** Runs deploy/nginx.conf with replaced addresses, names and paths, and a shorter shutdown timeout of old workers. */
export async function startNginx(upstreams: readonly string[], changes: readonly Change[] = []): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-nginx-'));
  await chmod(folder, 0o755); // its workers do not run as root
  const port = await freePort();
  const httpPort = await freePort();
  const names = `DNS:localhost,DNS:${site},IP:127.0.0.1`;
  await run(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', `subjectAltName=${names}`, '-keyout', 'key.pem', '-out', 'cert.pem'],
    ],
    { cwd: folder },
  );
  const [first = '', second = ''] = upstreams;
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${folder}/${of};`);
  const config = replaced(await readFile(new URL('nginx.conf', deploy), 'utf8'), [
    ['127.0.0.1:3001', first],
    ['127.0.0.1:3002', second],
    ['listen 80;', `listen 127.0.0.1:${httpPort};`],
    ['listen 443 ', `listen 127.0.0.1:${port} `],
    ['server_name chat.example.com;', `server_name localhost ${site};`],
    ['/etc/ssl/chat.example.com/fullchain.pem', `${folder}/cert.pem`],
    ['/etc/ssl/chat.example.com/privkey.pem', `${folder}/key.pem`],
    ['worker_shutdown_timeout 10m;', 'worker_shutdown_timeout 1s;'],
    ['worker_processes auto;', 'worker_processes 2;'],
    ['worker_rlimit_nofile 65536;', ''],
    ['worker_connections 16384;', 'worker_connections 512;'],
    ['http {', `http {\naccess_log off;\n${temps.join('\n')}`],
    ...changes,
  ]);
  await writeFile(join(folder, 'nginx.conf'), config);
  const log = join(folder, 'log');
  const pidFile = join(folder, 'pid');
  const args = ['-p', folder, '-e', log, '-c', join(folder, 'nginx.conf'), '-g', `pid ${pidFile}; daemon off;`];
  const owned = await startProgram({ binary: inject('nginx'), args, folder, port, trust: 'cert.pem' });
  const workers = async () => (await run('pgrep', ['-P', String(owned.pid)])).stdout.trim().split('\n').filter(Boolean);
  return {
    ...owned,
    reload: async () => {
      const old = await workers();
      process.kill(owned.pid, 'SIGHUP');
      await eventually(async () => (await workers()).every((pid) => !old.includes(pid)), 20_000);
    },
  };
}

/** Runs deploy/Caddyfile with its variables. A prefix sets other ports and disables changes to the system. */
async function startCaddy(upstreams: readonly string[]): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-caddy-'));
  const port = await freePort();
  const httpPort = await freePort();
  const options = `{\nadmin unix/${folder}/admin\nhttp_port ${httpPort}\nskip_install_trust\n}\n`;
  const file = join(folder, 'Caddyfile');
  await writeFile(file, options + (await readFile(new URL('Caddyfile', deploy), 'utf8')));
  const env = {
    EARSHOT_DOMAIN: `localhost:${port}, ${site}:${port}`,
    EARSHOT_UPSTREAMS: upstreams.join(' '),
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
  };
  const config = ['--config', file, '--adapter', 'caddyfile'];
  const owned = await startProgram({
    binary: inject('caddy'),
    args: ['run', ...config],
    env,
    folder,
    port,
    trust: 'caddy/pki/authorities/local/root.crt',
  });
  return {
    ...owned,
    reload: async () => {
      const args = ['reload', '--force', '--address', `unix/${folder}/admin`, ...config];
      await run(inject('caddy'), args, { env: { ...process.env, ...env } });
    },
  };
}

interface Program {
  binary: string;
  args: readonly string[];
  env?: Record<string, string>;
  folder: string;
  port: number;
  /** The trusted certificate's file in the folder. */
  trust: string;
}

async function startProgram({ binary, args, env = {}, folder, port, trust }: Program) {
  const child = spawn(binary, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (text) => {
    output = (output + text).slice(-4_000);
  });
  const exited = once(child, 'exit');
  const url = `https://localhost:${port}`;
  const dispose = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error('ended at once');
      const certificate = await readFile(join(folder, trust), 'utf8').catch(() => null);
      if (certificate === null) return false;
      setDefaultCACertificates([...getCACertificates('bundled'), certificate]);
      const isReady = async () => (await fetch(`${url}/ready`)).ok && (await answersFor(site, port));
      return isReady().catch(() => false);
    }, 20_000);
  } catch (error) {
    const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
    await dispose();
    throw new Error(`${binary} does not serve: ${String(error)}\n${output}\n${log}`, { cause: error });
  }
  return { port, url, pid: child.pid ?? 0, [Symbol.asyncDispose]: dispose };
}

/** Resolves once there is a certificate for the name; rejects before. Caddy signs certificates one after another. */
async function answersFor(servername: string, port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port, servername });
  try {
    await once(socket, 'secureConnect');
    return true;
  } finally {
    socket.destroy();
  }
}

/** Replaces texts. Fails if the shipped file no longer has one of them. */
function replaced(text: string, changes: readonly Change[]): string {
  return changes.reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`not in the shipped file: ${from}`);
    return all.replaceAll(from, to);
  }, text);
}
