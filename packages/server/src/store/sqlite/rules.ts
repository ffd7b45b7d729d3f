import { randomBytes } from 'node:crypto';
import type { RuleStore } from '../rules.ts';
import type { ReadConnection } from './readConnection.ts';
import { ruleColumns, toRule } from './ruleRows.ts';
import type { Writer } from './writer.ts';

/** The rules of this deployment. */
export function rules(reader: ReadConnection, writer: Writer): RuleStore {
  const changed = reader.prepare(
    `SELECT ${ruleColumns} FROM rules WHERE (updated_at, id) > (?, ?) ORDER BY updated_at, id LIMIT ?`,
  );
  return {
    put: async (rule) => (await writer.write('putRule', { rule, seen: undefined })).rule,

    putUnlessChanged: (rule, seen) => writer.write('putRule', { rule, seen: seen === null ? null : seen.getTime() }),

    changedSince: (after, limit) =>
      reader.read(() => changed.all(after?.updatedAt.getTime() ?? 0, after?.id ?? '', limit).map(toRule)),

    forget: (before, limit) => writer.write('forgetRules', { before: before.getTime(), limit }),

    erase: (userId, pseudonym) => writer.write('eraseRules', { userId, pseudonym }),

    salt: () => writer.write('secret', { name: 'salt', value: randomBytes(32).toString('hex') }),
  };
}
