import { decideOnce } from '../reports/decideOnce.ts';
import type { HeldSender } from '../reports/sendHeld.ts';

/** Milliseconds for which a message waits for a moderator. */
const heldTtlMs = 7 * 24 * 60 * 60 * 1_000;
/** Messages in one read, and reads in one run. */
const batchSize = 50;
const batchesMax = 200;

const filter = { state: 'open', kinds: ['held'], scope: { type: 'server' }, exceptSubject: null } as const;
/** Who decides when no moderator did. */
const server = { userId: 'earshot', username: 'Earshot' };

/** Refuses messages that waited for a moderator for a week. */
export async function expireHeld(services: HeldSender, now = new Date()): Promise<void> {
  const { reports } = services.store;
  const before = now.getTime() - heldTtlMs;
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const page = await reports.page(filter, { limit: batchSize });
    const expired = page.reports.filter(({ createdAt }) => createdAt.getTime() < before);
    // Other instances may do the same.
    for (const report of expired) await decideOnce(services, report, { by: server, outcome: 'expired', note: null });
    if (expired.length === 0 || expired.length < page.reports.length) return;
  }
}
