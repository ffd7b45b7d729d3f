import { randomId } from '../lib/randomId.ts';
import { type Release, streamsMax } from './streamSlot.ts';

/** Messages between the pages of an origin. `time` is the wall clock's time, in milliseconds since 1970. */
type ClaimMessage =
  | { type: 'claimed'; host: string; id: string; time: number }
  /** Claims that precede the claim `to`. */
  | { type: 'preceded'; to: string; by: readonly string[] }
  | { type: 'ended'; id: string };

/** The part of a BroadcastChannel that is used. */
export interface PageChannel {
  postMessage(notice: ClaimMessage): void;
  onmessage: ((event: MessageEvent<ClaimMessage>) => void) | null;
}

interface Claim {
  readonly host: string;
  readonly id: string;
  readonly time: number;
  /** Whether it has its slot. Before that, the earlier of two claims precedes. */
  isGranted: boolean;
  /** The ids of the claims to the same host that precede it. */
  readonly preceding: Set<string>;
  /** Refuses the claim if too many precede it. */
  check(): void;
}

/** Milliseconds in which the other pages can answer. A later answer revokes the slot. */
const replyTimeoutMs = 100;

/**
 * Slots for pages without Web Locks, which plain HTTP does not have. Each page broadcasts its claim, and the others
 * answer with their own. A closed page does not answer. Without a channel, a page counts only its own streams.
 */
export function streamClaims(
  channel: PageChannel | undefined,
): (host: string, onRefused: () => void) => Promise<Release | null> {
  const claims = new Map<string, Claim>();
  const page = randomId();
  let count = 0;
  let lastTime = 0;
  const post = (notice: ClaimMessage) => channel?.postMessage(notice);
  const claimsTo = (host: string) => [...claims.values()].filter((claim) => claim.host === host);

  function end(id: string): void {
    if (claims.delete(id)) post({ type: 'ended', id });
    for (const claim of claims.values()) claim.preceding.delete(id);
  }

  function reply({ host, id, time }: Extract<ClaimMessage, { type: 'claimed' }>): void {
    const by: string[] = [];
    for (const claim of claimsTo(host)) {
      if (claim.isGranted || claim.time < time || (claim.time === time && claim.id < id)) by.push(claim.id);
      else {
        claim.preceding.add(id);
        claim.check();
      }
    }
    if (by.length > 0) post({ type: 'preceded', to: id, by });
  }

  if (channel) {
    channel.onmessage = ({ data: notice }) => {
      if (notice.type === 'claimed') reply(notice);
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
      // Keeps the claims of one page in order, even if the clock is set back.
      count += 1;
      lastTime = Math.max(lastTime, Date.now());
      const id = `${page} ${String(count).padStart(9, '0')}`;
      const claim: Claim = {
        host,
        id,
        time: lastTime,
        isGranted: false,
        preceding: new Set(claimsTo(host).map((other) => other.id)),
        check: () => {
          if (!claims.has(id) || claim.preceding.size < streamsMax) return;
          end(id);
          if (claim.isGranted) onRefused();
          else resolve(null);
        },
      };
      claims.set(id, claim);
      claim.check();
      if (!claims.has(id)) return;
      post({ type: 'claimed', host, id, time: claim.time });
      const grant = () => {
        if (!claims.has(id)) return;
        claim.isGranted = true;
        resolve(() => end(id));
      };
      if (channel) setTimeout(grant, replyTimeoutMs);
      else grant();
    });
}
