import { LinkifyIt, type Match } from 'linkify-it';

/** A piece of a message: plain text, or a link with where it leads. */
export interface TextPart {
  readonly text: string;
  readonly href: string | null;
}

const linkify = new LinkifyIt({ fuzzyLink: true }).add('ftp:', null).add('//', null);

const safe = new Set(['http:', 'https:', 'mailto:']);

// Characters that change the direction of what follows can make an address look like another one.
const turning = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/;

/** The pieces of a message in order; together they are its text to the letter. */
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
  // Without a scheme "main.rs" would be a link too: `www.` says that one is meant.
  if (turning.test(raw) || (schema === '' && !/^www\./i.test(raw))) return null;
  const target = schema === '' ? `https://${raw}` : url;
  if (!URL.canParse(target)) return null;
  const { protocol, href } = new URL(target);
  return safe.has(protocol) ? href : null;
}

/** What comes before the host of an address, and the host. */
const hostIn = /^((?:[a-z]+:\/\/|mailto:)?(?:[^/?#]*@)?)([^/?#:@]+)/i;

/** ASCII and Latin-1: letters that no reader of a Latin script takes for another one. */
const familiar = /^[\x21-\x7eß-öø-ÿ]*$/i;

/**
 * An address as it is to be read: a host with letters that may pass for others (a Cyrillic а) stands in its ASCII form, by
 * which it is known to be another one. Many such letters are each of one script, so that a mixture alone is no measure.
 */
export function readable(address: string): string {
  return address.replace(hostIn, (whole, before: string, host: string) => {
    if (familiar.test(host) || !URL.canParse(`http://${host}`)) return whole;
    return before + new URL(`http://${host}`).hostname;
  });
}
