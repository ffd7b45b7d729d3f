import { constants, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Copies the folder of that name from `keep` to `target`. Fills it first if it does not exist. */
export async function copyKeptData(
  { keep, name, target }: { keep: string; name: string; target: string },
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const source = join(keep, name);
  if (!existsSync(source)) {
    const unfinished = `${source}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await fill(unfinished);
    renameSync(unfinished, source);
  }
  cpSync(source, target, { recursive: true, mode: constants.COPYFILE_FICLONE });
}
