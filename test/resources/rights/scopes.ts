import type { Location } from '@earshot/shared';
import { expect, vi } from 'vitest';
import { somewhere } from '../places.ts';
import type { Actor, Cast } from './actors.ts';
import type { ScopeKind } from './rightsCalls.ts';

/** Where the rights of all roles are tried, with the values of the placeholders in inputs. */
export interface TestedScope {
  kind: ScopeKind;
  placeholders: Readonly<Record<string, unknown>>;
  /** Makes the sanction of the placeholder again: a call may have lifted it. */
  renewSanction?: () => Promise<void>;
}

/** A new area, which the moderators of areas moderate. */
export async function newArea(cast: Cast, location = somewhere()): Promise<TestedScope> {
  const scope = { type: 'area', location } as const;
  const admin = cast.get('admin').client.api;
  for (const isMember of [false, true]) {
    const { userId } = cast.get('areaModerator', isMember);
    await admin.roles.grant.mutate({ scope, userId, role: 'areaModerator' });
  }
  return { kind: 'area', placeholders: { SCOPE: scope, ROLE: 'areaModerator', SUBJECT: cast.subject.userId } };
}

/** A new room around that location, with all users in their roles, and a message of a plain member that was reported. */
export async function newRoom(
  cast: Cast,
  { kind, location, url }: { kind: 'place' | 'named'; location: Location; url: string },
): Promise<TestedScope> {
  const maker = cast.get('owner', true);
  const { subject } = cast;
  const roomId = kind === 'place' ? await makeRoom(maker, location) : await makeNamedRoom(maker, location, url);
  const scope = { type: 'room', roomId } as const;
  await cast
    .get('admin')
    .client.api.roles.grant.mutate({ scope, userId: cast.get('owner', false).userId, role: 'owner' });
  for (const isMember of [false, true]) {
    const { userId } = cast.get('roomModerator', isMember);
    await maker.client.api.roles.grant.mutate({ scope, userId, role: 'roomModerator' });
  }
  const members = [subject, ...cast.all.filter(({ isMember }) => isMember)];
  await Promise.all(members.map(({ client }) => client.api.rooms.join.mutate({ roomId })));
  const { id } = await subject.client.api.messages.send.mutate({ roomId, content: 'hello' });
  const report = { roomId, messageId: id, reason: 'spam' } as const;
  const { id: reportId } = await cast.get('member').client.api.reports.file.mutate(report);
  // Made by the weakest role that may: others could not lift what a stronger role decided.
  const { moderation } = cast.get('roomModerator', true).client.api;
  const elsewhere = cast.get('moderator').client.api.moderation; // on the other instance
  const sanction = async () => {
    const made = await moderation.mute.mutate({ scope, userId: subject.userId });
    const isThere = async () => expect(await elsewhere.sanctions.query({ scope })).toHaveLength(1);
    await vi.waitFor(isThere, { timeout: 10_000, interval: 5 });
    return made.id;
  };
  const sanctionId = await sanction();
  const placeholders = { ROOM: roomId, SCOPE: scope, MESSAGE: id, REPORT: reportId, SUBJECT: subject.userId };
  const renewSanction = async () => void (await sanction());
  return { kind, renewSanction, placeholders: { ...placeholders, SANCTION: sanctionId, ROLE: 'roomModerator' } };
}

async function makeRoom({ client }: Actor, location: Location): Promise<string> {
  const { room } = await client.api.rooms.join.mutate({ location, searchRadius: 0 });
  return room.id;
}

let namedCount = 0;

/** The room's name has a location that no other has. */
async function makeNamedRoom(
  { userId, token }: Actor,
  { latitude, longitude }: Location,
  url: string,
): Promise<string> {
  namedCount += 1;
  const roomId = `${latitude.toFixed(7)}_${(longitude + namedCount / 1e6).toFixed(7)}`;
  const response = await fetch(`${url}/rooms/${roomId}/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ user_id: userId, username: 'Owner' }),
  });
  if (!response.ok) throw new Error(await response.text());
  return roomId;
}
