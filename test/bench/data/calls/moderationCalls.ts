import { person } from '../dataSet.ts';
import { byModerator, byNewcomer, byUser, type DataCalls, keepId, preparedId } from './call.ts';
import type { Tools } from './tools.ts';

const server = { type: 'server' } as const;
const inRoom = ({ otherRoom }: Tools, n: number) => ({ type: 'room', roomId: otherRoom(n) }) as const;
/** Another user each time: in a small set, few users would soon all have a sanction. */
const about = (tools: Tools, n: number) => ({ scope: inRoom(tools, n), userId: `sanctioned ${n}` });
const role = { role: 'roomModerator' } as const;
const roomSwitch = (tools: Tools, n: number) => ({
  roomId: tools.otherRoom(n),
  on: Math.floor(n / tools.otherRoomIds.length) % 2 === 0,
});

const report = async (tools: Tools, n: number) => {
  const { messageId } = await tools.theirs(n);
  return { roomId: tools.room(n), messageId, reason: 'spam' } as const;
};
const findTheirs = async (tools: Tools, n: number) => {
  tools.prepared.set(n, (await tools.theirs(n)).messageId);
};

export const moderationCalls: DataCalls = {
  'reports.file': byNewcomer(
    'reports.file',
    (tools, n) => ({ roomId: tools.room(n), messageId: preparedId(tools, n), reason: 'spam' }),
    findTheirs,
  ),
  'reports.mine': byUser('reports.mine'),
  'reports.list': byModerator('reports.list', () => ({ scope: server, limit: 50 })),
  'reports.count': byModerator('reports.count', () => ({ scope: server })),
  'reports.resolve': byModerator(
    'reports.resolve',
    (tools, n) => ({ reportId: preparedId(tools, n), outcome: 'dismissed' }),
    async (tools, n) => {
      keepId(tools, n, await tools.callAs(`reporter ${n}`, 'reports.file', await report(tools, n), n + 6_000_000));
    },
  ),
  'roles.list': byModerator('roles.list', () => ({ scope: server })),
  'roles.own': byUser('roles.own', ({ room }, n) => ({ scope: { type: 'room', roomId: room(n) } })),
  'roles.grant': byModerator('roles.grant', (tools, n) => ({ ...about(tools, n), ...role })),
  'roles.withdraw': byModerator('roles.withdraw', about, (tools, n) =>
    tools.moderator.roles.grant.mutate({ ...about(tools, n), ...role }),
  ),
  'moderation.audit': byModerator('moderation.audit', () => ({ limit: 100 })),
  'moderation.users': byModerator('moderation.users', (_, n) => ({ scope: server, text: `ana ${n % 10}`, limit: 10 })),
  'moderation.user': byModerator('moderation.user', (_, n) => ({ scope: server, userId: person(n % 200) })),
  'moderation.sanctions': byModerator('moderation.sanctions', () => ({ scope: server })),
  'moderation.mute': byModerator('moderation.mute', about),
  'moderation.ban': byModerator('moderation.ban', about),
  'moderation.kick': byModerator('moderation.kick', (tools, n) => ({
    roomId: tools.otherRoom(n),
    userId: `kicked ${n}`, // not banned before
  })),
  'moderation.lift': byModerator(
    'moderation.lift',
    (tools, n) => ({ sanctionId: preparedId(tools, n) }),
    async (tools, n) => keepId(tools, n, await tools.moderator.moderation.mute.mutate(about(tools, n))),
  ),
  'moderation.setSlowMode': byModerator('moderation.setSlowMode', ({ otherRoom }, n) => ({
    ...{ roomId: otherRoom(n), intervalMs: 1_000 + n },
  })),
  'moderation.setRetention': byModerator('moderation.setRetention', ({ otherRoom }, n) => ({
    ...{ roomId: otherRoom(n), days: 390 - (n % 10) },
  })),
  'moderation.setLocked': byModerator('moderation.setLocked', roomSwitch),
  'moderation.setClosed': byModerator('moderation.setClosed', roomSwitch),
};
