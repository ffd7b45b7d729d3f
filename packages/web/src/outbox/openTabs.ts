/**
 * The open pages of this browser that share a name. Each holds a lock as long as it is open, and the browser releases
 * the lock however the page ends. Locks exist only on secure pages (HTTPS or localhost).
 */
export class OpenTabs {
  readonly self = crypto.randomUUID();
  readonly #name: string;
  readonly #channel: BroadcastChannel;
  readonly #controller = new AbortController();

  constructor(name: string) {
    this.#name = name;
    this.#channel = new BroadcastChannel(name);
  }

  /** Resolves when this page holds its lock and the other pages are notified. */
  register(): Promise<void> {
    const { signal } = this.#controller;
    return new Promise((resolve, reject) => {
      const hold = () => {
        this.#channel.postMessage(this.self);
        resolve();
        return new Promise<void>((release) => signal.addEventListener('abort', () => release()));
      };
      navigator.locks.request(this.#lock(this.self), { signal }, hold).catch(reject);
    });
  }

  /** Calls back with every page that is open now, before it resolves, and with every page that opens later. */
  async forEachTab(onTab: (tab: string) => void): Promise<void> {
    // Listens before it asks, so that a page that opens in between is reported twice rather than never.
    this.#channel.onmessage = ({ data }: MessageEvent<string>) => onTab(data);
    const { held = [] } = await navigator.locks.query();
    const own = this.#lock('');
    for (const { name = '' } of held) {
      if (name.startsWith(own) && name !== this.#lock(this.self)) onTab(name.slice(own.length));
    }
  }

  /** Does the work if that page is closed. Resolves to whether it was. No two pages do this work at the same time. */
  ifClosed(tab: string, work: () => Promise<unknown>): Promise<boolean> {
    return navigator.locks.request(this.#lock(tab), { ifAvailable: true }, async (lock) => {
      if (lock !== null) await work();
      return lock !== null;
    });
  }

  /** Does the work when that page closes, unless this page closes first. */
  async whenClosed(tab: string, work: () => Promise<unknown>): Promise<void> {
    const { signal } = this.#controller;
    try {
      await navigator.locks.request(this.#lock(tab), { signal }, work);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  unregister(): void {
    this.#controller.abort();
    this.#channel.close();
  }

  #lock(tab: string): string {
    return `${this.#name} ${tab}`;
  }
}
