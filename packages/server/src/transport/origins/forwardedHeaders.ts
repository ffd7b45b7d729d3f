import type { IncomingHttpHeaders } from 'node:http';
import { type IpAddress, parseAddress } from '../../ipAddress.ts';

/** One hop, as described by the proxy that received the request from it. */
export interface ForwardedHop {
  /** Null if the address is hidden, unknown or malformed. */
  address: IpAddress | null;
  host?: string | undefined;
  protocol?: string | undefined;
}

/** Maximum hops read from one header, counted from the server: a request has few, but a header may list a thousand. */
const hopsMax = 32;

export function hasForwardedHeaders(headers: IncomingHttpHeaders): boolean {
  return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
}

/** The hops in `X-Forwarded-For`, `-Host` and `-Proto`, nearest to the server first. */
export function readXForwarded(headers: IncomingHttpHeaders): ForwardedHop[] {
  const addresses = listed(headers['x-forwarded-for']);
  const hosts = listed(headers['x-forwarded-host']);
  const protocols = listed(headers['x-forwarded-proto']);
  // A proxy that replaces a header instead of appending to it leaves one value for all hops.
  const at = (values: string[], i: number) => values[Math.min(i, values.length - 1)];
  return addresses.map((node, i) => ({
    address: addressOf(node),
    host: at(hosts, i),
    protocol: at(protocols, i)?.toLowerCase(),
  }));
}

/** The hops in `Forwarded` (RFC 7239), nearest to the server first. */
export function readForwarded(headers: IncomingHttpHeaders): ForwardedHop[] {
  if (headers.forwarded === undefined) return [];
  return splitOutsideQuotes(headers.forwarded, ',').slice(-hopsMax).toReversed().map(readElement);
}

/** A malformed element has no address: a quote opened by the client may swallow what a proxy appended. */
function readElement(element: string): ForwardedHop {
  const parameters = new Map<string, string>();
  for (const pair of splitOutsideQuotes(element, ';')) {
    const [, name, token, quoted] = /^\s*([\w-]+)=(?:([^\s"\\]+)|"((?:[^"\\]|\\.)*)")\s*$/.exec(pair) ?? [];
    if (name === undefined) return { address: null };
    parameters.set(name.toLowerCase(), token ?? (quoted ?? '').replace(/\\(.)/g, '$1'));
  }
  return {
    address: addressOf(parameters.get('for') ?? ''),
    host: parameters.get('host'),
    protocol: parameters.get('proto')?.toLowerCase(),
  };
}

function listed(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join() : (header ?? '');
  return text === ''
    ? []
    : text
        .split(',')
        .slice(-hopsMax)
        .toReversed()
        .map((part) => part.trim());
}

/** Parses `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:80`. */
function addressOf(node: string): IpAddress | null {
  const bracketed = /^\[([^\]]*)\](?::\w+)?$/.exec(node);
  if (bracketed?.[1] !== undefined) return parseAddress(bracketed[1]);
  const withPort = /^([\d.]+):\w+$/.exec(node);
  return parseAddress(withPort?.[1] ?? node);
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (isQuoted && char === '\\') i += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === separator && !isQuoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
