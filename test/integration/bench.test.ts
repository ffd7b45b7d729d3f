import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import type { Row } from '../bench/figures.ts';
import { leavesOut } from '../bench/leavesOut.ts';
import { scenarios } from '../bench/scenarios/index.ts';

/** The row of a scenario in the table of loads. */
const rowOf = (page: string, scenario: string) =>
  page.split('\n').find((line) => line.startsWith(`| \`${scenario}\` |`));

const script = fileURLToPath(import.meta.resolve('../bench/run.ts'));

interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function bench(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const services = { MONGODB_URI: inject('mongodbUri'), REDIS_URL: inject('redisUrl') };
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...services, ...env } });
  const run: Run = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    run.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    run.stderr += chunk;
  });
  [run.code] = await once(child, 'close');
  return run;
}

describe('the benchmark', () => {
  test('measures every system, and every watcher receives every message', { timeout: 90_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-bench-test-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const chart = join(folder, 'chart.svg');

    const { code, stdout } = await bench(['burst', 'instances', '--quick', '--out', folder, '--chart', chart]);
    const { rows }: { rows: Row[] } = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'));
    expect(rows.map(({ scenario, system, problem }) => [scenario, system, problem])).toEqual([
      ['burst', 'Earshot', null],
      ['burst', 'stock tRPC', null],
      ['burst', 'Socket.IO', null],
      ['burst', 'bare ws loop', null],
      ['instances', 'Earshot', null],
      ['instances', 'Socket.IO', null],
    ]);
    for (const { figures } of rows) {
      const { cpuPerDelivery, perSecond, p50, p99, max, generatorCores } = figures;
      for (const figure of [cpuPerDelivery, perSecond, p50, p99, max, generatorCores]) {
        expect(figure).toBeGreaterThan(0);
        expect(figure).toBeLessThan(Number.POSITIVE_INFINITY);
      }
    }
    expect(code).toBe(0);
    for (const { system } of rows) expect(stdout).toContain(system);
    expect(stdout).toContain('burst leaves out: sends by the watchers');
    const svg = await readFile(chart, 'utf8');
    expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(svg).toContain('bare ws loop');
  });

  test('shows a chat: everyone receives every message once, cold and warm', { timeout: 120_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-bench-test-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));

    const { code } = await bench(['chat', '--quick', '--out', folder]);
    const { rows }: { rows: Row[] } = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'));
    const loads = ['2 rooms × 3 users, closed loop, warm', '2 rooms × 3 users, closed loop, cold'];
    expect([...new Set(rows.map(({ load }) => load))]).toEqual([...loads, '20 rooms × 3 users, 500 messages/s, warm']);
    const systems = ['Earshot, MongoDB', 'Earshot, SQLite', 'Socket.IO + insertOne', 'stock tRPC + insertOne'];
    for (const row of rows.filter(({ system }) => systems.includes(system))) {
      const { cpuPerCall, perSecond, p50, p99, ownP50, ownP99, othersP50, othersP99 } = row.figures;
      expect(row.problem).toBeNull();
      for (const figure of [cpuPerCall, perSecond, p50, p99, ownP50, ownP99, othersP50, othersP99]) {
        expect(figure).toBeGreaterThan(0);
        expect(figure).toBeLessThan(Number.POSITIVE_INFINITY);
      }
    }
    // Without a C compiler the floor is left out, with a sentence.
    for (const { problem } of rows.filter(({ system }) => system === 'floor in C')) {
      expect([null, 'needs a C compiler (`cc`) on PATH']).toContain(problem);
    }
    expect(new Set(rows.map(({ system }) => system))).toEqual(
      new Set([...systems, 'floor in C', '20 insertOne loops']),
    );
    expect(code).toBe(0);
  });

  test('fails when a system can’t be measured, and prints the reason', { timeout: 60_000 }, async () => {
    const unreachable = 'mongodb://127.0.0.1:1/?replicaSet=none';
    const { code, stdout } = await bench(['instances', '--quick'], { MONGODB_URI: unreachable });
    expect(stdout).toMatch(/Earshot \(FAILED\).*Earshot: FAILED: .*MongoDB can’t be used/s);
    expect(code).toBe(1);
  });

  test('lists the choices', async () => {
    const help = await bench(['--help']);
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('pnpm bench [scenario ...]') });
    const page = await readFile(join(script, '../../../docs/benchmarks.md'), 'utf8');
    for (const { name, leavesOut } of scenarios) {
      expect(help.stdout).toContain(`Leaves out: ${leavesOut}`);
      expect(rowOf(page, name)?.endsWith(` | ${leavesOut} |`)).toBe(true);
    }
    const callCosts = (await readFile(join(script, '../../../docs/call-costs.md'), 'utf8')).replaceAll(/\s+/g, ' ');
    for (const text of Object.values(leavesOut)) expect(callCosts).toContain(`leaves out ${text}`);
    for (const name of ['data', 'city'] as const) {
      const { stdout } = await bench([name, '--help']);
      expect(stdout).toContain(`Leaves out: ${leavesOut[name]}.`);
    }
    const refused = await bench(['nonsense']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Unknown scenario “nonsense”') });
    const unknown = await bench(['--quik']);
    expect(unknown).toMatchObject({ code: 1, stderr: "Unknown option '--quik'. --help lists the options.\n" });
    const nowhere = await bench(['--out', join(script, 'below')]);
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining("Results can't be written to") });
    const noCount = await bench(['--rounds', 'many']);
    expect(noCount).toMatchObject({ code: 1, stderr: expect.stringContaining('--rounds must be') });
  });
});
