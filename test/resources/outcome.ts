import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from './collect.ts';

const fileIn = (folder: string) => path.join(folder, 'outcome.json');

/** Writes the outcome of the work into the folder, for the processes that wait for it with `untilDone`. Never rejects. */
export async function recordOutcome(folder: string, work: Promise<void>): Promise<void> {
  const error = await work.then(
    () => null,
    (reason: unknown) => String(reason),
  );
  await writeFile(`${fileIn(folder)}.part`, JSON.stringify({ error }));
  await rename(`${fileIn(folder)}.part`, fileIn(folder));
}

/** Resolves when the work on the folder is done, in whichever process. Rejects with its error. */
export async function untilDone(folder: string, timeoutMs: number): Promise<void> {
  let text = '';
  await eventually(async () => {
    text = await readFile(fileIn(folder), 'utf8').catch(() => '');
    return text !== '';
  }, timeoutMs);
  const { error }: { error: string | null } = JSON.parse(text);
  if (error !== null) throw new Error(error);
}
