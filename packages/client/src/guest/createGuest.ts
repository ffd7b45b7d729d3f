import type { RouterOutputs } from '../api.ts';
import type { EarshotClient } from '../earshotClient.ts';
import { asEarshotError } from '../errors.ts';

export interface GuestOptions {
  username: string;
  /** An earlier token of the guest, who then stays the same user. */
  token?: string | undefined;
  /**
   * A random id of the browser or device, of 16 to 64 characters. Store it, for example in localStorage, and send it with each guest. The
   * server stores only a salted hash, and shows it to nobody. A ban or mute of the guest then holds under another name and at another address.
   * Tell your users that you store the id.
   */
  device?: string | undefined;
  /** Called while a proof of work is computed, with the attempts so far as a part of the average number. */
  onProgress?: ((part: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Gets a token for a guest of that name. If the server requires a proof of work (`GUEST_CHALLENGE`), computes it, in slices that leave a page
 * responsive. Rejects as `auth.guest` does.
 */
export async function createGuest(
  { trpc }: Pick<EarshotClient, 'trpc'>,
  { username, token, device, onProgress, signal }: GuestOptions,
): Promise<RouterOutputs['auth']['guest']> {
  const guest = { username, ...(token !== undefined && { token }), ...(device !== undefined && { device }) };
  try {
    return await trpc.auth.guest.mutate(guest);
  } catch (error) {
    if (asEarshotError(error).code !== 'CHALLENGE_REQUIRED') throw error;
  }
  const { solveChallenge } = await import('./solveChallenge.ts');
  const { challenge, bits } = await trpc.auth.challenge.query();
  const solution = await solveChallenge({ challenge, bits }, { onProgress, signal });
  return trpc.auth.guest.mutate({ ...guest, challenge, solution });
}
