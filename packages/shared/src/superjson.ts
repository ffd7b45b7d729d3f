import { SuperJSON } from 'superjson';

// Separate from wire.ts, because a browser should not load its schemas to decode a server's responses.

/** The interface of an ObjectId from any copy of the BSON library. */
interface ObjectIdLike {
  readonly _bsontype: 'ObjectId';
  toHexString(): string;
}

export const idPattern = /^[0-9a-f]{24}$/;

export function isId(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value);
}

/** A decoded ObjectId: its hex text as an object, so that it is encoded as an ObjectId again. */
export class WireObjectId implements ObjectIdLike {
  readonly _bsontype = 'ObjectId';
  readonly #hex: string;

  /** Returns undefined if `hex` is not an id. */
  static of(hex: unknown): WireObjectId | undefined {
    return isId(hex) ? new WireObjectId(hex) : undefined;
  }

  constructor(hex: string) {
    if (!isId(hex)) throw new TypeError('not an id of 24 hex digits');
    this.#hex = hex;
  }

  toHexString(): string {
    return this.#hex;
  }

  toString(): string {
    return this.#hex;
  }

  toJSON(): string {
    return this.#hex;
  }
}

export function isObjectId(value: unknown): value is ObjectIdLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    '_bsontype' in value &&
    value._bsontype === 'ObjectId' &&
    'toHexString' in value &&
    typeof value.toHexString === 'function'
  );
}

export const superjson = new SuperJSON();
superjson.registerCustom<ObjectIdLike, string>(
  { isApplicable: isObjectId, serialize: (id) => id.toHexString(), deserialize: (hex) => new WireObjectId(hex) },
  'ObjectId',
);

/** superjson for tRPC clients. It validates nothing, because a client trusts its server. Servers use `transformer`. */
export const clientTransformer = { input: superjson, output: superjson };
