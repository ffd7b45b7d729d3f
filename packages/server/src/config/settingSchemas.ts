import { isIP } from 'node:net';
import { usernameSchema } from '@earshot/shared';
import { z } from 'zod';
import { type AddressRange, rangesOf } from '../ipAddress.ts';
import { fetchedUrlProblem, redisUrlProblem } from './connectionStrings.ts';

/** Schemas for the values of environment variables. Each error completes a sentence that begins with the variable's name. */

/** The proxies whose forwarded headers are trusted: their number in front of the server, or their addresses. 0: none. */
export type TrustProxy = number | readonly AddressRange[];

/** A number in decimal notation, between two bounds. */
export function number({
  min,
  max = Number.POSITIVE_INFINITY,
  whole = true,
}: {
  min: number;
  max?: number;
  whole?: boolean;
}) {
  const kind = whole ? 'a whole number' : 'a number';
  const range = max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
  return z
    .string()
    .refine((text) => /^\d+(\.\d+)?$/.test(text) && fits(Number(text)), { error: `must be ${kind} ${range}` })
    .transform(Number);

  function fits(value: number): boolean {
    return value >= min && value <= max && (!whole || Number.isInteger(value));
  }
}

export function oneOf<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words, { error: `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });
}

/** Number of processes that share the port; `auto`: one for each core available to this process. */
export const workers = z
  .string()
  .refine((text) => text === 'auto' || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 256), {
    error: 'must be auto or a whole number from 1 to 256',
  })
  .transform((text) => (text === 'auto' ? 'auto' : Number(text)));

export const flag = oneOf('true', 'false', '1', '0').transform((text) => text === 'true' || text === '1');
/** A text for which `problemOf` returns null. */
export const checked = (problemOf: (text: string) => string | null) =>
  z.string().superRefine((text, context) => {
    const message = problemOf(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
const webhookSecretProblem =
  'must be whsec_ and 24 to 64 random bytes in base64, as from: echo whsec_$(openssl rand -base64 32)';
export const secret = z.string().min(32, 'must have at least 32 characters (256 bits, as HS256 requires)');
/** `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks writes secrets: the bytes. */
export const webhookSecret = z
  .string()
  .regex(/^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, webhookSecretProblem)
  .transform((text) => Buffer.from(text.slice('whsec_'.length), 'base64'))
  .refine(({ length }) => length >= 24 && length <= 64, webhookSecretProblem);
export const parts = (text: string) => text.split(',').map((part) => part.trim());
export const redisUrls = checked((text) => {
  const problem = parts(text)
    .map(redisUrlProblem)
    .find((one) => one !== null);
  return problem === undefined ? null : `${problem}; or, for a cluster, several URLs, separated by commas`;
});
export const tileUrl = checked(fetchedUrlProblem).refine(
  (text) => (text.match(/{.*?}/g) ?? []).sort().join() === '{x},{y},{z}',
  {
    error: 'must have {z}, {x} and {y} in it once, and no other {…}, like https://tiles.example/{z}/{x}/{y}.png',
  },
);
const origin = z.string().refine(isOrigin, {
  error: ({ input }) => `“${String(input)}” is not an origin; write it like https://chat.example.com`,
});
export const origins = z.string().transform(parts).pipe(z.array(origin));
const userName = z.string().transform((text, context) => {
  const name = usernameSchema.safeParse(text);
  if (name.success && /[\p{L}\p{N}]/u.test(name.data)) return name.data;
  const message = `“${text}” is not a name of a user; write names with letters or digits, separated by commas`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});
export const userNames = z.string().transform(parts).pipe(z.array(userName).max(1_000, 'must have at most 1000 names'));
const hostName = z
  .string()
  .toLowerCase()
  .refine((text) => text === '*' || isIP(text) !== 0 || /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(text), {
    error: ({ input }) => `“${String(input)}” is not a name or address without a port; write it like chat.example.com`,
  });
export const hostNames = z.string().transform(parts).pipe(z.array(hostName));

/** Whether a text is an origin as browsers write it, including those of apps in web views (`capacitor://localhost`); `*`: any. */
function isOrigin(text: string): boolean {
  if (text === '*') return true;
  if (!URL.canParse(text)) return false;
  return /^https?:/.test(text)
    ? new URL(text).origin === text
    : /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]*(:\d+)?$/.test(text);
}

export const trustProxy = z
  .string()
  .refine(
    (text) => /^([0-9]|[1-2][0-9]|3[0-2])$/.test(text) || parts(text).every((part) => rangesOf(part).length > 0),
    {
      error:
        'must be the number of proxies in front, from 0 to 32, or their addresses or CIDR ranges, separated by commas (loopback, linklocal and uniquelocal stand for such ranges)',
    },
  )
  .transform((text): TrustProxy => (/^\d+$/.test(text) ? Number(text) : parts(text).flatMap(rangesOf)));
