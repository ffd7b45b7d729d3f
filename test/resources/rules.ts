import { ruleId } from '../../packages/server/src/domain/rules/ruleId.ts';
import type { NewRule } from '../../packages/server/src/store/rules.ts';

/** A ban of a user from the server, unless the fields say otherwise. */
export function banOf(userId: string, fields: Partial<NewRule> = {}): NewRule {
  const rule = {
    kind: 'ban' as const,
    scope: { type: 'server' as const },
    subject: { type: 'user' as const, userId },
    subjectName: userId,
    partOf: null,
    role: null,
    intervalMs: null,
    reason: null,
    actor: { userId: 'mod', username: 'Mod' },
    endsAt: null,
    isLifted: false,
    ...fields,
  };
  return { id: ruleId(rule), ...rule };
}
