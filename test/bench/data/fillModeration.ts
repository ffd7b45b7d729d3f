import type { Store } from '@earshot/server';
import { newId } from '@earshot/shared';
import { cellOf } from '../../../packages/server/src/cells.ts';
import { ruleId } from '../../../packages/server/src/domain/rules/ruleId.ts';
import { type DataSet, nameOf, person, type RoomRow } from './dataSet.ts';

/** Numbers at scale 1. A small set has at least `least` of each, so that its pages are full as well. */
const atFullScale = { openReports: 5_000, resolvedReports: 20_000, sanctions: 20_000, audit: 100_000 } as const;
const least = 200;

/** Calls at a time. MongoDB has few connections: on a busy machine, more calls would wait for one in vain. */
const atOnce = { sqlite: 200, mongodb: 16 } as const;

/** Adds reports, sanctions and audit entries, by the store's own calls: they are few. */
export async function fillModeration(store: Store, data: DataSet, scale: number): Promise<void> {
  const times = async (total: number, work: (n: number) => Promise<unknown>) => {
    const step = atOnce[store.kind];
    for (let from = 0; from < total; from += step)
      await Promise.all(Array.from({ length: Math.min(step, total - from) }, (_, n) => work(from + n)));
  };
  const count = (kind: keyof typeof atFullScale) => Math.max(least, Math.round(atFullScale[kind] * scale));
  const lively = firstLively(data, 1_000);
  const open = count('openReports');
  const room = (n: number) => {
    const found = lively[n % lively.length];
    if (found === undefined) throw new Error('a set without lively rooms');
    return found;
  };
  const actor = { userId: 'mod', username: 'Mod' };
  await times(count('resolvedReports'), async (n) => {
    const { report } = await store.reports.add(reportOf(room(n), n, data.people), 1_000_000);
    await store.reports.resolve(report.id, { by: actor, outcome: 'dismissed', note: null });
  });
  await times(open, (n) => store.reports.add(reportOf(room(n), n + 1_000_000, data.people), 1_000_000));
  await times(count('sanctions'), (n) => {
    const parts = {
      ...({ kind: 'mute', scope: { type: 'room', roomId: room(n).id }, role: 'admin' } as const),
      subject: { type: 'user', userId: person((n * 7) % data.people) } as const,
    };
    const more = { subjectName: null, partOf: null, intervalMs: null, reason: 'spam', endsAt: null, isLifted: false };
    return store.rules.put({ id: ruleId(parts), ...parts, ...more, actor });
  });
  await times(count('audit'), (n) =>
    store.audit.append({
      ...{ action: n % 3 === 0 ? 'mute' : 'resolveReport', actor, subjectUserId: person(n % data.people) },
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

function reportOf(room: RoomRow, n: number, people: number) {
  const [userId = ''] = room.members;
  const reported = {
    id: newId(),
    userId,
    username: 'Ana',
    content: 'buy this',
    timestamp: new Date(1),
    editedAt: null,
  };
  const reporter = { userId: person(n % people), username: nameOf(n % people) };
  return {
    ...({ kind: 'report', roomId: room.id, cell: cellOf(room), audience: 'room' } as const),
    ...{ subject: { userId, username: 'Ana' }, reporter, reason: 'spam', note: null },
    ...{ message: { ...reported, deleted: false }, context: [] },
  };
}
