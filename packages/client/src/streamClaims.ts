import { randomId } from './randomId.ts';
import { type Release, streamsMax } from './streamSlot.ts';

/** What the pages of an origin say to each other. `asked` is the wall clock's time, in milliseconds since 1970. */
type Notice =
  | { type: 'claimed'; host: string; id: string; asked: number }
  /** Claims that come before the claim `to`. */
  | { type: 'preceded'; to: string; by: readonly string[] }
  | { type: 'ended'; id: string };

/** What is used of a BroadcastChannel. */
export interface PageChannel {
  postMessage(notice: Notice): void;
  onmessage: ((event: MessageEvent<Notice>) => void) | null;
}

interface Claim {
  readonly host: string;
  readonly id: string;
  readonly asked: number;
  /** Whether it has its slot. Until then, of two claims the one that asked first precedes. */
  held: boolean;
  /** The ids of the claims to the same host that precede it. */
  readonly preceding: Set<string>;
  /** Refuses the claim if too many precede it. */
  check(): void;
}

/** How long the other pages have to answer, in milliseconds. An answer that comes later takes the slot back. */
const answerMs = 100;

/**
 * Slots for pages that have no Web Locks, because they came over plain HTTP: each page tells the others of its claim, and those
 * answer with their own. A page that has ended does not answer. Without a channel, pages count their own streams alone.
 */
export function streamClaims(
  channel: PageChannel | undefined,
): (host: string, onRefused: () => void) => Promise<Release | null> {
  const claims = new Map<string, Claim>();
  const page = randomId();
  let count = 0;
  let lastAsked = 0;
  const post = (notice: Notice) => channel?.postMessage(notice);
  const to = (host: string) => [...claims.values()].filter((claim) => claim.host === host);

  function end(id: string): void {
    if (claims.delete(id)) post({ type: 'ended', id });
    for (const claim of claims.values()) claim.preceding.delete(id);
  }

  function answer({ host, id, asked }: Extract<Notice, { type: 'claimed' }>): void {
    const by: string[] = [];
    for (const claim of to(host)) {
      if (claim.held || claim.asked < asked || (claim.asked === asked && claim.id < id)) by.push(claim.id);
      else {
        claim.preceding.add(id);
        claim.check();
      }
    }
    if (by.length > 0) post({ type: 'preceded', to: id, by });
  }

  if (channel) {
    channel.onmessage = ({ data: notice }) => {
      if (notice.type === 'claimed') answer(notice);
      else if (notice.type === 'ended') end(notice.id);
      else {
        const claim = claims.get(notice.to);
        for (const id of notice.by) claim?.preceding.add(id);
        claim?.check();
      }
    };
  }

  return (host, onRefused) =>
    new Promise((resolve) => {
      // The claims of one page are in order, whatever the clock does.
      count += 1;
      lastAsked = Math.max(lastAsked, Date.now());
      const id = `${page} ${String(count).padStart(9, '0')}`;
      const claim: Claim = {
        host,
        id,
        asked: lastAsked,
        held: false,
        preceding: new Set(to(host).map((other) => other.id)),
        check: () => {
          if (!claims.has(id) || claim.preceding.size < streamsMax) return;
          end(id);
          if (claim.held) onRefused();
          else resolve(null);
        },
      };
      claims.set(id, claim);
      claim.check();
      if (!claims.has(id)) return;
      post({ type: 'claimed', host, id, asked: claim.asked });
      const hold = () => {
        if (!claims.has(id)) return;
        claim.held = true;
        resolve(() => end(id));
      };
      if (channel) setTimeout(hold, answerMs);
      else hold();
    });
}
