import { spawn } from 'node:child_process';
import path from 'node:path';

// `pnpm dev` runs the server, restarted when its sources change, and Vite, which serves the page with hot reload.

const help = `Usage: pnpm dev

Runs the server, and restarts it when its sources change. Vite serves the page and updates open pages when it changes.
The settings are those of the server (README.md). Ctrl-C stops both.
`;

const root = path.resolve(import.meta.dirname, '..');
const vite = path.join(root, 'packages/web/node_modules/vite/bin/vite.js');

if (process.argv.includes('--help')) process.stdout.write(help);
else run();

function run(): void {
  const serve = ['--watch', '--watch-preserve-output', 'packages/cli/src/main.ts', 'serve'];
  const children = [
    spawn(process.execPath, serve, { cwd: root, stdio: 'inherit' }),
    spawn(process.execPath, [vite, '--clearScreen', 'false'], {
      cwd: path.join(root, 'packages/web'),
      stdio: 'inherit',
    }),
  ];
  const stop = () => {
    for (const child of children) child.kill();
  };
  // A terminal sends signals to all three processes, a supervisor only to this one.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  for (const child of children) child.once('exit', stop);
}
