import type { HistoryPage } from '@earshot/shared';
import type { RoomTimeline, TimelineAction } from './roomTimeline.ts';

interface RoomPagesOptions {
  /** Queries a page of history. */
  query(range: { before?: number; after?: number; limit: number }): Promise<HistoryPage>;
  timeline(): RoomTimeline;
  dispatch(action: TimelineAction): void;
  /** Aborts when the room is closed. */
  signal: AbortSignal;
}

/** Loads pages of a room's history into its timeline, one at a time. */
export class RoomPages {
  readonly #options: RoomPagesOptions;
  #olderPage: Promise<boolean> | null = null;
  #newerPage: Promise<boolean> | null = null;
  /** Settles when no page is being loaded. */
  #pages: Promise<unknown> = Promise.resolve();

  constructor(options: RoomPagesOptions) {
    this.#options = options;
  }

  /** Loads the page before the messages shown. Resolves to whether there are more. Calls during a load share its result. */
  loadOlder(limit: number): Promise<boolean> {
    this.#olderPage ??= this.#inTurn(() => this.#loadOlder(limit)).finally(() => {
      this.#olderPage = null;
    });
    return this.#olderPage;
  }

  /** Loads the page after the messages shown. Resolves to whether there are more. Calls during a load share its result. */
  loadNewer(limit: number): Promise<boolean> {
    this.#newerPage ??= this.#inTurn(() => this.#loadNewer(limit)).finally(() => {
      this.#newerPage = null;
    });
    return this.#newerPage;
  }

  /** Replaces the messages shown by the newest ones. */
  loadNewest(limit: number): Promise<void> {
    return this.#inTurn(() => this.#loadNewest(limit));
  }

  async #loadOlder(limit: number): Promise<boolean> {
    const { query, timeline, dispatch } = this.#options;
    const { epoch, from: before } = timeline().log;
    if (before === null || !timeline().hasOlder) return false;
    const page = await query({ before, limit });
    dispatch({ type: 'olderLoaded', epoch, before, page });
    return timeline().hasOlder;
  }

  async #loadNewer(limit: number): Promise<boolean> {
    const { query, timeline, dispatch } = this.#options;
    const { epoch, to: after } = timeline().log;
    if (after === null) return false;
    const asOf = timeline().position ?? 0;
    const page = await query({ after, limit });
    dispatch({ type: 'newerLoaded', epoch, after, asOf, page });
    return timeline().hasNewer;
  }

  async #loadNewest(limit: number): Promise<void> {
    const { query, timeline, dispatch, signal } = this.#options;
    // Repeats if more changes arrived meanwhile than `outside` keeps.
    while (timeline().hasNewer && !signal.aborted) {
      const { position, log } = timeline();
      const page = await query({ limit });
      dispatch({ type: 'newestLoaded', log, asOf: position ?? 0, page });
    }
  }

  #inTurn<T>(load: () => Promise<T>): Promise<T> {
    const page = this.#pages.then(load);
    this.#pages = page.catch(() => {});
    return page;
  }
}
