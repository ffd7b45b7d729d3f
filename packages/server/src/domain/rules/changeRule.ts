import { EarshotError } from '@earshot/shared';
import type { Rule } from '../../store/rules.ts';
import type { RuleMirror } from './ruleMirror.ts';

interface Parts {
  readonly rules: Pick<RuleMirror, 'get' | 'lift'>;
}

/** Concurrent changes of one rule that a caller gives way to. */
const attemptsMax = 20;

/**
 * Changes the rule of that id as others may do at the same time, on any instance. `change` gets the rule in force, requires that the caller may
 * change it, and resolves to null if it was changed in between; then it is called again, with that rule.
 */
export async function changeRule<T extends object>(
  { rules }: Parts,
  id: string,
  change: (known: Rule | undefined) => Promise<T | null>,
): Promise<T> {
  for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
    const changed = await change(rules.get(id));
    if (changed !== null) return changed;
  }
  throw new EarshotError('STORE_UNAVAILABLE', { message: 'The rule is being changed by others. Please try again.' });
}

/** Lifts the rule of that id. `requireMayLift` throws if the caller may not lift the one in force. */
export async function liftRule(
  services: Parts,
  id: string,
  requireMayLift: (rule: Rule) => void | Promise<void> = () => {},
): Promise<void> {
  await changeRule(services, id, async (known) => {
    if (known === undefined) return {}; // it is lifted already
    await requireMayLift(known);
    return services.rules.lift(known);
  });
}
