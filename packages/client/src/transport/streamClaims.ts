import { randomId } from '../lib/randomId.ts';
import type { Claim, ClaimStore } from './claimDatabase.ts';
import { type Release, streamsMax } from './streamSlot.ts';

/** Messages between the pages of an origin. The ids are those of claims. */
export type ClaimMessage =
  | { type: 'asked'; ids: readonly string[] }
  /** The answer: a page is open and has these claims. */
  | { type: 'held'; ids: readonly string[] }
  | { type: 'ended'; ids: readonly string[] }
  /** The claims were removed, because no page answered for them. */
  | { type: 'revoked'; ids: readonly string[] };

/** The part of a BroadcastChannel that is used. */
export interface PageChannel {
  postMessage(message: ClaimMessage): void;
  onmessage: ((event: MessageEvent<ClaimMessage>) => void) | null;
}

interface OwnClaim extends Claim {
  isGranted: boolean;
  onRefused(): void;
}

interface Question {
  readonly unanswered: Set<string>;
  readonly asked: readonly string[];
  /** Ends the question. `ended`: the claims that no page has any more. */
  settle(ended: readonly string[]): void;
}

/**
 * The time in which a page must answer for its claims. The seconds are counted one by one: after a sleep of the device, a single
 * timer would end before the answers are received.
 */
const answerTimeout = { ticks: 5, tickMs: 1_000 };

/**
 * Slots for pages without Web Locks, which plain HTTP does not have. All pages add their claims to one store, which admits four
 * for each host. When it is full, the pages are asked for their claims, and those of a crashed page are removed. A page
 * that is blocked for too long to answer loses its slots as well; its streams end when it runs again. Without
 * `shared`, or while its store fails, a page counts only its own streams.
 */
export function streamClaims(
  shared: { store: ClaimStore; channel: PageChannel; page: EventTarget } | null,
): (host: string, onRefused: () => void) => Promise<Release | null> {
  const own = new Map<string, OwnClaim>();
  const questions = new Set<Question>();

  /** The page's own claims that have a slot: to one host, or all. */
  const grantedTo = (host?: string) =>
    [...own.values()].filter((claim) => claim.isGranted && (host === undefined || claim.host === host));

  function end(ids: readonly string[]): void {
    for (const id of ids) own.delete(id);
    if (ids.length === 0) return;
    shared?.store.remove(ids).catch(() => {}); // the next page that needs a slot finds that nobody has it
    shared?.channel.postMessage({ type: 'ended', ids });
  }

  if (shared) {
    const { channel, page } = shared;
    channel.onmessage = ({ data: { type, ids } }) => {
      if (type === 'asked') {
        const held = ids.filter((id) => own.has(id));
        if (held.length > 0) channel.postMessage({ type: 'held', ids: held });
      } else if (type === 'revoked') {
        for (const id of ids) {
          const claim = own.get(id);
          own.delete(id);
          claim?.onRefused();
        }
      } else for (const question of [...questions]) answer(question, type, ids);
    };
    page.addEventListener('pagehide', () => end(grantedTo().map(({ id }) => id)));
  }

  function answer({ unanswered, asked, settle }: Question, type: 'held' | 'ended', ids: readonly string[]): void {
    for (const id of ids) unanswered.delete(id);
    if (type === 'ended' && asked.some((id) => ids.includes(id))) settle(ids);
    else if (unanswered.size === 0) settle([]);
  }

  /** Resolves to the claims that no page has any more; to none if their pages hold them all. */
  function findEnded(asked: readonly string[], channel: PageChannel): Promise<readonly string[]> {
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout>;
      const question: Question = {
        asked,
        unanswered: new Set(asked),
        settle: (ended) => {
          clearTimeout(timer);
          questions.delete(question);
          resolve(ended);
        },
      };
      const wait = (ticks: number) => {
        if (ticks === 0) return question.settle([...question.unanswered]);
        timer = setTimeout(() => wait(ticks - 1), answerTimeout.tickMs);
      };
      questions.add(question);
      channel.postMessage({ type: 'asked', ids: asked });
      wait(answerTimeout.ticks);
    });
  }

  function occupiedByOwn(host: string): readonly Claim[] {
    const granted = grantedTo(host);
    return granted.length < streamsMax ? [] : granted;
  }

  /** Grants the claim a slot. If none is free, resolves to the claims that have them. */
  async function grant(claim: OwnClaim): Promise<readonly Claim[]> {
    const { id, host } = claim;
    // A browser may refuse to store anything.
    const stored = await shared?.store.add({ id, host }).catch(() => undefined);
    const occupied = stored ?? occupiedByOwn(host);
    claim.isGranted = occupied.length === 0;
    return occupied;
  }

  /** Grants the claim a slot, unless open pages have all of them. */
  async function take(claim: OwnClaim): Promise<void> {
    for (;;) {
      const occupied = await grant(claim);
      const foreign = occupied.map(({ id }) => id).filter((id) => !own.has(id));
      if (foreign.length === 0 || shared === null) return;
      const ended = await findEnded(foreign, shared.channel);
      if (ended.length === 0) return;
      await shared.store.remove(ended);
      shared.channel.postMessage({ type: 'revoked', ids: ended });
    }
  }

  return async (host, onRefused) => {
    const id = randomId();
    const claim: OwnClaim = { id, host, isGranted: false, onRefused };
    own.set(id, claim);
    try {
      await take(claim);
    } finally {
      if (!claim.isGranted) own.delete(id);
    }
    return claim.isGranted ? () => end([id]) : null;
  };
}
