import type { Role } from '@earshot/shared';
import type { Audience, StoredReport } from '../../store/reports.ts';

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
  return subject.userId !== reader.userId && audiences.indexOf(audience) <= audiences.indexOf(reader.audience);
}
