import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { dataCalls } from '../bench/data/calls/calls.ts';

const script = fileURLToPath(import.meta.resolve('../bench/run.ts'));

function benchData(...args: string[]): Promise<string> {
  const services = { MONGODB_URI: inject('mongodbUri'), REDIS_URL: inject('redisUrl') };
  return new Promise((resolve) => {
    // The figures of so few calls mean nothing, so the exit status neither.
    const options = { env: { ...process.env, ...services } };
    execFile(process.execPath, [script, 'data', ...args], options, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

test.each([
  { store: 'sqlite', only: '', jobs: ['sweep', 'erase', 'backup'] }, // everything
  { store: 'mongodb', only: 'messages.', jobs: [] },
])(
  'on $store, the benchmark of much data makes the calls, does the jobs, and lists the sizes',
  { timeout: 240_000 },
  async ({ store, only, jobs }) => {
    const names = Object.keys(dataCalls).filter((name) => name.includes(only));
    const output = await benchData(
      '--store',
      store,
      '--scale',
      '0.001',
      '--rounds',
      '1',
      '--calls',
      '1',
      '--only',
      only,
    );
    const rows = new Map(
      Array.from(output.matchAll(/^\| `?([^|`]+)`? \| (.+) \|$/gm), ([, name = '', row]) => [name, row]),
    );
    expect([...rows].filter(([, row]) => row?.includes('failed'))).toEqual([]);
    expect([...rows.keys()]).toEqual(expect.arrayContaining(names));
    expect(output).toContain(`of ${names.length} calls reach the goals`);
    const done = {
      sweep: /^20 steps, [1-9]\d* messages deleted: .* \| 20 steps, [1-9]/,
      erase: /^[1-9]\d* messages erased: .* \| [1-9]/,
      backup: /^\d+ MB in /,
    };
    for (const [job, result] of Object.entries(done)) {
      if (jobs.includes(job)) expect(rows.get(job)).toMatch(result);
      else expect(rows.has(job)).toBe(false);
    }
    expect(rows.get('messages')).toMatch(/^[1-9]/);
  },
);

test('refuses options that make no sense, and has a page of help', async () => {
  expect(await benchData('--help')).toContain('pnpm bench data [options]');
  expect(await benchData('--scale', '2')).toBe('--scale must be a number from 0.001 to 1.\n');
  expect(await benchData('--store', 'none')).toBe('--store must be sqlite, mongodb or both.\n');
});
