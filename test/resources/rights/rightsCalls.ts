import type { Action } from '../../../packages/server/src/domain/rights/actions.ts';
import { rightsTable } from '../../../packages/server/src/domain/rights/rightsTable.ts';
import type { commandTypes } from '../../../packages/server/src/transport/legacy/command.ts';

export type ScopeKind = 'server' | 'area' | 'place' | 'named';

/** A procedure, as the test of rights calls it. */
export interface ProcedureCall {
  /** The action in the table of rights that it asks for: the one that decides, if there are several. */
  action: Action;
  /**
   * A valid input. Placeholders: ROOM, SCOPE (the input for the scope), MESSAGE (of a plain member, or the caller's own), REPORT (of that
   * message), SANCTION (of that member), SUBJECT (a plain member, or the caller), ROLE (that can be granted), LOCATION, TOKEN (of the caller).
   */
  input?: unknown;
  /** The kinds of scopes that the input can name, if the placeholders don't tell. On the server, ROOM is left out. */
  kinds?: readonly ScopeKind[];
  /** Errors, other than those of rights, with which the call may fail although it is allowed. */
  mayFail?: readonly string[];
}

const room = { roomId: 'ROOM' };
const message = { roomId: 'ROOM', messageId: 'MESSAGE' };

/**
 * Every procedure, and the action that it performs. A procedure that is missing here fails the test: add it with its action and a valid input.
 */
export const procedureCalls: Readonly<Record<string, ProcedureCall>> = {
  'auth.challenge': { action: 'getGuestToken', mayFail: ['GUESTS_NOT_ALLOWED'] },
  'auth.guest': { action: 'getGuestToken', input: { username: 'Ada' }, mayFail: ['GUESTS_NOT_ALLOWED'] },
  'auth.refresh': { action: 'renewIdentity', input: { token: 'TOKEN' } },
  'auth.signOutEverywhere': { action: 'signOutEverywhere' },
  'auth.session': { action: 'readSession' },
  'me.block': { action: 'changePrivacy', input: { userId: 'SUBJECT' } },
  'me.blocks': { action: 'readPrivacy', input: {} },
  'me.setVisibility': { action: 'changePrivacy', input: { rooms: 'all', visible: true } },
  'me.sanctions': { action: 'readOwnSanctions' },
  'me.unblock': { action: 'changePrivacy', input: { userId: 'SUBJECT' } },
  'me.visibility': { action: 'readPrivacy', input: {} },
  'me.erase': { action: 'eraseOwnData', input: { confirm: 'erase everything about me' } },
  'me.erasure': { action: 'readErasure' },
  'me.export': { action: 'exportOwnData', input: {} },
  'me.messages': { action: 'readOwnMessages', input: {} },
  'messages.delete': { action: 'deleteMessage', input: message },
  'messages.edit': { action: 'editMessage', input: { ...message, content: 'changed' } },
  'messages.history': { action: 'readHistory', input: room },
  'messages.ownReactions': { action: 'readOwnReactions', input: { ...room, messageIds: ['MESSAGE'] } },
  'messages.react': { action: 'reactToMessage', input: { ...message, emoji: '👍', on: true } },
  'messages.remove': { action: 'removeMessage', input: message },
  'messages.send': { action: 'sendMessage', input: { ...room, content: 'hello' } },
  'moderation.audit': { action: 'readAudit', input: { scope: 'SCOPE' } },
  'moderation.ban': { action: 'banUser', input: { scope: 'SCOPE', userId: 'SUBJECT' } },
  'moderation.kick': { action: 'kickUser', input: { ...room, userId: 'SUBJECT' } },
  'moderation.lift': {
    action: 'liftSanction',
    input: { sanctionId: 'SANCTION' },
    kinds: ['place', 'named'],
  },
  'moderation.mute': { action: 'muteUser', input: { scope: 'SCOPE', userId: 'SUBJECT' } },
  'moderation.users': { action: 'readUsers', input: { scope: 'SCOPE', text: 'A' } },
  'moderation.user': { action: 'readUsers', input: { scope: 'SCOPE', userId: 'SUBJECT' } },
  'moderation.sanctions': { action: 'listSanctions', input: { scope: 'SCOPE' } },
  'moderation.setClosed': { action: 'closeRoom', input: { ...room, on: true } },
  'moderation.setLocked': { action: 'lockRoom', input: { ...room, on: true } },
  'moderation.setRetention': { action: 'setRetention', input: { ...room, days: 30 } },
  'moderation.setSlowMode': { action: 'setSlowMode', input: { ...room, intervalMs: 1_000 } },
  'places.search': { action: 'searchPlaces', input: { text: 'Ber' } },
  'places.watch': { action: 'watchNeighbourhood', input: { location: 'LOCATION' } },
  'presence.list': { action: 'listPresence', input: room },
  'presence.typing': { action: 'sendTyping', input: { ...room, isTyping: true } },
  'reports.count': { action: 'listReports', input: { scope: 'SCOPE' } },
  'reports.file': { action: 'fileReport', input: { ...message, reason: 'spam' } },
  'reports.list': { action: 'listReports', input: { scope: 'SCOPE' } },
  'reports.mine': { action: 'readOwnReports', input: {} },
  'reports.resolve': {
    action: 'resolveReport',
    input: { reportId: 'REPORT', outcome: 'dismissed' },
    mayFail: ['REPORT_RESOLVED'],
  },
  'roles.grant': { action: 'grantRole', input: { scope: 'SCOPE', userId: 'SUBJECT', role: 'ROLE' } },
  'roles.list': { action: 'listRoles', input: { scope: 'SCOPE' } },
  'roles.own': { action: 'readOwnRole', input: { scope: 'SCOPE' } },
  'roles.withdraw': { action: 'withdrawRole', input: { scope: 'SCOPE', userId: 'SUBJECT' } },
  'rooms.describe': { action: 'describeRoom', input: { ...room, topic: 'Chess' } },
  'rooms.get': { action: 'readRoom', input: room },
  'rooms.join': { action: 'joinRoom', input: room },
  'rooms.leave': { action: 'leaveRoom', input: room },
  'rooms.nearby': { action: 'findRooms', input: { location: 'LOCATION' } },
  'rooms.nearbyPage': { action: 'findRooms', input: { location: 'LOCATION' } },
  'rooms.watch': { action: 'watchRoom', input: room },
  'rooms.watchNearby': { action: 'findRooms', input: { location: 'LOCATION' } },
  'users.updateLocation': { action: 'updateLocation', input: { location: 'LOCATION' } },
};

