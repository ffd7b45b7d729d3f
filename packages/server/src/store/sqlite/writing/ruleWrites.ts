import type { DatabaseSync } from 'node:sqlite';
import { erasedPerStep } from '../../erasedPerStep.ts';
import { erasedUsername } from '../../personalData.ts';
import type { Rule } from '../../rules.ts';
import { number, text } from '../rows.ts';
import { ruleColumns, toRule } from '../ruleRows.ts';
import type { Writes } from './writeCalls.ts';

/** The write operations of rules and shared secrets. */
export function ruleWrites(raw: DatabaseSync): Pick<Writes, 'putRule' | 'forgetRules' | 'eraseRules' | 'secret'> {
  const put = raw.prepare(
    `REPLACE INTO rules (
       id, kind, scope, subject, subject_name, part_of, role, interval_ms, reason, actor, created_at, ends_at,
       is_lifted, updated_at, over_at
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = raw.prepare(`SELECT ${ruleColumns}, over_at FROM rules WHERE id = ?`);
  const drop = raw.prepare(
    'DELETE FROM rules WHERE id IN (SELECT id FROM rules WHERE over_at < ? ORDER BY over_at LIMIT ?)',
  );
  const madeBy = raw.prepare("SELECT id FROM rules WHERE json_extract(actor, '$.userId') = ? LIMIT ?");
  const setActor = raw.prepare('UPDATE rules SET actor = ? WHERE id = ?');
  const about = raw.prepare(
    "SELECT id, over_at FROM rules WHERE subject IS NOT NULL AND json_extract(subject, '$.userId') = ? LIMIT ?",
  );
  const dropOne = raw.prepare('DELETE FROM rules WHERE id = ?');
  const keep = raw.prepare('INSERT OR IGNORE INTO secrets (name, value) VALUES (?, ?)');
  const secret = raw.prepare('SELECT value FROM secrets WHERE name = ?');

  return {
    putRule: ({ rule: { updatedAfter, ...given }, seen }, now) => {
      const known = byId.get(given.id);
      const isInForce = known !== undefined && (known.over_at === null || number(known.over_at) > now);
      if (isInForce && seen !== undefined && (seen === null || number(known.updated_at) > seen)) {
        return { rule: toRule(known), isStored: false };
      }
      const earlier = Math.max(updatedAfter?.getTime() ?? 0, known ? number(known.updated_at) : 0);
      const updatedAt = new Date(Math.max(now, earlier + 1));
      const rule: Rule = { ...given, createdAt: given.createdAt ?? new Date(now), updatedAt };
      const { id, kind, scope, subject, actor, endsAt, isLifted } = rule;
      const overAt = isLifted ? now : (endsAt?.getTime() ?? null);
      put.run(
        ...[id, kind, JSON.stringify(scope), subject === null ? null : JSON.stringify(subject)],
        ...[rule.subjectName, rule.partOf, rule.role, rule.intervalMs, rule.reason, JSON.stringify(actor)],
        ...[rule.createdAt.getTime(), endsAt?.getTime() ?? null, Number(isLifted), updatedAt.getTime(), overAt],
      );
      return { rule, isStored: true };
    },

    forgetRules: ({ before, limit }) => Number(drop.run(before, limit).changes),

    eraseRules: ({ userId, pseudonym }, now) => {
      const made = madeBy.all(userId, erasedPerStep);
      const actor = JSON.stringify({ userId: pseudonym, username: erasedUsername });
      for (const { id } of made) setActor.run(actor, text(id));
      const over = about.all(userId, erasedPerStep).filter(({ over_at }) => over_at !== null && number(over_at) <= now);
      for (const { id } of over) dropOne.run(text(id));
      return made.length === erasedPerStep || over.length === erasedPerStep;
    },

    secret: ({ name, value }) => {
      keep.run(name, value);
      return String(secret.get(name)?.value);
    },
  };
}
