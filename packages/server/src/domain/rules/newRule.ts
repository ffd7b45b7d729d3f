import type { NewRule, Rule } from '../../store/rules.ts';
import { ruleId } from './ruleId.ts';

/**
 * What a rule is made of: the times and the rest follow, and the id, unless it is given. `lastsMs`: milliseconds until it ends; null or nothing:
 * it does not.
 */
export type RuleDraft = Pick<Rule, 'kind' | 'scope' | 'actor'> &
  Partial<Pick<Rule, 'id' | 'subject' | 'subjectName' | 'partOf' | 'role' | 'intervalMs' | 'reason'>> & {
    createdAt?: Date | undefined;
    lastsMs?: number | null | undefined;
  };

/** `now`: milliseconds since 1970. */
export function newRule({ lastsMs = null, ...draft }: RuleDraft, now: number): NewRule {
  const { subject = null } = draft;
  const endsAt = lastsMs === null ? null : new Date(now + lastsMs);
  const rest = { subjectName: null, partOf: null, role: null, intervalMs: null, reason: null, isLifted: false };
  return { id: ruleId({ ...draft, subject }), ...rest, ...draft, subject, endsAt };
}
