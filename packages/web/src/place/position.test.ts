import { describe, expect, test } from 'vitest';
import { afterError, type Position, positionProblem } from './position.ts';

const granted: Position = {
  status: 'granted',
  location: { latitude: 52.52, longitude: 13.405 },
  accuracy: 12,
  at: new Date(0),
};

describe('afterError', () => {
  test.each([
    [{ status: 'asking' } as const, 1, 'denied'],
    [{ status: 'asking' } as const, 2, 'unavailable'],
    [{ status: 'asking' } as const, 3, 'timeout'],
    [granted, 1, 'denied'],
    [granted, 2, 'granted'],
    [granted, 3, 'granted'],
  ])('%j, code %d: %s', (position, code, status) => expect(afterError(position, { code }).status).toBe(status));
});

test.each([
  ['denied', 'PLACE_DENIED'],
  ['insecure', 'PLACE_UNSUPPORTED'],
  ['asking', null],
] as const)('%s is reported as %s', (status, code) => expect(positionProblem({ status })).toBe(code));
