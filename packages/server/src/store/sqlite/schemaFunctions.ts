import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { fullyQualified, toUnitVector } from '@earshot/shared';
import { nameKey } from '@earshot/shared/lookalikes';
import { cellCentre, cellOf } from '../../cells.ts';
import { groupReactions, summarize } from '../reactionSummary.ts';
import { encodeReactions } from './rows.ts';

/** `pairs`: JSON of `[[userId, emoji], ...]`, the form of reactions in messages before there was a summary. */
function summaryOf(pairs: string): string {
  const reactions: [userId: string, emoji: string][] = JSON.parse(pairs);
  return encodeReactions(summarize(groupReactions(reactions.map(([userId, emoji]) => ({ userId, emoji })))));
}

/** Defines the functions that the steps of the schema call. */
export function defineFunctions(database: DatabaseSync): void {
  const axis = (index: 0 | 1 | 2) => (latitude: unknown, longitude: unknown) =>
    toUnitVector({ latitude: Number(latitude), longitude: Number(longitude) })[index];
  const functions: Record<string, (...values: unknown[]) => SQLInputValue> = {
    cell_of: (latitude, longitude) => cellOf({ latitude: Number(latitude), longitude: Number(longitude) }),
    cell_latitude: (cell) => cellCentre(String(cell)).latitude,
    cell_longitude: (cell) => cellCentre(String(cell)).longitude,
    unit_x: axis(0),
    unit_y: axis(1),
    unit_z: axis(2),
    fully_qualified: (emoji) => fullyQualified(String(emoji)),
    name_key: (name) => nameKey(String(name)),
    reaction_summary: (pairs) => summaryOf(String(pairs)),
  };
  for (const [name, run] of Object.entries(functions)) database.function(name, { varargs: true }, run);
}
