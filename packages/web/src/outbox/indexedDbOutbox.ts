import type { OutboxStore } from '@earshot/client';
import { OpenTabs } from './openTabs.ts';
import { OutboxDatabase, withoutPage } from './outboxDatabase.ts';

/** The database of the page's outbox. */
export const outboxName = 'earshot-outbox';

/**
 * Keeps what waits to be sent in this browser. Each client needs one of its own. Of several pages, each sends what it
 * put; what it leaves when it is closed goes to one of the others, or to the next page that opens.
 *
 * On a page that is not secure there is no telling who lives: a page then sends all that waits when it opens. The server
 * knows a message by its id, so what two pages send comes once.
 */
export function indexedDbOutbox(name = outboxName): OutboxStore {
  const database = new OutboxDatabase(name);
  const tabs = 'locks' in navigator ? new OpenTabs(name) : null;
  const self = tabs?.self ?? '';
  return {
    load: async (sender, adopt) => {
      await database.forgetOld();
      if (tabs === null) return (await database.list(sender)).map(withoutPage);
      const takeOver = (from: string) => database.handOver({ sender, from, to: self });
      const inherit = (page: string) => {
        // What fails here is tried again by the next page that opens.
        tabs.whenClosed(page, async () => adopt((await takeOver(page)).map(withoutPage))).catch(() => {});
      };
      await tabs.register();
      await tabs.forEachTab(inherit);
      const left = new Set((await database.list(sender)).map(({ page }) => page));
      left.delete(self);
      for (const page of left) {
        if (!(await tabs.ifClosed(page, () => takeOver(page)))) inherit(page);
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
