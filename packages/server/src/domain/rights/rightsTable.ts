import { type ErrorCode, type Role, roles } from '@earshot/shared';
import { type Action, actionNames } from './actions.ts';
import { type RoomKind, roomKind, roomKinds } from './roomKind.ts';
import { scopeOf, type Target } from './target.ts';

/** Where an action takes place: on the whole server, in an area of the map, or in a room of a kind. */
type ScopeKind = 'server' | 'area' | RoomKind;

/**
 * What a role may do: everything (`allowed`), only as a member of the room, only to the own messages, as a member (`ifAuthor`) or also after
 * leaving (`ifOwn`), only to itself, or only where the server does not check identities. Otherwise the code of the error.
 */
export type Right = 'allowed' | 'ifMember' | 'ifAuthor' | 'ifOwn' | 'ifSelf' | 'ifUnchecked' | ErrorCode;

/** The right of each role. */
export type RightsRow = Readonly<Record<Role, Right>>;

/** Roles from `roomModerator` on have the first right. */
function row(moderators: Right, member: Right, visitor: Right, anonymous: Right): RightsRow {
  const rest = { roomModerator: moderators, owner: moderators, areaModerator: moderators };
  return { admin: moderators, moderator: moderators, ...rest, member, visitor, anonymous };
}

const everybody = row('allowed', 'allowed', 'allowed', 'allowed');
const users = row('allowed', 'allowed', 'allowed', 'UNAUTHENTICATED');
/** Reading by a room's name proves nothing about membership, because the name is enough to join, unless the room is locked. */
const readersByName = row('allowed', 'allowed', 'allowed', 'ifUnchecked');
const members = row('ifMember', 'allowed', 'NOT_A_MEMBER', 'UNAUTHENTICATED');
/** Users may delete what they wrote, also after they have left the room. */
const owners = row('ifOwn', 'ifOwn', 'ifOwn', 'UNAUTHENTICATED');
const authors = row('ifAuthor', 'ifAuthor', 'NOT_A_MEMBER', 'UNAUTHENTICATED');
const describers: RightsRow = {
  ...row('allowed', 'NOT_THE_OWNER', 'NOT_A_MEMBER', 'UNAUTHENTICATED'),
  owner: 'ifMember',
  roomModerator: 'ifMember',
};

/** That role and stronger ones. Others get the error `refusal`. */
function fromRole(weakest: Role, refusal: ErrorCode = 'NOT_ALLOWED'): RightsRow {
  const isStrongEnough = (role: Role) => roles.indexOf(role) <= roles.indexOf(weakest);
  const right = (role: Role): Right => (isStrongEnough(role) ? 'allowed' : refusal);
  return {
    ...row('allowed', refusal, refusal, 'UNAUTHENTICATED'),
    ...{ moderator: right('moderator'), areaModerator: right('areaModerator') },
    ...{ owner: right('owner'), roomModerator: right('roomModerator') },
  };
}
/** Members know who moderates their room. */
const readersOfRoles = row('allowed', 'allowed', 'NOT_A_MEMBER', 'UNAUTHENTICATED');

const onServer = (rights: RightsRow) => ({ server: rights });
const inRooms = (rights: RightsRow) => ({ place: rights, named: rights });

/** Moderators of the room, of an area and of the server. */
const moderatorsOr = (refusal: ErrorCode) => ({
  ...inRooms(fromRole('roomModerator', refusal)),
  area: fromRole('areaModerator', refusal),
  server: fromRole('moderator', refusal),
});
const moderators = moderatorsOr('NOT_ALLOWED');
const roomModerators = inRooms(fromRole('roomModerator'));
/** Those who may grant roles that are weaker than their own. */
const granters = { ...inRooms(fromRole('owner')), area: fromRole('moderator'), server: fromRole('admin') };
/** Everybody may give up a role. */
const withdrawers = {
  ...inRooms({ ...fromRole('owner'), roomModerator: 'ifSelf' }),
  area: { ...fromRole('moderator'), areaModerator: 'ifSelf' },
  server: { ...fromRole('admin'), moderator: 'ifSelf' },
} as const;
/** Who may do what. Each action has a row for every kind of scope in which it can take place. */
export const rightsTable: Readonly<Record<Action, Readonly<Partial<Record<ScopeKind, RightsRow>>>>> = {
  getGuestToken: onServer(everybody),
  authenticate: onServer(everybody),
  renewIdentity: onServer(users),
  readSession: onServer(users),
  exportOwnData: onServer(users),
  readOwnMessages: onServer(users),
  eraseOwnData: onServer(users),
  readErasure: onServer(users),
  signOutEverywhere: onServer(users),
  searchPlaces: onServer(everybody),
  findRooms: onServer(everybody),
  watchNeighbourhood: onServer(users),
  updateLocation: onServer(users),
  readPrivacy: onServer(users),
  changePrivacy: onServer(users),
  enterNearest: onServer(users),
  readRoom: inRooms(everybody),
  joinRoom: inRooms(users),
  leaveRoom: inRooms(users),
  watchRoom: inRooms(members),
  readHistory: inRooms(members),
  readHistoryByName: inRooms(readersByName),
  readOwnReactions: inRooms(members),
  listPresence: inRooms(members),
  sendTyping: inRooms(members),
  sendMessage: inRooms(members),
  reactToMessage: inRooms(members),
  editMessage: inRooms(authors),
  deleteMessage: inRooms(owners),
  describeRoom: inRooms(describers),
  readOwnRole: { ...inRooms(users), ...onServer(users), area: users },
  listRoles: { ...inRooms(readersOfRoles), area: fromRole('areaModerator'), server: fromRole('moderator') },
  grantRole: granters,
  withdrawRole: withdrawers,
  removeMessage: roomModerators,
  muteUser: moderators,
  banUser: moderators,
  kickUser: roomModerators,
  // By the id of what they act on: for others than its moderators, it does not exist.
  liftSanction: moderatorsOr('SANCTION_NOT_FOUND'),
  listSanctions: moderators,
  setSlowMode: roomModerators,
  setRetention: roomModerators,
  lockRoom: roomModerators,
  closeRoom: inRooms(fromRole('owner')),
  fileReport: inRooms(users),
  readOwnReports: onServer(users),
  readOwnSanctions: onServer(users),
  listReports: moderators,
  resolveReport: moderatorsOr('REPORT_NOT_FOUND'),
  readAudit: moderators,
  readUsers: moderators,
};

/** The rights of the actions that have the same in every kind of room: its kind need not be found out. */
const rightsInEveryRoom = new Map<Action, RightsRow>();
for (const action of actionNames) {
  const { place } = rightsTable[action];
  if (place && roomKinds.every((kind) => rightsTable[action][kind] === place)) rightsInEveryRoom.set(action, place);
}

/** Returns the rights of an action where it takes place. */
export function rightsOf(action: Action, target: Target): RightsRow {
  const rights = rightsTable[action];
  let row: RightsRow | undefined;
  if (target !== 'server' && 'roomId' in target) {
    row = rightsInEveryRoom.get(action) ?? rights[roomKind(target.roomId)];
  } else {
    const scope = scopeOf(target);
    row = rights[scope.type === 'room' ? roomKind(scope.roomId) : scope.type];
  }
  if (row === undefined) throw new Error(`${action} has no rights in this kind of scope`);
  return row;
}
