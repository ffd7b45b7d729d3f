import { constants, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Copies the folder of that name from `keep` to `target`, after filling it if it does not exist. */
export async function copyOfKept(
  { keep, name, target }: { keep: string; name: string; target: string },
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const kept = join(keep, name);
  if (!existsSync(kept)) {
    const unfinished = `${kept}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await fill(unfinished);
    renameSync(unfinished, kept);
  }
  cpSync(kept, target, { recursive: true, mode: constants.COPYFILE_FICLONE });
}
