import type { Rule } from '../../store/rules.ts';

/** The id of a rule: a later rule of the same kind, scope and subject replaces the earlier one. So a user has one granted role in a scope. */
export function ruleId({ kind, scope, subject }: Pick<Rule, 'kind' | 'scope' | 'subject'>): string {
  const scopeId = scope.type === 'server' ? null : scope.type === 'area' ? scope.cell : scope.roomId;
  const subjectId = subject === null ? null : subject.type === 'user' ? subject.userId : subject.hash;
  return JSON.stringify([kind, scope.type, scopeId, subject?.type ?? null, subjectId]);
}

/** The id of a rule that accompanies another one: each has its own about an address, so that lifting one leaves the others. `hash`: of that rule's id. */
export function partId(rule: Pick<Rule, 'kind' | 'scope' | 'subject'>, hash: string): string {
  return JSON.stringify([ruleId(rule), hash]);
}
