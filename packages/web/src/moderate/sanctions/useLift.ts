import { asEarshotError, type EarshotClientError, type RouterOutputs } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useState } from 'react';
import { useSanctionsText } from '../../text/useSanctionsText.ts';

export type Sanction = RouterOutputs['moderation']['sanctions'][number];

/** Lifts sanctions. `onLifted` receives a sentence that says so. */
export function useLift(onLifted: (message: string) => void) {
  const text = useSanctionsText();
  const client = useEarshot();
  const [problem, setProblem] = useState<EarshotClientError | null>(null);

  async function lift({ id }: Sanction, label: string): Promise<void> {
    try {
      await client?.trpc.moderation.lift.mutate({ sanctionId: id });
      setProblem(null);
      onLifted(text.lifted(label));
    } catch (error) {
      setProblem(asEarshotError(error));
    }
  }

  return { problem, lift };
}
