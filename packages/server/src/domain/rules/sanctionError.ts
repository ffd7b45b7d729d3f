import { EarshotError } from '@earshot/shared';
import type { Rule } from '../../store/rules.ts';

const places = { server: 'on this server', area: 'in the rooms of this area', room: 'in this room' };

/** The error for a caller about whom that ban or mute is: what, where, until when and why. */
export function sanctionError({ kind, scope, reason, endsAt }: Rule): EarshotError {
  const isBan = kind === 'ban';
  const until = endsAt === null ? '' : ` until ${endsAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const message = `You are ${isBan ? 'banned' : 'muted'} ${places[scope.type]}${until}.`;
  return new EarshotError(isBan ? 'BANNED' : 'MUTED', { message, reason, endsAt });
}
