/**
 * The pages of this browser that share something by name. Each holds a lock of its own as long as it lives, and the
 * browser frees it however the page ends. There are locks on secure pages only (https, localhost).
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

  /** Resolves when this page counts as living, and the others were told. */
  register(): Promise<void> {
    const { signal } = this.#controller;
    return new Promise((resolve, reject) => {
      const live = () => {
        this.#channel.postMessage(this.self);
        resolve();
        return new Promise<void>((leave) => signal.addEventListener('abort', () => leave()));
      };
      navigator.locks.request(this.#lock(this.self), { signal }, live).catch(reject);
    });
  }

  /** Calls back with every page that lives now, before it resolves, or comes later. */
  async forEachTab(onTab: (tab: string) => void): Promise<void> {
    // First listen, then ask: a page that comes in between is met twice rather than never.
    this.#channel.onmessage = ({ data }: MessageEvent<string>) => onTab(data);
    const { held = [] } = await navigator.locks.query();
    const own = this.#lock('');
    for (const { name = '' } of held) {
      if (name.startsWith(own) && name !== this.#lock(this.self)) onTab(name.slice(own.length));
    }
  }

  /** Does the work if that page has gone, and tells whether it had. No other page does such work at the same time. */
  ifClosed(tab: string, work: () => Promise<unknown>): Promise<boolean> {
    return navigator.locks.request(this.#lock(tab), { ifAvailable: true }, async (lock) => {
      if (lock !== null) await work();
      return lock !== null;
    });
  }

  /** Does the work when that page has gone, unless this one leaves before. */
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
