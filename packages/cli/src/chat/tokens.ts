import { exec } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StartError } from '../startError.ts';

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

/**
 * Resolves to a function that gets a token; null without a source of tokens. The first token is read here. If that fails, the promise
 * rejects, because the file or the command is probably wrong. Later failures are printed, and the client tries again.
 */
export async function openTokenSource(
  options: TokenOptions,
  print: (line: string) => void,
): Promise<(() => Promise<string>) | null> {
  const read = tokenReader(options);
  if (read === null) return null;
  let first: string | null = await read();
  return async () => {
    const unused = first;
    first = null;
    if (unused !== null) return unused;
    return read().catch((error: unknown) => {
      print(`— ${error instanceof Error ? error.message : error} —`);
      throw error;
    });
  };
}

function tokenReader({ tokenFile, tokenCommand }: TokenOptions): (() => Promise<string>) | null {
  if (tokenFile !== undefined) return withSource(() => readFile(tokenFile, 'utf8'), `reading ${tokenFile}`);
  if (tokenCommand === undefined) return null;
  const run = async () => (await promisify(exec)(tokenCommand, { timeout, maxBuffer })).stdout;
  return withSource(run, 'the command of --token-command');
}

/** Returns a function that reads a token. Rejects with an error that names the source. */
function withSource(get: () => Promise<string>, source: string): () => Promise<string> {
  return async () => {
    try {
      const token = (await get()).trim();
      if (token === '') throw new Error('it has no token');
      return token;
    } catch (cause) {
      throw new StartError(`${source} failed: ${cause instanceof Error ? cause.message.trim() : cause}`, { cause });
    }
  };
}
