import type { Claim, ClaimStore } from './claimDatabase.ts';
import { type ClaimMessage, type PageChannel, streamClaims } from './streamClaims.ts';
import { streamsMax } from './streamSlot.ts';

/** A page of a browser, with the hosts of the slots that were revoked. */
interface TestPage {
  readonly revoked: string[];
  take(host?: string): ReturnType<ReturnType<typeof streamClaims>>;
  /** From now on the page receives nothing. */
  block(): void;
  unblock(): void;
  close(): void;
  /** Ends the page without an event. */
  crash(): void;
}

/** The pages of one origin, with the store and the channel that they share. */
export function browser({ storeFails = false } = {}) {
  const stored = new Map<string, Claim>();
  const inboxes = new Set<(message: ClaimMessage) => void>();

  // Each operation takes effect at once and is answered later, as transactions of a database.
  const store: ClaimStore = {
    add: async (claim) => {
      if (storeFails) throw new Error('no database');
      const others = [...stored.values()].filter(({ host }) => host === claim.host);
      if (others.length >= streamsMax) return others;
      stored.set(claim.id, claim);
      return [];
    },
    remove: async (ids) => {
      for (const id of ids) stored.delete(id);
    },
  };

  function openChannel() {
    let isBlocked = false;
    const received: ClaimMessage[] = [];
    const deliver = () => {
      while (!isBlocked && received.length > 0) {
        const [data] = received.splice(0, 1);
        if (data) channel.onmessage?.(new MessageEvent('message', { data }));
      }
    };
    const inbox = (message: ClaimMessage) => {
      received.push(message);
      queueMicrotask(deliver);
    };
    inboxes.add(inbox);
    const channel: PageChannel = {
      onmessage: null,
      postMessage: (message) => {
        for (const other of inboxes) if (other !== inbox) other(message);
      },
    };
    const block = (blocked: boolean) => {
      isBlocked = blocked;
      deliver();
    };
    return { channel, block, close: () => inboxes.delete(inbox) };
  }

  function openPage(): TestPage {
    const { channel, block, close } = openChannel();
    const page = new EventTarget();
    const claims = streamClaims({ store, channel, page });
    const revoked: string[] = [];
    return {
      revoked,
      take: (host = 'a.example') => claims(host, () => revoked.push(host)),
      block: () => block(true),
      unblock: () => block(false),
      close: () => {
        page.dispatchEvent(new Event('pagehide'));
        close();
      },
      crash: close,
    };
  }

  return { openPage, claims: () => streamClaims({ store, channel: openChannel().channel, page: new EventTarget() }) };
}
