import {
  dateFromExtendedJson,
  dateToExtendedJson,
  decodeWire,
  type ErrorCode,
  encodeWire,
  errorCodes,
  errorEntry,
  idFromBson,
  idFromExtendedJson,
  idSchema,
  idToBson,
  idToExtendedJson,
  isId,
  isObjectId,
  newId,
  transformer,
  trpcCode,
} from '@earshot/shared';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import fc from 'fast-check';
import { BSON, ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

// Compares the wire format with the libraries it must match: the MongoDB driver's BSON, and tRPC's statuses.

const { EJSON } = BSON;
const hexId = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 });
/** BSON stores a time as 64 bits of milliseconds, so every valid Date fits. */
const date = fc.date({ noInvalidDate: true });

describe('ids', () => {
  test('are stored in a document as ObjectIds and read back', () => {
    fc.assert(
      fc.property(hexId, (id) => {
        const stored = BSON.deserialize(BSON.serialize({ _id: idToBson(ObjectId, id) }));
        expect(stored._id).toBeInstanceOf(ObjectId);
        expect(idFromBson(stored._id)).toBe(id);
      }),
    );
  });

  test.each(['here', '40.7128_-74.0060', 'ABCDEFABCDEFABCDEFABCDEF', '', 'twelve bytes'])(
    'the id %j remains text',
    (id) => {
      const stored = BSON.deserialize(BSON.serialize({ _id: idToBson(ObjectId, id) }));
      expect(stored._id).toBe(id);
      expect(idFromBson(stored._id)).toBe(id);
    },
  );

  test('that Earshot creates are ObjectIds with the time in them', () => {
    const now = Date.now();
    const id = new ObjectId(newId(now));
    expect(id.getTimestamp().getTime()).toBe(Math.floor(now / 1000) * 1000);
    expect(isId(new ObjectId().toString())).toBe(true);
  });

  test.each([null, undefined, 7, {}, { _bsontype: 'ObjectId' }, { _bsontype: 'Long', toHexString: () => '' }])(
    '%j is none',
    (value) => {
      expect(isObjectId(value)).toBe(false);
      expect(() => idFromBson(value)).toThrow(TypeError);
    },
  );

  test('are written in Extended JSON as the driverâs own library writes them', () => {
    fc.assert(
      fc.property(hexId, (id) => {
        const written = EJSON.serialize({ id: new ObjectId(id) }).id;
        expect(idToExtendedJson(id)).toEqual(written);
        expect(idFromExtendedJson(written)).toBe(id);
        expect(idFromBson(EJSON.deserialize({ id: idToExtendedJson(id) }).id)).toBe(id);
      }),
    );
  });
});

describe('dates', () => {
  test('are stored in a document and read back', () => {
    fc.assert(
      fc.property(date, (at) => {
        expect(BSON.deserialize(BSON.serialize({ at })).at).toEqual(at);
      }),
    );
  });

  test('are written in Extended JSON as the driverâs own library writes them', () => {
    fc.assert(
      fc.property(date, (at) => {
        expect(dateToExtendedJson(at)).toEqual(EJSON.serialize({ at }, { relaxed: false }).at);
        expect(EJSON.deserialize({ at: dateToExtendedJson(at) }).at).toEqual(at);
        for (const relaxed of [true, false]) {
          expect(dateFromExtendedJson(EJSON.serialize({ at }, { relaxed }).at)).toEqual(at);
        }
      }),
    );
  });
});

describe('superjson encodes the driverâs documents', () => {
  test('ObjectIds and dates at any depth arrive with their types', () => {
    fc.assert(
      fc.property(hexId, date, (id, at) => {
        const document = { _id: new ObjectId(id), at, members: [{ user: new ObjectId(id) }], none: null };
        const throughText = decodeWire(encodeWire(document));
        const throughTrpc = transformer.input.deserialize(
          JSON.parse(JSON.stringify(transformer.output.serialize(document))),
        );
        for (const arrived of [throughText, throughTrpc] as (typeof document)[]) {
          expect(idFromBson(arrived._id)).toBe(id);
          expect(idFromBson(arrived.members[0]?.user)).toBe(id);
          expect(arrived.at).toEqual(at);
          expect(arrived.none).toBe(null);
        }
      }),
    );
  });

  test('a received ObjectId can be sent and stored again', () => {
    const id = newId();
    const arrived = decodeWire(encodeWire(new ObjectId(id)));
    expect(isObjectId(arrived)).toBe(true);
    expect(idFromBson(decodeWire(encodeWire(arrived)))).toBe(id);
    expect(JSON.stringify(arrived)).toBe(JSON.stringify(id));
    expect(idToBson(ObjectId, idFromBson(arrived))).toEqual(new ObjectId(id));
  });

  test.each(['', 'x', 'ABCDEFABCDEFABCDEFABCDEF', 7, null, {}, ['a']])(
    '%j instead of the hex digits is rejected',
    (hex) => {
      const sent = { json: { messageId: hex }, meta: { values: { messageId: [['custom', 'ObjectId']] } } };
      const input = transformer.input.deserialize(JSON.parse(JSON.stringify(sent)));
      expect(z.object({ messageId: idSchema }).safeParse(input).success).toBe(false);
    },
  );
});

describe('the error table', () => {
  /** Node.js rejects such a request with its own status, before tRPC receives it. */
  const beforeTrpc = ['HEADERS_TOO_LARGE'];

  test.each((Object.keys(errorCodes) as ErrorCode[]).filter((code) => !beforeTrpc.includes(code)))(
    "%s has the HTTP status of tRPC's code",
    (code) => {
      const { http } = errorEntry(code);
      expect(http).toBe(getHTTPStatusCodeFromError(new TRPCError({ code: trpcCode(code) })));
    },
  );
});
