import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deviceId } from './device.ts';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'earshot-device-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('the id of a device is created once, also by chats that start at the same time, and only its user can read it', async () => {
  const folder = await newFolder();
  const file = path.join(folder, 'config', 'earshot', 'device');
  const ids = await Promise.all(Array.from({ length: 8 }, () => deviceId(file)));
  expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(1);
  expect(await deviceId(file)).toBe(ids[0]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(path.dirname(file))).toEqual(['device']);
  expect(await deviceId(path.join(folder, 'other'))).not.toBe(ids[0]);
});

test.each(['', 'short', 'x'.repeat(65), 'Not an id, by far'])(
  'the content %j of the file is replaced by an id',
  async (text) => {
    const file = path.join(await newFolder(), 'device');
    await writeFile(file, text);
    const id = await deviceId(file);
    expect(await readFile(file, 'utf8')).toBe(`${id}\n`);
    expect(await deviceId(file)).toBe(id);
  },
);

test('a file that contains something else is not replaced', async () => {
  const file = path.join(await newFolder(), 'notes');
  const notes = 'Call the landlord.\n'.repeat(10);
  await writeFile(file, notes);
  expect(await deviceId(file)).toMatch(/^[0-9a-f]{32}$/);
  expect(await readFile(file, 'utf8')).toBe(notes);
});

test('without access to the file, a chat has an id all the same', async () => {
  const folder = await newFolder();
  const file = path.join(folder, 'device');
  await mkdir(file);
  const id = await deviceId(file);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(await deviceId(file)).not.toBe(id);
  expect(await readdir(folder)).toEqual(['device']);
});
