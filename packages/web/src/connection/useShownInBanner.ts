import { useConnectionState } from '@earshot/client/react';
import { type ProblemCause, recoveryFor } from '../errors/recovery.ts';

/**
 * Tells whether the banner has told of a problem already: one of who somebody is concerns everything on the page, and
 * what there is to do about it is to be done once.
 */
export function useShownInBanner(): (cause: ProblemCause) => boolean {
  const { error } = useConnectionState();
  const refused = error !== null && recoveryFor(error) === 'renew';
  return (cause) => refused && recoveryFor(cause) === 'renew';
}
