import { describe, expect, test } from 'vitest';
import { afterError, type DeviceLocation, locationErrorCode } from './deviceLocation.ts';

const granted: DeviceLocation = {
  status: 'granted',
  location: { latitude: 52.52, longitude: 13.405 },
  accuracy: 12,
  at: new Date(0),
};

describe('afterError', () => {
  test.each([
    [{ status: 'locating' } as const, 1, 'denied'],
    [{ status: 'locating' } as const, 2, 'unavailable'],
    [{ status: 'locating' } as const, 3, 'timeout'],
    [granted, 1, 'denied'],
    [granted, 2, 'granted'],
    [granted, 3, 'granted'],
  ])('%j, code %d: %s', (previous, code, status) => expect(afterError(previous, { code }).status).toBe(status));
});

test.each([
  ['denied', 'LOCATION_DENIED'],
  ['insecure', 'LOCATION_UNSUPPORTED'],
  ['locating', null],
] as const)('%s is reported as %s', (status, code) => expect(locationErrorCode({ status })).toBe(code));
