import { setTimeout as delay } from 'node:timers/promises';
import { EarshotError, type ErrorCode } from '@earshot/shared';
import type { Rule } from '../../store/rules.ts';
import type { RuleMirror } from './ruleMirror.ts';

interface Bound {
  max: number;
  /** The rules in force that the bound counts. */
  counted: () => readonly Rule[];
  /** Their ids before the rule was put. */
  before: ReadonlySet<string>;
  code: ErrorCode;
}

/**
 * Milliseconds after which a rule that was put a moment earlier on another instance can be read. While a database is slower than this, the
 * bound may be exceeded by the rules that are being written.
 */
const settleMs = 200;

/**
 * Keeps a bound on the number of rules in a scope that several instances reach at once: none of them knows what the others are writing. So each
 * reads the store after its write, and lifts the rule it put if the earlier ones reach the bound. The earliest rules stay. Throws `code` for a
 * rule that was lifted.
 */
export async function liftExcess(rules: RuleMirror, rule: Rule, { max, counted, before, code }: Bound): Promise<void> {
  const isEarlier = (other: Rule) => other.id !== rule.id && (before.has(other.id) || compare(other, rule) < 0);
  // The one that seems to be the last within the bound looks again: an earlier one may not have been stored yet.
  for (const waitMs of [0, settleMs]) {
    if (waitMs > 0) await delay(waitMs);
    await rules.refresh();
    const inForce = counted();
    if (inForce.length < max) return;
    if (inForce.filter(isEarlier).length < max) continue;
    await rules.lift(rule);
    throw new EarshotError(code);
  }
}

const compare = (a: Rule, b: Rule): number => a.updatedAt.getTime() - b.updatedAt.getTime() || (a.id < b.id ? -1 : 1);
