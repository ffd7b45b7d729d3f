import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCityOptions } from '../bench/city/options.ts';
import { readDataOptions } from '../bench/data/options.ts';
import { leavesOut } from '../bench/leavesOut.ts';
import { readOptions } from '../bench/options.ts';
import { boundOf, formatMeasured } from '../bench/report/table.ts';
import { readStallOptions } from '../bench/stalls/options.ts';

const folder = join(import.meta.dirname, '..');

/** Runs a script that ends at once; resolves to what it printed. */
function output(script: string, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(folder, script), ...args], (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

describe('the options of the benchmarks', () => {
  test('a text of --only that no case contains is refused, with the cases of the scenarios', () => {
    expect(readOptions(['chat', '--only', 'closed loop, warm; insertOne loops'])?.only).toHaveLength(2);
    expect(() => readOptions(['chat', '--only', 'floor;Socket-IO'])).toThrow(
      /^--only: no case contains “Socket-IO”\. These are measured:\n {2}100 rooms × 5 users, closed loop, warm, Earshot, MongoDB\n/,
    );
  });

  test.each([readOptions, readDataOptions, readStallOptions])(
    'a semicolon at the end of --only chooses no more',
    (read) => {
      expect(read(['--only', 'Earshot; Socket.IO;'])?.only).toEqual(['Earshot', 'Socket.IO']);
      expect(read([])?.only).toEqual([]);
    },
  );

  test.each([
    { name: 'bench', read: readOptions },
    { name: 'bench city', read: readCityOptions },
    { name: 'bench data', read: readDataOptions },
    { name: 'bench:stalls', read: readStallOptions },
  ])('$name refuses an unknown option and a bad number in one way, and names the option', ({ read }) => {
    expect(() => read(['--round', '1'])).toThrow("Unknown option '--round'. --help lists the options.");
    const number = read === readStallOptions ? '--repeats' : '--rounds';
    expect(() => read([number, 'x'])).toThrow(`${number} must be a whole number from 1`);
    expect(() => read([number])).toThrow(/argument missing\. --help lists the options\.$/);
    expect(read(['--help'])).toBeNull();
  });

  test('--store of bench:stalls is one of two', () => {
    expect(readStallOptions(['--store', 'mongodb'])?.store).toBe('mongodb');
    expect(() => readStallOptions(['--store', 'mongo'])).toThrow('--store must be sqlite or mongodb.');
  });

  test('the help of bench:stalls and bench:attack measures nothing, and says what the figures leave out', async () => {
    const [stalls, attack] = await Promise.all([
      output('bench/stalls/run.ts', '--help'),
      output('bench/attack/run.ts', '--help'),
    ]);
    expect(stalls).toContain(`Leaves out: ${leavesOut.stalls}.`);
    expect(attack).toContain(`Leaves out: ${leavesOut.attack}.`);
    expect(await output('bench/attack/run.ts', '--rounds', '1')).toBe(
      "Unknown option '--rounds'. --help lists the options.\n",
    );
  });
});

test('the services refuse a port that is in use, or is none', async () => {
  await using other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = String(typeof address === 'object' ? address?.port : address);
  expect(await output('services/cli.ts', '--redis-port', port)).toBe(
    `--redis-port: port ${port} is in use. Choose another one, or leave the option out.\n`,
  );
  expect(await output('services/cli.ts', '--mongodb-port', '0')).toBe(
    '--mongodb-port must be a whole number from 1 to 65535.\n',
  );
});

test.each([
  { measured: 1.4003, atMost: true, text: '1.4003' },
  { measured: 1.4, atMost: true, text: '1.40' },
  { measured: 1.436, atMost: true, text: '1.44' },
  { measured: 1.3999, atMost: false, text: '1.3999' },
])('$measured is written as $text beside a bound of 1.4, so that the text shows whether it is met', (row) => {
  const claim = { title: '', bound: 1.4, ...row };
  expect(formatMeasured(claim)).toBe(row.text);
  expect(boundOf(claim)).toBe(row.atMost ? '≤ 1.4' : '≥ 1.4');
});

test('every command of the documents of benchmarks has scenarios and options that are accepted', () => {
  const pages = [
    'performance',
    'benchmarks',
    'benchmark-results',
    'profiles',
    'call-costs',
    '../CONTRIBUTING',
    '../README',
  ];
  const text = pages.map((name) => readFileSync(join(folder, '../docs', `${name}.md`), 'utf8')).join('\n');
  const commands = Array.from(text.matchAll(/npx -y pnpm@12 bench(?: ([^`#\n]*))?/g), ([, args = '']) => args.trim());
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const args = Array.from(command.matchAll(/"([^"]*)"|\S+/g), ([word, quoted]) => quoted ?? word);
    const [own] = args;
    if (own?.startsWith(':')) continue;
    const read = () =>
      own === 'city'
        ? readCityOptions(args.slice(1))
        : own === 'data'
          ? readDataOptions(args.slice(1))
          : readOptions(args);
    expect(read, command).not.toThrow();
  }
});
