import { LinkifyIt, type Match } from 'linkify-it';

/** A part of a message: plain text, or a link with its target. */
export interface TextPart {
  readonly text: string;
  readonly href: string | null;
}

const linkify = new LinkifyIt({ fuzzyLink: true }).add('ftp:', null).add('//', null);

const safeProtocols = new Set(['http:', 'https:', 'mailto:']);

// Characters that change the text direction can make an address look like another one.
const directionMarks = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/;

/** Splits a message into parts, in order. Joined, they are exactly its text. */
export function findLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of linkify.match(text) ?? []) {
    const href = toHref(match);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: match.raw, href });
    end = match.lastIndex;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}

function toHref({ schema, raw, url }: Match): string | null {
  // Without a scheme, "main.rs" would be a link too, so `www.` is required.
  if (directionMarks.test(raw) || (schema === '' && !/^www\./i.test(raw))) return null;
  const target = schema === '' ? `https://${raw}` : url;
  if (!URL.canParse(target)) return null;
  const { protocol, href } = new URL(target);
  return safeProtocols.has(protocol) ? href : null;
}

/** The part of an address before the host, and the host. */
const hostIn = /^((?:[a-z]+:\/\/|mailto:)?(?:[^/?#]*@)?)([^/?#:@]+)/i;

/** ASCII and Latin-1 letters, which readers of a Latin script don't mistake for others. */
const latinHost = /^[\x21-\x7eß-öø-ÿ]*$/i;

/**
 * An address as it is displayed. A host with letters that resemble others (a Cyrillic а) is shown in its ASCII form,
 * which reveals that it is another host. Such a host may use a single script, so checking for mixed scripts is not
 * enough.
 */
export function readable(address: string): string {
  return address.replace(hostIn, (whole, before: string, host: string) => {
    if (latinHost.test(host) || !URL.canParse(`http://${host}`)) return whole;
    return before + new URL(`http://${host}`).hostname;
  });
}
