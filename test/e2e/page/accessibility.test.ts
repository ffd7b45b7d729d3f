import { createEarshotClient, type Location } from '@earshot/client';
import { expect, test } from 'vitest';
import { violations } from '../../resources/axe.ts';
import {
  desktop,
  enterNearest,
  openBrowser,
  phone,
  pickerWords,
  say,
  type Visitor,
  words,
} from '../../resources/page.ts';
import { north, somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

/** Bob sends messages in a room there, and opens further rooms at a distance. */
async function startRoom(url: string, place: Location) {
  const bob = createEarshotClient({ url, username: 'Bob' });
  const room = await bob.watchRoom({ location: place });
  const first = await room.send('Hello, have you seen https://example.com/a-page ? 👋');
  await room.send('שלום לכולם');
  await room.react(first.id, '👍');
  const removed = await room.send('by mistake');
  await room.remove(removed.id);
  for (const metres of [700, 2_500, -4_000]) {
    await bob.watchRoom({ location: north(place, metres), searchRadius: 1 });
  }
  return { room, [Symbol.asyncDispose]: () => bob.close() };
}

const press = ({ page }: Visitor, name: string) => page.getByRole('button', { name, exact: true }).first().click();

const panels = { react: words.room.pickEmoji, delete: words.room.deleteQuestion, edit: words.room.editLabel };

const variants = [
  { device: 'a phone', colorScheme: 'light', browser: phone },
  { device: 'a phone', colorScheme: 'dark', browser: phone },
  { device: 'a desktop', colorScheme: 'light', browser: desktop },
  { device: 'a desktop', colorScheme: 'dark', browser: desktop },
] as const;

test.each(variants)(
  'on $device, $colorScheme: axe finds no violation on first visit, radar and room',
  async (variant) => {
    await using earshot = await startEmbedded();
    const { url } = earshot.a;
    const place = somewhere();
    await using _bob = await startRoom(url, place);
    await using browser = await openBrowser();
    // Without motion: axe would measure colours in the middle of a transition.
    const options = { ...variant.browser, colorScheme: variant.colorScheme, reducedMotion: 'reduce' } as const;
    const ada = await browser.visit(url, { browser: options });
    const { page } = ada;
    const violationsOf: Record<string, string[]> = {};
    const check = async (screen: string) => {
      violationsOf[screen] = await violations(page);
    };

    await page.getByLabel(words.welcome.nameLabel).waitFor();
    await check('first visit: name');
    await press(ada, words.welcome.go);
    await page.getByRole('alert').filter({ hasText: words.errors.messages.NAME_EMPTY }).waitFor();
    await check('first visit: no name');
    await page.getByLabel(words.welcome.nameLabel).fill('Ada');
    await press(ada, words.welcome.go);
    await page.getByRole('heading', { name: words.welcome.locationTitle('Ada') }).waitFor();
    await check('first visit: place');
    await press(ada, words.welcome.choose);
    await page.getByRole('dialog').waitFor();
    await check('first visit: choosing a place');
    await page.getByLabel(pickerWords.field).fill(`${place.latitude}, ${place.longitude}`);
    await press(ada, pickerWords.use);

    await page.getByRole('list', { name: words.radar.list }).getByRole('listitem').first().waitFor();
    await check('radar');
    await press(ada, words.app.settings);
    await page.getByRole('dialog').waitFor();
    await check('settings');
    await page.keyboard.press('Escape');

    await enterNearest(ada);
    await say(ada, 'Hello Bob');
    await page.getByRole('article').filter({ hasText: 'Hello Bob' }).waitFor();
    await page.getByRole('button', { name: words.room.peopleHere(2) }).waitFor();
    await check('room');
    await press(ada, words.room.peopleHere(2));
    await check('room: people');
    await page.keyboard.press('Escape');
    const own = page.getByRole('article').filter({ hasText: 'Hello Bob' });
    for (const mode of ['react', 'delete', 'edit'] as const) {
      await own.focus();
      await own.getByRole('button', { name: words.room[mode], exact: true }).press('Enter');
      await page.getByRole(mode === 'edit' ? 'textbox' : 'dialog', { name: panels[mode] }).waitFor();
      await check(`room: ${mode}`);
      await page.keyboard.press('Escape');
    }
    await ada.cut();
    await say(ada, 'Are you there?');
    await page
      .getByRole('status')
      .filter({ hasText: words.connection.offline(1) })
      .waitFor();
    await check('room, offline');

    expect(violationsOf).toEqual(Object.fromEntries(Object.keys(violationsOf).map((screen) => [screen, []])));
    expect(ada.problems).toEqual([]);
  },
);
