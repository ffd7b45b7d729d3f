import type { ErrorCode } from '@earshot/shared';
import { type Action, actionNames } from './actions.ts';
import type { Role } from './roles.ts';
import { type RoomKind, roomKind, roomKinds } from './roomKind.ts';

/** Where an action takes place: on the whole server, in an area of the map, or in a room of a kind. */
type ScopeKind = 'server' | 'area' | RoomKind;

/**
 * What a role may do: everything (`allowed`), only as a member of the room, only to the own messages as a member, or only where the server
 * does not check identities. Otherwise the code of the error.
 */
export type Right = 'allowed' | 'ifMember' | 'ifAuthor' | 'ifUnchecked' | ErrorCode;

/** The right of each role. */
export type RightsRow = Readonly<Record<Role, Right>>;

/** Roles from `roomModerator` on have the first right. */
function row(moderators: Right, member: Right, visitor: Right, anonymous: Right): RightsRow {
  const rest = { roomModerator: moderators, owner: moderators, areaModerator: moderators };
  return { admin: moderators, moderator: moderators, ...rest, member, visitor, anonymous };
}

const everybody = row('allowed', 'allowed', 'allowed', 'allowed');
const users = row('allowed', 'allowed', 'allowed', 'UNAUTHENTICATED');
/** Reading by a room's name proves nothing about membership, because the name is enough to join. */
const readersByName = row('allowed', 'allowed', 'allowed', 'ifUnchecked');
const members = row('ifMember', 'allowed', 'NOT_A_MEMBER', 'UNAUTHENTICATED');
const authors = row('ifAuthor', 'ifAuthor', 'NOT_A_MEMBER', 'UNAUTHENTICATED');
const describers: RightsRow = {
  ...row('allowed', 'NOT_THE_OWNER', 'NOT_A_MEMBER', 'UNAUTHENTICATED'),
  owner: 'ifMember',
  roomModerator: 'ifMember',
};

const onServer = (rights: RightsRow) => ({ server: rights });
const inRooms = (rights: RightsRow) => ({ place: rights, named: rights });

/** Who may do what. Each action has a row for every kind of scope in which it can take place. */
export const rightsTable: Readonly<Record<Action, Readonly<Partial<Record<ScopeKind, RightsRow>>>>> = {
  getGuestToken: onServer(everybody),
  authenticate: onServer(everybody),
  renewIdentity: onServer(users),
  readSession: onServer(users),
  searchPlaces: onServer(everybody),
  findRooms: onServer(everybody),
  watchNeighbourhood: onServer(users),
  updateLocation: onServer(users),
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
  deleteMessage: inRooms(authors),
  describeRoom: inRooms(describers),
};

/** The rights of the actions that have the same in every kind of room: its kind need not be found out. */
const rightsInEveryRoom = new Map<Action, RightsRow>();
for (const action of actionNames) {
  const { place } = rightsTable[action];
  if (place && roomKinds.every((kind) => rightsTable[action][kind] === place)) rightsInEveryRoom.set(action, place);
}

/** Returns the rights in a room; null: outside of rooms. */
export function rightsOf(action: Action, roomId: string | null): RightsRow {
  const row =
    roomId === null
      ? rightsTable[action].server
      : (rightsInEveryRoom.get(action) ?? rightsTable[action][roomKind(roomId)]);
  if (row === undefined)
    throw new Error(`${action} has no rights ${roomId === null ? 'outside of rooms' : 'in rooms'}`);
  return row;
}
