import { useConnectionState } from '@earshot/client/react';
import { type ProblemCause, recoveryFor } from '../errors/recovery.ts';

/**
 * Returns whether the banner already shows a problem. A problem with the identity concerns the whole page, so its
 * recovery is offered only once.
 */
export function useShownInBanner(): (cause: ProblemCause) => boolean {
  const { error } = useConnectionState();
  const isIdentityRefused = error !== null && recoveryFor(error) === 'renew';
  return (cause) => isIdentityRefused && recoveryFor(cause) === 'renew';
}
