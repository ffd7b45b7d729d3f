import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, inject, test } from 'vitest';
import { collect } from '../resources/collect.ts';
import { untilDone } from '../resources/outcome.ts';

// Tests the packages in new projects, installed by npm and compiled with `skipLibCheck` off.

const run = promisify(execFile);
const react = { react: '19.3.1', 'react-dom': '19.3.1', '@tanstack/react-query': '5.108.0' };
const types = { '@types/react': '19.3.0', '@types/react-dom': '19.3.0', typescript: '7.0.2' };

/** Packing runs beside other tests. */
const packingMs = 300_000;
beforeAll(() => untilDone(inject('packages'), packingMs), packingMs);

interface Project extends AsyncDisposable {
  readonly folder: string;
  /** Runs a program of the project. Resolves to its output, even if it failed. */
  exec(program: string, ...args: string[]): Promise<{ code: number; output: string }>;
  /** The installed versions of a package. */
  versions(name: string): Promise<string[]>;
}

interface Contents {
  packages: ('shared' | 'client' | 'server' | 'cli')[];
  dependencies: Record<string, string>;
  compilerOptions: object;
  files: Record<string, string>;
}

async function createProject({ packages, dependencies, compilerOptions, files }: Contents): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'earshot-consumer-'));
  const earshot = packages.map((name) => [`@earshot/${name}`, `file:${inject('packages')}/earshot-${name}.tgz`]);
  const manifest = { private: true, type: 'module', dependencies: { ...Object.fromEntries(earshot), ...dependencies } };
  const config = { compilerOptions: { strict: true, noEmit: true, skipLibCheck: false, ...compilerOptions } };
  const all = { 'package.json': JSON.stringify(manifest), 'tsconfig.json': JSON.stringify(config), ...files };
  for (const [file, text] of Object.entries(all)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  const exec: Project['exec'] = (program, ...args) =>
    run(program, args, { cwd: folder, env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }, maxBuffer: 2 ** 24 }).then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
      ({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }),
    );
  const installed = await exec('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline');
  if (installed.code !== 0) throw new Error(`npm install failed:\n${installed.output}`);
  return {
    folder,
    exec: (program, ...args) => exec(path.join(folder, 'node_modules/.bin', program), ...args),
    versions: async (name) => {
      const { output } = await exec('npm', 'query', `#${name}`);
      return JSON.parse(output).map(({ version }: { version: string }) => version);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

test('Node.js: server, client and a stock tRPC client compile without the declarations of other packages', async () => {
  await using project = await createProject({
    packages: ['shared', 'client', 'server'],
    dependencies: { typescript: types.typescript },
    compilerOptions: { target: 'ESNext', module: 'NodeNext', lib: ['ESNext', 'DOM'], types: [] },
    files: {
      'index.ts': `
        import { createEarshotClient, type RouterOutputs } from '@earshot/client';
        import { type AppRouter, createServer, type Logger, readConfig } from '@earshot/server';
        import { transformer } from '@earshot/shared';
        import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';

        const server = await createServer(readConfig({ PORT: '0' }));
        const client = createWSClient({ url: server.url.replace('http', 'ws') + '/trpc' });
        const stock = createTRPCClient<AppRouter>({ links: [wsLink({ client, transformer })] });
        const earshot = createEarshotClient({ url: server.url, username: 'Ada' });
        const location = { latitude: 52.52, longitude: 13.405 };
        const rooms: RouterOutputs['rooms']['nearby'] = await earshot.trpc.rooms.nearby.query({ location });
        export const same: typeof rooms = await stock.rooms.nearby.query({ location });
        export const log = (logger: Logger) => logger.info({ rooms: rooms.length }, 'looked around');
        // @ts-expect-error: there is no such procedure
        stock.rooms.nonsense;
        // @ts-expect-error: a place has two numbers
        earshot.trpc.rooms.nearby.query({ location: { latitude: 1 } });
      `,
    },
  });
  expect(await project.exec('tsc', '-p', '.')).toEqual({ code: 0, output: '' });
  expect(new Set(await project.versions('@trpc/server'))).toHaveProperty('size', 1);
});

test('the command `earshot` is installed with its package, serves, and passes its own scenarios', async () => {
  await using project = await createProject({
    packages: ['shared', 'client', 'server', 'cli'],
    dependencies: {},
    compilerOptions: {},
    files: {},
  });
  expect((await project.exec('earshot', '--help')).output).toContain('Usage: earshot');
  const server = spawn(path.join(project.folder, 'node_modules/.bin/earshot'), ['serve'], {
    cwd: project.folder,
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit');
  try {
    const printed = collect<string>();
    server.stdout.on('data', (chunk) => printed.push(String(chunk)));
    void exited.then(() => printed.end());
    const listening = await printed.until((text) => /listens on \S+/.test(text), 20_000);
    const [, url = ''] = /listens on (\S+)/.exec(listening) ?? [];
    const { code, output } = await project.exec('earshot', 'monitor', url, '--wire', 'both', '--run', 'all');
    expect(output).toContain('10 passed, 0 failed');
    expect(code).toBe(0);
    server.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  } finally {
    server.kill('SIGKILL');
  }
});

const component = `
  import { useRoom } from '@earshot/client/react';
  export function Room() {
    const room = useRoom({ location: { latitude: 52.52, longitude: 13.405 } });
    return <ul>{room.messages.map((message) => <li key={message.id}>{message.content}</li>)}</ul>;
  }`;

test('Vite: a React page compiles and is built', async () => {
  await using project = await createProject({
    packages: ['shared', 'client'],
    dependencies: { ...react, ...types, vite: '8.3.8' },
    compilerOptions: {
      ...{ target: 'ES2022', module: 'ESNext', moduleResolution: 'bundler', jsx: 'react-jsx', types: ['vite/client'] },
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    },
    files: {
      'index.html': '<!doctype html><div id="root"></div><script type="module" src="/main.tsx"></script>',
      'Room.tsx': component,
      'main.tsx': `
        import { createEarshotClient } from '@earshot/client';
        import { EarshotProvider } from '@earshot/client/react';
        import { createRoot } from 'react-dom/client';
        import { Room } from './Room';
        const client = createEarshotClient({ url: location.origin, username: 'Ada' });
        const root = document.getElementById('root');
        if (root) createRoot(root).render(<EarshotProvider client={client}><Room /></EarshotProvider>);
      `,
    },
  });
  expect(await project.exec('tsc', '-p', '.')).toEqual({ code: 0, output: '' });
  const { code, output } = await project.exec('vite', 'build');
  expect(output).toContain('built in');
  expect(code).toBe(0);
});

test('Next.js: a server component can use the React bindings, which are marked as client code', async () => {
  await using project = await createProject({
    packages: ['shared', 'client'],
    dependencies: { ...react, ...types, '@types/node': '24.0.0', next: '16.4.6' },
    compilerOptions: {
      ...{ target: 'ESNext', module: 'ESNext', moduleResolution: 'bundler', jsx: 'react-jsx', skipLibCheck: true },
      ...{ lib: ['ESNext', 'DOM', 'DOM.Iterable'], esModuleInterop: true, isolatedModules: true },
    },
    files: {
      'app/layout.tsx': `
        import type { ReactNode } from 'react';
        export default function Layout({ children }: { children: ReactNode }) {
          return <html lang="en"><body>{children}</body></html>;
        }`,
      'app/page.tsx': `
        import { EarshotProvider } from '@earshot/client/react';
        import { Room } from './Room';
        export default () => <EarshotProvider client={null}><Room /></EarshotProvider>;`,
      'app/Room.tsx': `'use client';\n${component}`,
    },
  });
  const { code, output } = await project.exec('next', 'build');
  expect(output).toContain('Generating static pages');
  expect(code).toBe(0);
  // Next.js fails the check of its own declarations: every error must be in one of its files.
  const checked = await project.exec('tsc', '-p', '.', '--skipLibCheck', 'false', '--incremental', 'false');
  expect(checked.output.split('\n').filter((line) => /^(app\/|.*@earshot)/.test(line))).toEqual([]);
});
