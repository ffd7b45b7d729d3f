import { SuperJSON } from 'superjson';

// Apart from wire.ts, whose schemas are more than a browser should load to read what a server sends.

/** What a BSON library's ObjectId has, whichever copy of the library it came from. */
interface ObjectIdLike {
  readonly _bsontype: 'ObjectId';
  toHexString(): string;
}

export const idPattern = /^[0-9a-f]{24}$/;

export function isId(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value);
}

/** An ObjectId that came over the wire: the hex text in an object that knows what it is. */
export class WireObjectId implements ObjectIdLike {
  readonly _bsontype = 'ObjectId';
  readonly #hex: string;

  /** Undefined where that is not an id. */
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

/** superjson for tRPC in a client: it trusts its server, so it checks nothing. Servers take `transformer`. */
export const clientTransformer = { input: superjson, output: superjson };
