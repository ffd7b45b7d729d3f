import type { Role } from '@earshot/shared';
import type { AuditEntry } from '../../store/audit.ts';
import type { Audience, StoredReport } from '../../store/reports.ts';
import { scopeText } from '../rules/scopeText.ts';

const audiences: readonly Audience[] = ['room', 'area', 'server'];

/** Which items of a room a moderator with that role sees. */
export function audienceOf(role: Role | null): Audience {
  if (role === 'admin' || role === 'moderator') return 'server';
  return role === 'areaModerator' ? 'area' : 'room';
}

/** Who sees a report about a user with that role: moderators of a wider scope, if the user is a moderator. */
export function audienceAbout(role: Role): Audience {
  if (role === 'admin' || role === 'moderator' || role === 'areaModerator') return 'server';
  return role === 'owner' || role === 'roomModerator' ? 'area' : 'room';
}

interface Reader {
  userId: string;
  audience: Audience;
}

/** Whether a moderator sees an item: nobody decides about reports about themselves. */
export function isVisible({ subject, audience }: StoredReport, reader: Reader): boolean {
  return subject.userId !== reader.userId && isFor(audience, reader);
}

/** The scope of the decision about an item, in the audit log: that of the moderators who see the item. */
export function decisionScope({ audience, cell }: Pick<StoredReport, 'audience' | 'cell'>): string {
  if (audience === 'area' && cell !== null) return scopeText({ type: 'area', cell });
  return audience === 'room' ? 'room' : 'server';
}

/** Whether a moderator sees an entry of the audit log: how a report was resolved, only if they see the report. */
export function isVisibleDecision({ action, subjectUserId, scope }: AuditEntry, reader: Reader): boolean {
  if (action !== 'resolveReport') return true;
  const audience = scope === 'room' || scope === 'server' ? scope : 'area';
  return subjectUserId !== reader.userId && isFor(audience, reader);
}

const isFor = (audience: Audience, reader: Reader): boolean =>
  audiences.indexOf(audience) <= audiences.indexOf(reader.audience);
