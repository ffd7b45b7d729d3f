import { recordAudit } from '../audit.ts';
import type { Services } from '../services.ts';

/** Milliseconds for which a message waits for a moderator. */
const heldTtlMs = 7 * 24 * 60 * 60 * 1_000;
/** Messages in one read, and reads in one run. */
const batchSize = 50;
const batchesMax = 200;

const filter = { state: 'open', kinds: ['held'], scope: { type: 'server' }, exceptSubject: null } as const;
/** Who decides when no moderator did. */
const server = { userId: 'earshot', username: 'Earshot' };

/** Refuses messages that waited for a moderator for a week. */
export async function expireHeld(services: Pick<Services, 'store'>, now = new Date()): Promise<void> {
  const { reports } = services.store;
  const before = now.getTime() - heldTtlMs;
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const page = await reports.page(filter, { limit: batchSize });
    const expired = page.reports.filter(({ createdAt }) => createdAt.getTime() < before);
    for (const { id, roomId, subject } of expired) {
      await recordAudit(services, {
        ...{ action: 'resolveReport', actor: server, subjectUserId: subject.userId, roomId },
        ...{ scope: 'room', reason: null, detail: `held ${id}: expired` },
      });
      await reports.resolve(id, { by: server, outcome: 'expired', note: null });
    }
    if (expired.length === 0 || expired.length < page.reports.length) return;
  }
}
