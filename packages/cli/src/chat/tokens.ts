import { exec } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Where the tokens of a user come from: each time the server needs one, the file is read or the command runs. */
export interface TokenOptions {
  token?: string;
  tokenFile?: string;
  tokenCommand?: string;
}

/** The time limit of the command, in milliseconds. */
const timeout = 30_000;
/** The most bytes that it may print. */
const maxBuffer = 64 * 1_024;

/** Returns a function that gets a token, and prints why it can't; null without a source of tokens. */
export function tokenSource(
  { token, tokenFile, tokenCommand }: TokenOptions,
  print: (line: string) => void,
): (() => Promise<string>) | null {
  if (tokenFile !== undefined) return reporting(() => readFile(tokenFile, 'utf8'), `reading ${tokenFile}`, print);
  if (tokenCommand === undefined) return token === undefined ? null : async () => token;
  const run = async () => (await promisify(exec)(tokenCommand, { timeout, maxBuffer })).stdout;
  return reporting(run, 'the command of --token-command', print);
}

function reporting(get: () => Promise<string>, source: string, print: (line: string) => void): () => Promise<string> {
  return async () => {
    try {
      const token = (await get()).trim();
      if (token === '') throw new Error('it has no token');
      return token;
    } catch (error) {
      print(`— ${source} failed: ${error instanceof Error ? error.message.trim() : error} —`);
      throw error;
    }
  };
}
