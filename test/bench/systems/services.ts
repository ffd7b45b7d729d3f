import { startMongod } from '../../services/mongod.ts';
import { startRedis } from '../../services/redis.ts';

/** The databases that systems need. Each is started on first use and shared from then on. */
export class Services implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  #mongodb: Promise<string> | null = null;
  #redis: Promise<string> | null = null;

  /** The URI of a MongoDB: MONGODB_URI, or one that is started here. */
  mongodb(): Promise<string> {
    this.#mongodb ??= this.#given('MONGODB_URI', startMongod);
    return this.#mongodb;
  }

  /** The URL of a Valkey or Redis: REDIS_URL, or one that is started here. */
  redis(): Promise<string> {
    this.#redis ??= this.#given('REDIS_URL', startRedis);
    return this.#redis;
  }

  async #given(setting: string, start: () => Promise<AsyncDisposable & { url: string }>): Promise<string> {
    return process.env[setting] || this.#stack.use(await start()).url;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}
