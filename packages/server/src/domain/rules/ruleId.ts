import type { Rule } from '../../store/rules.ts';

/** The id of a rule: a later rule of the same kind, scope and subject replaces the earlier one. A user may have several granted roles. */
export function ruleId({ kind, scope, subject, role }: Pick<Rule, 'kind' | 'scope' | 'subject' | 'role'>): string {
  const place = scope.type === 'server' ? null : scope.type === 'area' ? scope.cell : scope.roomId;
  const person = subject === null ? null : subject.type === 'user' ? subject.userId : subject.hash;
  return JSON.stringify([kind, scope.type, place, subject?.type ?? null, person, kind === 'grant' ? role : null]);
}
