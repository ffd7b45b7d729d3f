import { expect, test } from 'vitest';
import type { Action } from './actions.ts';
import { basisOf } from './rightsBasis.ts';
import { rightsOf } from './rightsTable.ts';

const room = '0123456789abcdef01234567';

test.each<[Action, string | null, string]>([
  ['searchPlaces', null, 'identity'],
  ['updateLocation', null, 'identity'],
  ['joinRoom', room, 'identity'],
  ['sendMessage', room, 'membership'],
  ['sendMessage', 'plaza', 'membership'],
  ['editMessage', room, 'membership'],
  ['describeRoom', room, 'role'],
])('%s in %s is decided by the %s', (action, roomId, basis) => {
  expect(basisOf(rightsOf(action, roomId))).toBe(basis);
});

test('rights outside of rooms are not those in rooms', () => {
  expect(() => rightsOf('searchPlaces', room)).toThrow('searchPlaces has no rights in rooms');
  expect(() => rightsOf('sendMessage', null)).toThrow('sendMessage has no rights outside of rooms');
});
