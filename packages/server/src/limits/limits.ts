/** The tokens that an instance took from a bucket since its last report. */
export interface BucketUsage {
  /** The bucket's id, the same on all instances. */
  bucket: string;
  /** Tokens per second, and the maximum number of tokens. */
  rate: number;
  burst: number;
  /** Number of tokens; negative if more were returned than taken. */
  taken: number;
}

/** Maximum debt of a shared bucket, in bursts: instances that report at once may take more than there is. */
export const debtBursts = 32;

/** Token buckets that all instances share. A bucket that nobody took from is full. */
export interface SharedBuckets {
  readonly kind: 'local' | 'redis' | 'redis-cluster';
  /**
   * Takes tokens, even below zero, and resolves to the number that is left in each bucket, in the same order; null for a bucket that can't be
   * reached. Never rejects, and resolves within two seconds. A call whose answer is lost may have taken its tokens.
   */
  take(usages: readonly BucketUsage[]): Promise<readonly (number | null)[]>;
  /** Null for a deployment of one instance, which needs no shared sets. */
  readonly recents: SharedRecents | null;
  close(): Promise<void>;
}

/** The use of values in a set of recently used ones. */
export interface RecentUse {
  /** The set's id, the same on all instances. */
  set: string;
  /** At least one. All but the last are noted whatever `max` is. */
  values: readonly string[];
  /** Milliseconds for which a value counts after its last use. */
  windowMs: number;
  /** Maximum number of values in the set. Beyond it, the last value is only noted if the set has it already. */
  max: number;
}

/** Sets of recently used values that all instances share. */
export interface SharedRecents {
  /**
   * Notes the use of the values. Resolves to 0 if the last one was noted, otherwise to the milliseconds until it can be; to null if the set can't
   * be reached. Never rejects, and resolves within two seconds.
   */
  use(use: RecentUse): Promise<number | null>;
}
