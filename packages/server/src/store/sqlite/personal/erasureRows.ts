import type { Erasure } from '../../erasures.ts';
import { number, type Row, text } from '../rows.ts';

export const toErasure = (row: Row): Erasure => ({
  id: text(row.id),
  requestedAt: new Date(number(row.requested_at)),
  finishedAt: row.finished_at === null ? null : new Date(number(row.finished_at)),
});
