import { z } from 'zod';
import { limits } from './limits.ts';

/** `confirm`: the caller knows that this cannot be undone. */
export const eraseInput = z.object({ confirm: z.literal('erase everything about me') });

/** The state of the latest erasure that the user asked for. */
export type ErasureStatus = {
  state: 'none' | 'running' | 'done';
  requestedAt: Date | null;
  finishedAt: Date | null;
};

/** Requests a page of the caller's data. `cursor`: `next` of the page before. */
export const exportInput = z
  .object({
    cursor: z.string().min(1).max(limits.exportCursorChars).optional(),
    limit: z.int().min(1).max(limits.historyMax).default(limits.historyMax),
  })
  .prefault({});

/** One piece of data about the caller. `type`: what it is, for example `messages`. */
export type OwnDataRecord = { type: string; data: Record<string, unknown> };

/** `next` is null at the end. A page may have no records. */
export type OwnDataPage = { records: OwnDataRecord[]; next: string | null };
