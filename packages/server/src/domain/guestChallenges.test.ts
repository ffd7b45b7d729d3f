import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createInProcessBuckets } from '../limits/inProcessBuckets.ts';
import type { SharedBuckets } from '../limits/limits.ts';
import { GuestChallenges } from './guestChallenges.ts';

const bits = 6;
const time = { now: 1_700_000_000_000 };

function instance(options: { bits?: number; secret?: string; buckets?: Pick<SharedBuckets, 'take'> } = {}) {
  const { secret = 'shared', buckets = createInProcessBuckets(), ...rest } = options;
  return new GuestChallenges({ bits, secret: async () => secret, buckets, clock: () => time.now, ...rest });
}

function solve(challenge: string, solved = true): string {
  for (let n = 0; ; n += 1) {
    if ((hash('sha256', `${challenge}:${n}`, 'buffer').readUInt32BE() >>> (32 - bits) === 0) === solved)
      return String(n);
  }
}

async function answer(from: GuestChallenges, address = '192.0.2.1') {
  const { challenge } = await from.issue(address);
  return { challenge, solution: solve(challenge) };
}

const failed = expect.objectContaining({ code: 'CHALLENGE_FAILED' });

describe('GuestChallenges', () => {
  test('a solved challenge is accepted once, on any instance', async () => {
    const buckets = createInProcessBuckets();
    const [a, b] = [instance({ buckets }), instance({ buckets })];
    const solved = await answer(a);
    await b.check(solved, '192.0.2.1');
    for (const other of [b, a]) await expect(other.check(solved, '192.0.2.1')).rejects.toThrow(failed);
    await a.check(await answer(b), '192.0.2.1');
  });

  test('concurrent uses of one challenge: one is accepted', async () => {
    const buckets = createInProcessBuckets();
    const instances = [instance({ buckets }), instance({ buckets }), instance({ buckets })];
    const solved = await answer(instances[0] ?? instance());
    const checks = [...instances, ...instances].map((one) => one.check(solved, '192.0.2.1'));
    expect((await Promise.allSettled(checks)).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('while the shared service is away, a challenge is accepted once on each instance', async () => {
    const buckets = { take: async () => [null] };
    const one = instance({ buckets });
    const solved = await answer(one);
    await one.check(solved, '192.0.2.1');
    await expect(one.check(solved, '192.0.2.1')).rejects.toThrow(failed);
  });

  test('without an answer, a challenge is required', async () => {
    const one = instance();
    const { challenge } = await one.issue('192.0.2.1');
    for (const incomplete of [{}, { challenge }, { solution: '1' }]) {
      await expect(one.check(incomplete, '192.0.2.1')).rejects.toMatchObject({ code: 'CHALLENGE_REQUIRED' });
    }
  });

  test('a challenge of another address, too old, forged, or unsolved is refused', async () => {
    const one = instance();
    const solved = await answer(one);
    await expect(one.check(solved, '192.0.2.2')).rejects.toThrow(failed);
    await expect(one.check({ ...solved, solution: solve(solved.challenge, false) }, '192.0.2.1')).rejects.toThrow(
      failed,
    );
    await expect(one.check(await answer(instance({ secret: 'other' })), '192.0.2.1')).rejects.toThrow(failed);
    for (const challenge of [
      '',
      '.',
      '...',
      'x'.repeat(256),
      solved.challenge.replace(/^./, 'z'),
      `${solved.challenge}.`,
    ]) {
      await expect(one.check({ challenge, solution: solve(challenge) }, '192.0.2.1')).rejects.toThrow(failed);
    }
    time.now += 120_001;
    await expect(one.check(solved, '192.0.2.1')).rejects.toThrow(failed);
  });

  test('a challenge with fewer bits than now required is refused', async () => {
    const solved = await answer(instance());
    await expect(instance({ bits: 20 }).check(solved, '192.0.2.1')).rejects.toThrow(failed);
  });

  test('0 bits: nothing is required', async () => {
    await instance({ bits: 0 }).check({}, '192.0.2.1');
  });

  test('a secret that can’t be read is read again', async () => {
    let reads = 0;
    const secret = async () => {
      reads += 1;
      if (reads === 1) throw new Error('unavailable');
      return 'shared';
    };
    const one = new GuestChallenges({ bits, secret, buckets: createInProcessBuckets() });
    await expect(one.issue('192.0.2.1')).rejects.toThrow('unavailable');
    await one.check(await answer(one), '192.0.2.1');
    expect(reads).toBe(2);
  });
});
