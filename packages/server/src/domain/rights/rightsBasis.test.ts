import { expect, test } from 'vitest';
import type { Action } from './actions.ts';
import { basisOf } from './rightsBasis.ts';
import { rightsOf } from './rightsTable.ts';
import type { Target } from './target.ts';

const room = '0123456789abcdef01234567';

test.each<[Action, Target, string]>([
  ['searchPlaces', 'server', 'identity'],
  ['updateLocation', 'server', 'identity'],
  ['joinRoom', { roomId: room }, 'identity'],
  ['sendMessage', { roomId: room }, 'membership'],
  ['sendMessage', { roomId: 'plaza' }, 'membership'],
  ['editMessage', { roomId: room }, 'membership'],
  ['removeMessage', { roomId: room }, 'role'],
  ['muteUser', { scope: { type: 'area', cell: '881f1d4887fffff' } }, 'role'],
  ['describeRoom', { roomId: room }, 'role'],
])('%s in %o is decided by the %s', (action, target, basis) => {
  expect(basisOf(rightsOf(action, target))).toBe(basis);
});

test('rights outside of rooms are not those in rooms', () => {
  expect(() => rightsOf('searchPlaces', { roomId: room })).toThrow('searchPlaces has no rights in this kind of scope');
  expect(() => rightsOf('sendMessage', 'server')).toThrow('sendMessage has no rights in this kind of scope');
});
