// @vitest-environment jsdom
import type { Location } from '@earshot/client';
import { EarshotClientError } from '@earshot/client';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LocationPicker } from './LocationPicker.tsx';
import { testPlaceServer } from './testPlaceServer.ts';
import type { Place } from './usePlaceSearch.ts';

const berlin: Place = { name: 'Berlin', country: 'DE', location: { latitude: 52.524, longitude: 13.41 } };
const inSalvador: Place = { name: 'Berlín', country: 'SV', location: { latitude: 13.5, longitude: -88.53 } };

let picked: Location[];
let server: ReturnType<typeof testPlaceServer>;

beforeEach(() => {
  vi.useFakeTimers();
  server = testPlaceServer();
  picked = [];
  vi.stubGlobal('fetch', () => Promise.reject(new Error('offline')));
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const show = (value: Location | null = null) =>
  render(<LocationPicker value={value} onPick={(one) => picked.push(one)} />, { wrapper: server.wrapper });
const field = () => screen.getByRole<HTMLInputElement>('combobox');
const type = (value: string) => fireEvent.change(field(), { target: { value } });
const press = (key: string) => fireEvent.keyDown(field(), { key });
const submit = () => fireEvent.click(screen.getByRole('button', { name: 'Use this place' }));
const wait = () => act(() => vi.advanceTimersByTime(200));
const answer = (places: Place[]) => act(async () => server.requests.at(-1)?.resolve(places));
const status = () => screen.getByRole('status').textContent;
const options = () => screen.queryAllByRole('option').map(({ textContent }) => textContent);
const activeOption = () => document.getElementById(field().getAttribute('aria-activedescendant') ?? '')?.textContent;

async function find(text: string, places: Place[]): Promise<void> {
  type(text);
  wait();
  await answer(places);
}

describe('requests', () => {
  test('wait until the user stops typing, and have the rounded location', () => {
    show({ latitude: 52.52123, longitude: 13.40512 });
    for (const text of ['Be', 'Ber', 'Berl']) type(text);
    expect(server.requests).toEqual([]);
    wait();
    const location = { latitude: 52.52, longitude: 13.405 };
    expect(server.requests.map(({ input }) => input)).toEqual([{ text: 'Berl', location }]);
  });

  test('are aborted by further typing, and an older answer is ignored', async () => {
    show();
    type('Pa');
    wait();
    type('Be');
    wait();
    const [older, newer] = server.requests;
    expect([older?.signal?.aborted, newer?.signal?.aborted]).toEqual([true, false]);
    await answer([berlin]);
    await act(async () => older?.resolve([inSalvador]));
    expect(options()).toEqual(['Berlin Germany']);
  });

  test.each([
    '52',
    '52.5, 13.4',
    '52°31\'12"N',
    'https://www.openstreetmap.org/#map=15/52.52/13.405',
    'B',
    'x'.repeat(101),
  ])('are not made for %s', (text) => {
    show();
    type(text);
    wait();
    expect(server.requests).toEqual([]);
  });
});

describe('the list', () => {
  test('shows the places in the order of the server, and announces their number', async () => {
    show();
    expect(field().getAttribute('aria-expanded')).toBe('false');
    await find('Berl', [berlin, inSalvador]);
    expect(field().getAttribute('aria-expanded')).toBe('true');
    expect(screen.getByRole('listbox').id).toBe(field().getAttribute('aria-controls'));
    expect(options()).toEqual(['Berlin Germany', 'Berlín El Salvador']);
    expect(status()).toContain('2 places found');
  });

  test('arrow keys choose, Enter takes the place to the map, and submitting uses it', async () => {
    show();
    await find('Berl', [berlin, inSalvador]);
    press('ArrowDown');
    expect(activeOption()).toBe('Berlin Germany');
    press('ArrowDown');
    expect(activeOption()).toBe('Berlín El Salvador');
    press('ArrowDown');
    expect(activeOption()).toBeUndefined();
    press('ArrowUp');
    press('Enter');
    expect([field().value, options(), picked]).toEqual(['Berlín, El Salvador', [], []]);
    submit();
    expect(picked).toEqual([inSalvador.location]);
  });

  test('a click on a place chooses it, and asks for nothing more', async () => {
    show();
    await find('Berl', [berlin]);
    fireEvent.click(screen.getByRole('option'));
    wait();
    expect([field().value, options(), server.requests.length]).toEqual(['Berlin, Germany', [], 1]);
  });

  test('Escape closes it, without closing the dialog around it, and an arrow opens it again', async () => {
    show();
    await find('Berl', [berlin]);
    expect(press('Escape')).toBe(false); // prevented
    expect(options()).toEqual([]);
    expect(press('Escape')).toBe(true);
    press('ArrowDown');
    expect(activeOption()).toBe('Berlin Germany');
  });

  test('without a choice, Enter takes the first place, also when it is found later', async () => {
    show();
    type('Berlin');
    submit();
    wait();
    expect(status()).toBe('Searching …');
    await answer([berlin, inSalvador]);
    expect([field().value, picked]).toEqual(['Berlin, Germany', []]);
    submit();
    expect(picked).toEqual([berlin.location]);
  });
});

describe('without a result', () => {
  test('an unknown name is reported', async () => {
    show();
    await find('Nowhere', []);
    fireEvent.blur(field());
    expect(status()).toContain('No place called “Nowhere” was found');
    submit();
    expect(picked).toEqual([]);
  });

  test('a failure is reported, and Enter searches again', async () => {
    show();
    type('Berlin');
    wait();
    await act(async () => server.requests[0]?.reject(new EarshotClientError('CONNECTION_LOST')));
    expect(status()).toContain('Can’t reach the server');
    submit();
    wait();
    await answer([berlin]);
    expect(field().value).toBe('Berlin, Germany');
  });

  test('it reports that it is offline, and searches when the connection is back', async () => {
    server.connect('offline');
    show();
    type('Berlin');
    wait();
    expect([status(), server.requests]).toEqual([expect.stringContaining('You’re offline'), []]);
    server.connect('open');

    wait();
    await answer([berlin]);
    expect(options()).toEqual(['Berlin Germany']);
  });
});
