import { createInterface } from 'node:readline/promises';
import { StartError } from '../startError.ts';

/** Asks on the terminal whether to go on, unless `--yes` was given. Throws if the answer is no, or there is no terminal. */
export async function confirm(question: string, { yes }: { yes: boolean }): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new StartError(`${question} Confirm with --yes.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new StartError('Nothing was changed.');
  } finally {
    terminal.close();
  }
}