const scopeKinds: readonly ScopeKind[] = ['server', 'area', 'place', 'named'];

function scopesIn(input: unknown): readonly ScopeKind[] {
  const text = JSON.stringify(input ?? {});
  if (text.includes('"SCOPE"')) return scopeKinds;
  return text.includes('"ROOM"') || text.includes('"REPORT"') ? ['place', 'named'] : ['server'];
}

/** The kinds of scopes in which the procedure is tried: those of its action that its input can name. */
export function scopesOf({ action, input, kinds = scopesIn(input) }: ProcedureCall): ScopeKind[] {
  return kinds.filter((kind) => rightsTable[action][kind] !== undefined);
}

/** The frames of legacy clients, and the actions that they perform. */
export const frameActions: Readonly<Record<(typeof commandTypes)[number], readonly Action[]>> = {
  Auth: ['authenticate'],
  Join: ['joinRoom', 'watchRoom'],
  JoinLocalChat: ['enterNearest', 'joinRoom', 'watchRoom'],
  Message: ['sendMessage'],
  LocationUpdate: ['updateLocation'],
  Typing: ['sendTyping'],
};

/** The routes of legacy clients, and the actions that they perform. */
export const routeActions: Readonly<Record<string, readonly Action[]>> = {
  'GET /messages/:location_id': ['readHistoryByName'],
  'POST /messages': ['joinRoom', 'sendMessage'],
  'GET /rooms/:location_id': ['readRoom'],
  'POST /rooms/:location_id/join': ['joinRoom'],
  'POST /join': ['joinRoom'],
};
