// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useDeviceLocation } from './useDeviceLocation.ts';

/** The browser's geolocation, driven by the test. */
class FakeGeolocation {
  readonly watches = new Map<number, { found: PositionCallback; failed: PositionErrorCallback }>();
  #last = 0;

  watchPosition(found: PositionCallback, failed: PositionErrorCallback): number {
    this.watches.set(++this.#last, { found, failed });
    return this.#last;
  }

  clearWatch(id: number): void {
    this.watches.delete(id);
  }

  find(latitude: number, longitude: number, accuracy = 10): void {
    const coords = { latitude, longitude, accuracy } as GeolocationCoordinates;
    for (const { found } of this.watches.values()) found({ coords, timestamp: 1_000 } as GeolocationPosition);
  }

  fail(code: number): void {
    for (const { failed } of this.watches.values()) failed({ code } as GeolocationPositionError);
  }
}

let device: FakeGeolocation;

beforeEach(() => {
  device = new FakeGeolocation();
  vi.stubGlobal('isSecureContext', true);
  Object.defineProperty(navigator, 'geolocation', { value: device, configurable: true });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, 'geolocation');
});

test('asks for the location only on request', () => {
  const { result } = renderHook(() => useDeviceLocation());
  expect(result.current.deviceLocation).toEqual({ status: 'idle' });
  expect(device.watches.size).toBe(0);
});

test('follows the device, but ignores jitter', () => {
  const { result } = renderHook(() => useDeviceLocation());
  act(() => result.current.request());
  expect(result.current.deviceLocation.status).toBe('locating');
  act(() => device.find(52.52, 13.405));
  const first = result.current.deviceLocation;
  expect(first).toMatchObject({ status: 'granted', location: { latitude: 52.52, longitude: 13.405 }, accuracy: 10 });
  act(() => device.find(52.52005, 13.405)); // 6 m
  expect(result.current.deviceLocation).toBe(first);
  act(() => device.find(52.5241, 13.405)); // rounded to 52.525
  expect(result.current.deviceLocation).toMatchObject({ location: { latitude: 52.525 } });
});

test('a more accurate fix of the same location is accepted', () => {
  const { result } = renderHook(() => useDeviceLocation());
  act(() => result.current.request());
  act(() => device.find(52.52, 13.405, 500));
  act(() => device.find(52.52, 13.405, 20));
  expect(result.current.deviceLocation).toMatchObject({ accuracy: 20 });
});

test('a denial is reported, and another request is possible', () => {
  const { result } = renderHook(() => useDeviceLocation());
  act(() => result.current.request());
  act(() => device.fail(1));
  expect(result.current.deviceLocation).toEqual({ status: 'denied' });
  act(() => result.current.request());
  expect(device.watches.size).toBe(1);
  act(() => device.find(1, 2));
  expect(result.current.deviceLocation.status).toBe('granted');
});

test('stops on request and on unmount', () => {
  const { result, unmount } = renderHook(() => useDeviceLocation());
  act(() => result.current.request());
  act(() => result.current.stop());
  expect(device.watches.size).toBe(0);
  expect(result.current.deviceLocation).toEqual({ status: 'idle' });
  act(() => result.current.request());
  unmount();
  expect(device.watches.size).toBe(0);
});

test('reports insecure pages and browsers without geolocation', () => {
  const { result } = renderHook(() => useDeviceLocation());
  vi.stubGlobal('isSecureContext', false);
  act(() => result.current.request());
  expect(result.current.deviceLocation).toEqual({ status: 'insecure' });
  vi.stubGlobal('isSecureContext', true);
  Reflect.deleteProperty(navigator, 'geolocation');
  act(() => result.current.request());
  expect(result.current.deviceLocation).toEqual({ status: 'unsupported' });
});
