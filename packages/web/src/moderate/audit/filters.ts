import type { RouterInputs } from '@earshot/client';
import type { Scope } from '../../sanctions/scope.ts';

export type AuditFilters = Omit<RouterInputs['moderation']['audit'], 'cursor' | 'limit'>;

/** What a moderator typed; empty texts match everything. Days are those of the date fields, like `2026-01-31`. */
export interface FilterTexts {
  readonly actor: string;
  readonly subject: string;
  readonly action: string;
  readonly since: string;
  readonly until: string;
}

export const noFilters: FilterTexts = { actor: '', subject: '', action: '', since: '', until: '' };

/** The filters for the server. Both days are included, in the time zone of the page. */
export function toFilters(scope: Scope, { actor, subject, action, since, until }: FilterTexts): AuditFilters {
  const [from, to] = [startOfDay(since), startOfDay(until)];
  to?.setDate(to.getDate() + 1);
  return {
    ...(scope.type !== 'server' && { scope }),
    ...(actor.trim() !== '' && { actorId: actor.trim() }),
    ...(subject.trim() !== '' && { subjectUserId: subject.trim() }),
    ...(action !== '' && { action }),
    ...(from && { since: from }),
    ...(to && { until: to }),
  };
}

function startOfDay(day: string): Date | null {
  const time = new Date(`${day}T00:00`);
  return Number.isNaN(time.getTime()) ? null : time;
}
