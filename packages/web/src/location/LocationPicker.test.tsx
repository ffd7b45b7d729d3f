// @vitest-environment jsdom
import type { Location } from '@earshot/client';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LocationPicker } from './LocationPicker.tsx';
import { testPlaceServer } from './testPlaceServer.ts';

let picked: Location[];

beforeEach(() => {
  picked = [];
  // The coastline can't be loaded: the map must work without it.
  vi.stubGlobal('fetch', () => Promise.reject(new Error('offline')));
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const show = (value: Location | null = null) =>
  render(<LocationPicker value={value} onPick={(location) => picked.push(location)} />, {
    wrapper: testPlaceServer().wrapper,
  });
const field = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Place, coordinates or map link' });
const type = (value: string) => fireEvent.change(field(), { target: { value } });
const use = () => fireEvent.click(screen.getByRole('button', { name: 'Use this place' }));
const map = () => screen.getByRole('application', { name: 'Map' });

describe('typing', () => {
  test.each(['52.52, 13.405', '52°31\'12"N 13°24\'18"E', 'https://www.openstreetmap.org/#map=15/52.52/13.405'])(
    '%s',
    (text) => {
      show();
      type(text);
      use();
      expect(picked).toHaveLength(1);
      expect(picked[0]?.latitude).toBeCloseTo(52.52);
      expect(picked[0]?.longitude).toBeCloseTo(13.405);
    },
  );

  test('an error is reported when the field is left, not after each letter', () => {
    show();
    type('52.52');
    expect(screen.getByRole('status').textContent).toBe('');
    fireEvent.blur(field());
    expect(screen.getByRole('status').textContent).toContain('A place needs two');
    expect(field().getAttribute('aria-invalid')).toBe('true');
    type('52.52, 13');
    expect(screen.getByRole('status').textContent).toBe('');
    expect(field().getAttribute('aria-invalid')).toBe('false');
  });

  test('nothing is picked before a location is chosen', () => {
    show();
    use();
    expect(picked).toEqual([]);
    expect(screen.getByRole('status').textContent).toContain('Enter a place or coordinates');
    type('99, 10');
    use();
    expect(picked).toEqual([]);
    expect(screen.getByRole('status').textContent).toContain('between -90 and 90');
  });
});

describe('the map', () => {
  test('keys move it, and the field shows the location of the pin', () => {
    show({ latitude: 0, longitude: 0 });
    fireEvent.keyDown(map(), { key: 'ArrowRight' });
    expect(field().value).toMatch(/^0, 0\.0\d+$/);
    fireEvent.keyDown(map(), { key: 'ArrowUp' });
    expect(field().value).toMatch(/^0\.0\d+, 0\.0\d+$/);
    use();
    expect(picked[0]?.latitude).toBeGreaterThan(0);
    expect(picked[0]?.longitude).toBeGreaterThan(0);
  });

  test('buttons and keys zoom without moving the pin', () => {
    show({ latitude: 52.52, longitude: 13.405 });
    fireEvent.click(screen.getByRole('button', { name: 'Zoom in' }));
    fireEvent.keyDown(map(), { key: '-' });
    use();
    expect(picked[0]?.latitude).toBeCloseTo(52.52, 6);
    expect(picked[0]?.longitude).toBeCloseTo(13.405, 6);
  });

  test('browser shortcuts are not intercepted', () => {
    show({ latitude: 0, longitude: 0 });
    expect(fireEvent.keyDown(map(), { key: 'ArrowLeft', altKey: true })).toBe(true);
    expect(field().value).toBe('0, 0');
  });

  test('starts from the given location', () => {
    show({ latitude: -33.8688, longitude: 151.2093 });
    expect(field().value).toBe('-33.8688, 151.2093');
    use();
    expect(picked).toEqual([{ latitude: -33.8688, longitude: 151.2093 }]);
  });
});
