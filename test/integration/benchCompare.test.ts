import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparisonReport, isWorse } from '../bench/compare/compare.ts';
import { differences } from '../bench/compare/verdict.ts';
import type { Figures } from '../bench/figures.ts';
import { describeMachine } from '../bench/machine.ts';
import { historyCells, readHistory, type SavedRun, saveRun } from '../bench/report/history.ts';

const cpu = (...values: number[]): Figures[] => values.map((cpuPerCall) => ({ cpuPerCall }));
const rate = (...values: number[]): Figures[] => values.map((perSecond) => ({ perSecond }));
const verdicts = (before: Figures[], after: Figures[]) => differences(before, after).map(({ verdict }) => verdict);

describe('the comparison of two commits', () => {
  test('is worse or better only if all rounds are, by more than 3 %', () => {
    expect(verdicts(cpu(100, 102, 104), cpu(110, 112, 108))).toEqual(['worse']);
    expect(verdicts(cpu(110, 112, 108), cpu(100, 102, 104))).toEqual(['better']);
    expect(verdicts(cpu(100, 102, 109), cpu(110, 112, 108))).toEqual(['same']);
    expect(verdicts(cpu(100, 100, 100), cpu(102, 102, 102))).toEqual(['same']);
    expect(verdicts(cpu(100, 100), cpu(200, 200))).toEqual(['unclear']);
  });

  test('of rates, less is worse', () => {
    expect(verdicts(rate(100, 102, 104), rate(90, 91, 92))).toEqual(['worse']);
    expect(verdicts(rate(90, 91, 92), rate(100, 102, 104))).toEqual(['better']);
  });

  test('the order of the commits reverses the verdict', () => {
    const values = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 3, maxLength: 6 });
    const reversed = { worse: 'better', better: 'worse', same: 'same', unclear: 'unclear' } as const;
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [there, back] = [verdicts(cpu(...a), cpu(...b)), verdicts(cpu(...b), cpu(...a))];
        expect(back).toEqual(there.map((verdict) => reversed[verdict]));
      }),
    );
  });

  test('the report has a row for each figure, and names failed rounds', () => {
    const one = { scenario: 'chat', load: 'a load', system: 'Earshot' };
    const worse = { ...one, before: cpu(100, 102, 104), after: cpu(210, 212, 208), problem: null };
    const failed = { ...one, before: [], after: [], problem: 'after: FAILED: the system ended' };
    const report = comparisonReport([worse, failed], true);
    expect(report).toContain('| chat | a load | Earshot | CPU µs/call | 102 | 210 | 2.06 | worse |');
    expect(report).toContain('chat: a load, Earshot: after: FAILED: the system ended');
    expect(report).toContain('Figures: 1. By chance, at least one is worse in at most 5.00 %');
    expect([worse, failed].map(isWorse)).toEqual([true, false]);
    expect(comparisonReport([{ ...worse, before: cpu(1), after: cpu(2) }], true)).toContain(
      'nothing can be said about any',
    );
  });
});

describe('the history of runs', () => {
  const row = (scenario: string, system: string, load: string, figures: Figures) => ({
    scenario,
    system,
    load,
    figures,
  });
  const chat = (system: string, cpuPerCall: number) =>
    row('chat', system, '100 rooms, closed loop, warm', { cpuPerCall });

  test('runs are in the order in which they were saved, whatever their commits', async () => {
    const runs = await readHistory(fileURLToPath(import.meta.resolve('../..')));
    const commits = runs.map(({ commit }) => commit);
    expect(commits.slice(0, 4)).toEqual(['3646ea14', 'e2e7fbcf', '2ca61d17', '67b8dcaf']);
    const times = runs.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
  });

  test('runs of one day and commit share a file, in which a scenario has its latest rows', async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-history-test-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: folder });
    await git('init', '-q');
    await git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'x');
    const machine = await describeMachine();
    let rounds = 1;
    const save = (rows: SavedRun['rows'], at = '2026-11-30T09:15:59Z') =>
      saveRun(folder, { machine, rounds, rows }, new Date(at));

    await save([chat('Earshot, MongoDB', 300), chat('20 insertOne loops', 100)]);
    await save([row('idle', 'Earshot', '5,000 idle watchers', { kbPerConnection: 11 })]);
    const file = await save([chat('Earshot, MongoDB', 150), chat('20 insertOne loops', 100)], '2026-11-30T21:40:00Z');

    const history = await readHistory(folder);
    expect(history).toHaveLength(1);
    const [{ at = '', commit = '' } = {}] = history;
    expect(at).toBe('2026-11-30T21:40Z');
    expect(file.endsWith(`2026-11-30-2140-${commit}.json`)).toBe(true);
    expect(commit).toMatch(/^[0-9a-f]{8}$/);
    expect(historyCells(history)).toEqual([
      ['target', 'bound', `${at} ${commit}`],
      ['CPU per message of a chat in a closed loop, MongoDB, warm, compared with 20 insertOne loops', '≤ 2', '1.50'],
      ['KB per idle watcher, 5,000 watchers', '≤ 22', '11.0'],
    ]);

    rounds = 3;
    await save([chat('Earshot, MongoDB', 150), chat('20 insertOne loops', 100)], '2026-11-30T22:00:00Z');
    expect((await readHistory(folder)).map((run) => [run.rounds, run.rows.length])).toEqual([
      [1, 3],
      [3, 2],
    ]);
  });
});
