import { countChars, EarshotError } from '@earshot/shared';
import { withTimeout } from '../../async/withTimeout.ts';
import type { Logger } from '../../observe/logger.ts';
import { type MessageHook, type MessageVerdict, type ScreenedMessage, verdictSchema } from './messageHook.ts';

export interface MessageHooksOptions {
  /** Asked one after the other. */
  hooks: readonly MessageHook[];
  /** Milliseconds that each has. */
  timeoutMs: number;
  /** What happens with a message if a hook fails. */
  onFailure: 'allow' | 'refuse' | 'hold';
  messageMaxChars: number;
  log: Logger;
  /** Reports a call, its seconds, and whether it failed. */
  onCall: (seconds: number, failed: boolean) => void;
}

/** Milliseconds between two warnings about failures. */
const warnEveryMs = 10_000;

/** What the hooks decided about a message that they did not refuse. */
export interface HooksDecision {
  content: string;
  /** Whether a moderator decides, and the reason for the moderator. */
  isHeld: boolean;
  reason: string | null;
}

/** Asks the hooks about messages. */
export class MessageHooks {
  readonly #options: MessageHooksOptions;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(options: MessageHooksOptions) {
    this.#options = options;
  }

  get isOff(): boolean {
    return this.#options.hooks.length === 0;
  }

  /**
   * Asks all hooks, unless one refuses. Throws `MESSAGE_REFUSED`, with the reason that a hook gave, and `SCREENING_UNAVAILABLE` if a hook
   * fails and messages are refused then.
   */
  async ask(message: ScreenedMessage): Promise<HooksDecision> {
    const decision: HooksDecision = { content: message.content, isHeld: false, reason: null };
    for (const hook of this.#options.hooks) {
      const verdict = await this.#verdictOf(hook, { ...message, content: decision.content });
      if (verdict.action === 'refuse') {
        throw new EarshotError('MESSAGE_REFUSED', verdict.reason === undefined ? {} : { message: verdict.reason });
      }
      if (verdict.action === 'replace') decision.content = verdict.content;
      if (verdict.action !== 'hold') continue;
      decision.isHeld = true;
      decision.reason ??= verdict.reason ?? null;
    }
    return decision;
  }

  async #verdictOf(hook: MessageHook, message: ScreenedMessage): Promise<MessageVerdict> {
    const start = performance.now();
    let failed = true;
    try {
      const verdict = await this.#call(hook, message);
      failed = false;
      return verdict;
    } catch (error) {
      this.#warn(error);
      const { onFailure } = this.#options;
      if (onFailure === 'allow') return { action: 'allow' };
      if (onFailure === 'hold') return { action: 'hold', reason: 'The message hook failed.' };
      throw new EarshotError('SCREENING_UNAVAILABLE', { cause: error });
    } finally {
      this.#options.onCall((performance.now() - start) / 1_000, failed);
    }
  }

  async #call(hook: MessageHook, message: ScreenedMessage): Promise<MessageVerdict> {
    const { timeoutMs, messageMaxChars } = this.#options;
    const controller = new AbortController();
    const late = () => {
      controller.abort();
      return new Error(`no verdict within ${timeoutMs} ms`);
    };
    // A hook that throws at once rejects.
    const work = Promise.resolve().then(() => hook(message, { signal: controller.signal }));
    const parsed = verdictSchema.safeParse(await withTimeout(work, timeoutMs, late));
    if (!parsed.success) throw new Error('the verdict is malformed');
    const verdict = parsed.data;
    if (verdict.action === 'replace' && countChars(verdict.content) > messageMaxChars) {
      throw new Error(`the replacement has more than ${messageMaxChars} characters`);
    }
    return verdict;
  }

  #warn(err: unknown): void {
    const now = performance.now();
    if (now - this.#warnedAt < warnEveryMs) return;
    this.#warnedAt = now;
    const { log, onFailure } = this.#options;
    log.warn({ err }, `message hook failed: ${outcomes[onFailure]} meanwhile (MESSAGE_HOOK_FAILURE)`);
  }
}

const outcomes = {
  allow: 'messages are allowed',
  refuse: 'messages are refused',
  hold: 'messages wait for a moderator',
} as const;
