import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { originalDatabase } from '../resources/originalDatabase.ts';
import { original } from '../resources/originalDocuments.ts';
import { runEarshot } from '../resources/process.ts';

describe('the command', () => {
  test('writes the list of unreadable documents to a file', async () => {
    await using old = await original();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-report-'));
    await using _folder = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
    const report = join(folder, 'report.txt');
    const { output } = await runEarshot(['migrate', '--dry-run', '--report', report], old.env);
    expect(output).toContain(`7 unreadable messages, listed in ${report}`);
    expect(output).not.toContain('is missing');
    expect((await readFile(report, 'utf8')).trim().split('\n')).toHaveLength(8);
  });

  test('reports missing settings', async () => {
    const without = await runEarshot(['migrate']);
    expect(without).toMatchObject({ code: 1, output: expect.stringContaining('MONGODB_URI') });
    await using empty = await originalDatabase({});
    const { code, output } = await runEarshot(['migrate'], empty.env);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('Is MONGODB_DB right?') });
    expect(await empty.dump()).toEqual({});
    const away = await runEarshot(['migrate'], { MONGODB_URI: 'mongodb://127.0.0.1:1' });
    expect(away).toMatchObject({ code: 1, output: expect.stringContaining('MongoDB is unreachable') });
    expect(away.output).not.toMatch(/ {4}at /);
  });

  test('prints its usage', async () => {
    const { code, output } = await runEarshot(['migrate', '--help']);
    expect(code).toBe(0);
    expect(output).toContain('Usage: earshot migrate');
  });
});
