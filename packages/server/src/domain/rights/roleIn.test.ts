import type { Role } from '@earshot/shared';
import { gridDisk } from 'h3-js';
import { expect, test } from 'vitest';
import { cellOf } from '../../cells.ts';
import type { RuleScope } from '../../store/rules.ts';
import { emptyRoom } from '../namedRoom.ts';
import { RuleIndex } from '../rules/ruleIndex.ts';
import { testRule } from '../rules/testRules.ts';
import { type RoleSources, roleIn } from './roleIn.ts';

const here = { latitude: 52.52, longitude: 13.4 };
const cell = cellOf(here);
const [nearby = ''] = gridDisk(cell, 1).filter((one) => one !== cell);
const far = cellOf({ ...here, longitude: 14 });
const room = { type: 'room', roomId: 'plaza' } as const;
const area = { type: 'area', cell } as const;
const server = { type: 'server' } as const;

/** The room `plaza` in the cell `nearby`, which Ada made and Ben is a member of, and these grants to Cleo. */
function sources(grants: readonly [Role, RuleScope][]): RoleSources {
  const rules = new RuleIndex();
  const subject = { type: 'user', userId: 'cleo' } as const;
  for (const [role, scope] of grants) rules.set(testRule({ kind: 'grant', subject, scope, role }));
  rules.set(testRule({ kind: 'mute', subject, scope: room }));
  return {
    rules: { of: (one) => rules.ofSubject(one) },
    store: {
      room: async (roomId: string) =>
        roomId === 'plaza' ? { ...emptyRoom({ roomId, cell: nearby }), createdBy: 'ada' } : null,
      isMember: async (_roomId: string, userId: string) => userId === 'ben',
      wasRemoved: async () => false,
    },
  };
}

test.each<[string, RuleScope, Role]>([
  ['ada', room, 'owner'],
  ['ben', room, 'member'],
  ['cleo', room, 'visitor'],
  ['ada', area, 'visitor'],
  ['ben', server, 'visitor'],
])('%s in %o: %s', async (userId, scope, role) => {
  expect(await roleIn(sources([]), { userId, roles: [] }, scope)).toBe(role);
});

const cleo = { userId: 'cleo', roles: [] };

test.each<[Role, RuleScope, RuleScope, Role]>([
  ['roomModerator', room, room, 'roomModerator'],
  ['owner', room, room, 'owner'],
  ['owner', { type: 'room', roomId: 'park' }, room, 'visitor'],
  ['areaModerator', area, area, 'areaModerator'],
  ['areaModerator', area, room, 'areaModerator'],
  ['areaModerator', area, server, 'visitor'],
  ['areaModerator', area, { type: 'area', cell: nearby }, 'visitor'],
  ['areaModerator', { type: 'area', cell: far }, room, 'visitor'],
  ['moderator', server, server, 'moderator'],
  ['moderator', server, area, 'moderator'],
  ['moderator', server, room, 'moderator'],
  ['admin', server, room, 'admin'],
])('%s granted in %o, asked in %o: %s', async (role, granted, scope, expected) => {
  expect(await roleIn(sources([[role, granted]]), cleo, scope)).toBe(expected);
});

test('the strongest role counts, from the token or granted', async () => {
  const granted = sources([
    ['roomModerator', room],
    ['areaModerator', area],
    ['moderator', server],
  ]);
  expect(await roleIn(granted, cleo, room)).toBe('moderator');
  expect(await roleIn(granted, { userId: 'cleo', roles: ['admin'] }, room)).toBe('admin');
  expect(await roleIn(granted, { userId: 'ada', roles: ['moderator'] }, room)).toBe('moderator');
  const twice = sources([
    ['roomModerator', room],
    ['owner', room],
  ]);
  expect(await roleIn(twice, cleo, room)).toBe('owner');
});

test('ROOM_NOT_FOUND: a room that does not exist, whatever the role', async () => {
  const park = { type: 'room', roomId: 'park' } as const;
  for (const roles of [[], ['admin']] as const) {
    await expect(roleIn(sources([]), { userId: 'ada', roles }, park)).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
  }
});
