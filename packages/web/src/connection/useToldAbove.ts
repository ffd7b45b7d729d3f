import { useConnectionState } from '@earshot/client/react';
import { type ProblemCause, remedyFor } from '../errors/remedy.ts';

/**
 * Tells whether the banner has told of a problem already: one of who somebody is concerns everything on the page, and
 * what there is to do about it is to be done once.
 */
export function useToldAbove(): (cause: ProblemCause) => boolean {
  const { error } = useConnectionState();
  const refused = error !== null && remedyFor(error) === 'renew';
  return (cause) => refused && remedyFor(cause) === 'renew';
}
