import { spawn } from 'node:child_process';
import path from 'node:path';

// `pnpm dev`: the server, started again when its sources change, and Vite before it, which puts changes into open pages.

const root = path.resolve(import.meta.dirname, '..');
const vite = path.join(root, 'packages/web/node_modules/vite/bin/vite.js');

const children = [
  spawn(process.execPath, ['--watch', '--watch-preserve-output', 'packages/server/src/main.ts', 'serve'], {
    cwd: root,
    stdio: 'inherit',
  }),
  spawn(process.execPath, [vite, '--clearScreen', 'false'], { cwd: path.join(root, 'packages/web'), stdio: 'inherit' }),
];

function stop(): void {
  for (const child of children) child.kill();
}

// A terminal tells all three; a supervisor tells this process alone.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
for (const child of children) child.once('exit', stop);
