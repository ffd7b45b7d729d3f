import type { UpdateResult } from 'mongodb';
import { retryOnConflict } from './callTracker.ts';
import { isDuplicate } from './storeError.ts';

/** Two concurrent upserts may both decide to insert; the slower one is rejected, and updates when retried. */
export function upsert(write: () => Promise<UpdateResult>): Promise<UpdateResult> {
  return retryOnConflict(async () => {
    try {
      return await write();
    } catch (error) {
      if (isDuplicate(error)) return null;
      throw error;
    }
  });
}
