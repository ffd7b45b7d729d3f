import { asEarshotError, type EarshotClient, type EarshotClientError, type RouterOutputs } from '@earshot/client';
import { useRef, useState } from 'react';
import type { Scope } from '../../sanctions/scope.ts';

type Page = RouterOutputs['moderation']['users'];
type FoundPerson = Page['users'][number];

/** Searches for users of a scope. */
export function usePeople(client: EarshotClient | null, scope: Scope) {
  const [found, setFound] = useState<(Page & { text: string }) | null>(null);
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const [isLoading, setIsLoading] = useState(false);
  /** Only the latest search counts. */
  const latest = useRef(0);

  async function load(text: string, before: Page): Promise<void> {
    if (client === null) return;
    latest.current += 1;
    const search = latest.current;
    setIsLoading(true);
    try {
      const { nextCursor: cursor } = before;
      const page = await client.trpc.moderation.users.query({ scope, text, ...(cursor !== null && { cursor }) });
      if (search !== latest.current) return;
      setFound({ text, users: withoutRepeats([...before.users, ...page.users]), nextCursor: page.nextCursor });
      setProblem(null);
    } catch (error) {
      if (search === latest.current) setProblem(asEarshotError(error));
    } finally {
      if (search === latest.current) setIsLoading(false);
    }
  }

  return {
    /** Null before the first search. */
    people: found?.users ?? null,
    problem,
    isLoading,
    find: (text: string) => load(text, { users: [], nextCursor: null }),
    loadMore: found === null || found.nextCursor === null ? null : () => load(found.text, found),
  };
}

/** A user with several names is found by each of them. */
const withoutRepeats = (people: readonly FoundPerson[]): FoundPerson[] =>
  people.filter(({ userId }, index) => people.findIndex((one) => one.userId === userId) === index);
