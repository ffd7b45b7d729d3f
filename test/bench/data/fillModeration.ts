import type { Store } from '@earshot/server';
import { newId } from '@earshot/shared';
import { cellOf } from '../../../packages/server/src/cells.ts';
import { ruleId } from '../../../packages/server/src/domain/rules/ruleId.ts';
import { type DataSet, nameOf, person, type RoomRow } from './dataSet.ts';
import { everyTenSeconds } from './fillProgress.ts';

/** Numbers at scale 1. A small set has at least `least` of each, so that its pages are full as well. */
const atFullScale = {
  'open reports': 5_000,
  'resolved reports': 20_000,
  sanctions: 20_000,
  'audit entries': 100_000,
} as const;
const least = 200;

/** Calls at a time. MongoDB has few connections: on a busy machine, more calls would wait for one in vain. */
const atOnce = { sqlite: 200, mongodb: 16 } as const;

type Kind = keyof typeof atFullScale;

/**
 * Adds reports, sanctions and audit entries with calls of the store: they are few, but each is a durable write. `report` is called every ten
 * seconds.
 */
export async function fillModeration(
  store: Store,
  data: DataSet,
  { scale, report }: { scale: number; report: (kind: Kind, done: number) => void },
): Promise<void> {
  const progress = everyTenSeconds(report);
  const count = (kind: Kind) => Math.max(least, Math.round(atFullScale[kind] * scale));
  const addAll = async (kind: Kind, add: (n: number) => Promise<unknown>) => {
    const [total, step] = [count(kind), atOnce[store.kind]];
    for (let from = 0; from < total; from += step) {
      progress(kind, from);
      await Promise.all(Array.from({ length: Math.min(step, total - from) }, (_, n) => add(from + n)));
    }
  };
  const lively = firstLively(data, 1_000);
  const room = (n: number) => {
    const found = lively[n % lively.length];
    if (found === undefined) throw new Error('a set without lively rooms');
    return found;
  };
  const actor = { userId: 'mod', username: 'Mod' };
  await addAll('resolved reports', async (n) => {
    const { report } = await store.reports.add(reportOf(room(n), n, data.users), 1_000_000);
    await store.reports.resolve(report.id, { by: actor, outcome: 'dismissed', note: null });
  });
  await addAll('open reports', (n) => store.reports.add(reportOf(room(n), n + 1_000_000, data.users), 1_000_000));
  await addAll('sanctions', (n) => {
    const parts = {
      ...({ kind: 'mute', scope: { type: 'room', roomId: room(n).id }, role: 'admin' } as const),
      subject: { type: 'user', userId: person((n * 7) % data.users) } as const,
    };
    const more = { subjectName: null, partOf: null, intervalMs: null, reason: 'spam', endsAt: null, isLifted: false };
    return store.rules.put({ id: ruleId(parts), ...parts, ...more, actor });
  });
  await addAll('audit entries', (n) =>
    store.audit.append({
      ...{ action: n % 3 === 0 ? 'mute' : 'resolveReport', actor, subjectUserId: person(n % data.users) },
      ...{ roomId: room(n).id, cell: cellOf(room(n)), scope: 'room', reason: 'spam', detail: null },
    }),
  );
}

function firstLively({ rooms }: DataSet, count: number): RoomRow[] {
  const found: RoomRow[] = [];
  for (const room of rooms()) {
    if (room.members.length > 0) found.push(room);
    if (found.length === count) break;
  }
  return found;
}

function reportOf(room: RoomRow, n: number, users: number) {
  const [userId = ''] = room.members;
  const reported = {
    id: newId(),
    userId,
    username: 'Ana',
    content: 'buy this',
    timestamp: new Date(1),
    editedAt: null,
  };
  const reporter = { userId: person(n % users), username: nameOf(n % users) };
  return {
    ...({ kind: 'report', roomId: room.id, cell: cellOf(room), audience: 'room' } as const),
    ...{ subject: { userId, username: 'Ana' }, reporter, reason: 'spam', note: null },
    ...{ message: { ...reported, deleted: false }, context: [] },
  };
}
