import type { GuestChallenge } from '@earshot/shared';
import { sha256 } from './sha256.ts';

/** Milliseconds of computing between two pauses, in which a page handles events. */
const sliceMs = 8;
/** Attempts between two looks at the clock. */
const attemptsAtOnce = 64;

export interface SolveOptions {
  /** Called with the number of attempts so far, as a part of the average number: usually from 0 to 1, sometimes more. */
  onProgress?: ((part: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Finds a solution of the challenge by trying numbers. Rejects with the reason of `signal` when it aborts. */
export async function solveChallenge(
  { challenge, bits }: Pick<GuestChallenge, 'challenge' | 'bits'>,
  { onProgress, signal }: SolveOptions = {},
): Promise<string> {
  const encoder = new TextEncoder();
  let pauseAt = performance.now() + sliceMs;
  for (let attempt = 0; ; attempt += 1) {
    const [first = 0] = sha256(encoder.encode(`${challenge}:${attempt}`));
    if (bits === 0 || first >>> (32 - bits) === 0) return String(attempt);
    if (attempt % attemptsAtOnce !== 0 || performance.now() < pauseAt) continue;
    onProgress?.(attempt / 2 ** bits);
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    pauseAt = performance.now() + sliceMs;
  }
}
