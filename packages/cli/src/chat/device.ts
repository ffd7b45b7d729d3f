import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** The file with the device id, in the user's folder for configuration. */
const defaultFile = () => path.join(homedir(), '.config', 'earshot', 'device');

/** Maximum characters of a damaged id. A file with more is something else, named by mistake: it is not replaced. */
const damagedChars = 100;

/**
 * Returns the random id of this device, which is created on first use. It is sent to the server with the name of a guest: sanctions of a guest
 * hold for the next guest with the same id.
 */
export async function deviceId(file = defaultFile()): Promise<string> {
  const stored = await read(file);
  if (stored !== null && isDeviceId(stored)) return stored;
  const made = randomBytes(16).toString('hex');
  try {
    await store(file, made, stored !== null && stored.length <= damagedChars ? rename : link);
    return made;
  } catch {
    // Another chat has just stored its id. Or the file is not accessible: then the id lasts as long as this chat.
    const other = await read(file);
    return other !== null && isDeviceId(other) ? other : made;
  }
}

/** Stores the id at once as a whole, so that no other chat reads a part of it. `move`: `link` fails if there is a file already. */
async function store(file: string, id: string, move: typeof link): Promise<void> {
  const complete = `${file}.${id}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(complete, `${id}\n`, { flag: 'wx', mode: 0o600 });
  try {
    await move(complete, file);
  } finally {
    await rm(complete, { force: true });
  }
}

const isDeviceId = (text: string) => /^[0-9a-z]{16,64}$/.test(text);

/** The text of the file; null if there is none. */
const read = (file: string): Promise<string | null> =>
  readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
