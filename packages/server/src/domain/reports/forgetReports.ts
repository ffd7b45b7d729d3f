import type { Store } from '../../store/store.ts';

/** Milliseconds for which a resolved report is kept. */
const resolvedTtlMs = 90 * 24 * 60 * 60 * 1_000;
/** Reports that are deleted in one call, so that no send waits long behind it, and calls in one run. */
const batchSize = 50;
const batchesMax = 200;

/** Deletes reports and held messages that were resolved 90 days ago. */
export async function forgetReports({ reports }: Pick<Store, 'reports'>, now = new Date()): Promise<void> {
  const before = new Date(now.getTime() - resolvedTtlMs);
  for (let batch = 0; batch < batchesMax; batch += 1) {
    if ((await reports.forget(before, batchSize)) < batchSize) return;
  }
}
