import type { OutboxStore } from '@earshot/client';
import { OpenTabs } from './openTabs.ts';
import { OutboxDatabase, withoutPage } from './outboxDatabase.ts';

/** The database of the page's outbox. */
export const outboxName = 'earshot-outbox';

/**
 * Stores unsent messages in this browser. Each client needs an outbox of its own. Each open page sends its own
 * messages; when it closes, another open page, or the next one that opens, takes over the rest. On an insecure page no
 * locks exist, so it can't know which pages are open: it sends all stored messages when it opens. The server
 * deduplicates messages by their id.
 */
export function indexedDbOutbox(name = outboxName): OutboxStore {
  const database = new OutboxDatabase(name);
  const tabs = 'locks' in navigator ? new OpenTabs(name) : null;
  const self = tabs?.self ?? '';
  return {
    load: async (sender, adopt) => {
      await database.deleteExpired();
      if (tabs === null) return (await database.list(sender)).map(withoutPage);
      const takeOver = (from: string) => database.handOver({ sender, from, to: self });
      const takeOverWhenClosed = (page: string) => {
        // If this fails, the next page that opens tries again.
        tabs.whenClosed(page, async () => adopt((await takeOver(page)).map(withoutPage))).catch(() => {});
      };
      await tabs.register();
      await tabs.forEachTab(takeOverWhenClosed);
      const pages = new Set((await database.list(sender)).map(({ page }) => page));
      pages.delete(self);
      for (const page of pages) {
        if (!(await tabs.ifClosed(page, () => takeOver(page)))) takeOverWhenClosed(page);
      }
      return (await database.list(sender)).filter(({ page }) => page === self).map(withoutPage);
    },
    put: (message) => database.put({ ...message, page: self }),
    remove: (clientMessageId) => database.remove(clientMessageId),
    close: async () => {
      tabs?.unregister();
      await database.close();
    },
  };
}
