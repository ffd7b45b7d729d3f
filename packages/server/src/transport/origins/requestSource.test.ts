import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../config/readConfig.ts';
import { createRequestSource } from './requestSource.ts';

type Headers = Record<string, string>;

function requestFrom(peer: string | undefined, headers: Headers = {}): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  return Object.assign(new IncomingMessage(socket), { headers });
}

function sourceWith(trust: string) {
  const warnings: string[] = [];
  const log = { warn: (text: unknown) => void warnings.push(String(text)) };
  return { source: createRequestSource(readConfig({ TRUST_PROXY: trust }).trustProxy, log), warnings };
}

const addressOf = (trust: string, peer: string | undefined, headers: Headers = {}) =>
  sourceWith(trust).source.clientAddress(requestFrom(peer, headers));
const xff = (value: string): Headers => ({ 'x-forwarded-for': value });
const forwarded = (value: string): Headers => ({ forwarded: value });

describe('the address key for limits', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['fe80::1%br-1f2e', 'fe80:0:0:0::/64'],
    ['fe80::1%eth0.100', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.7%a:b', '192.0.2.7'],
    [undefined, 'local'],
    ['', 'local'],
  ])('%s is %s', (peer, key) => {
    expect(addressOf('0', peer)).toBe(key);
  });
});

describe('without TRUST_PROXY', () => {
  test('forwarded headers are ignored, with one warning', () => {
    const { source, warnings } = sourceWith('0');
    const headers = { ...xff('203.0.113.9'), 'x-forwarded-proto': 'https', 'x-forwarded-host': 'chat.example' };
    const request = requestFrom('192.0.2.7', { ...headers, host: 'inside:3001' });
    for (let i = 0; i < 3; i++) expect(source.clientAddress(request)).toBe('192.0.2.7');
    expect(source.host(request)).toBe('inside:3001');
    expect(source.protocol(request)).toBe('http');
    expect(source.clientAddress(requestFrom('192.0.2.7', forwarded('for=203.0.113.9')))).toBe('192.0.2.7');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('TRUST_PROXY');
    expect(warnings[0]).not.toContain('203.0.113.9');
  });

  test('requests without forwarded headers log no warning', () => {
    const { source, warnings } = sourceWith('0');
    source.clientAddress(requestFrom('192.0.2.7'));
    expect(warnings).toEqual([]);
  });
});

describe('a number of proxies', () => {
  test.each([
    ['1', '203.0.113.9', '203.0.113.9'],
    ['1', 'spoofed, 198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['2', '198.51.100.1, 203.0.113.9, 192.0.2.50', '203.0.113.9'],
    ['2', '203.0.113.9', '203.0.113.9'],
    ['1', '203.0.113.9:51234', '203.0.113.9'],
    ['1', '[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
    ['1', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['1', '::ffff:203.0.113.9', '203.0.113.9'],
    ['1', '203.0.113.9,', '10.0.0.1'],
    ['1', 'unknown', '10.0.0.1'],
    ['1', '203.0.113.9, 0x7f.1', '10.0.0.1'],
    ['1', '999.1.1.1', '10.0.0.1'],
    ['1', '', '10.0.0.1'],
  ])('%s: X-Forwarded-For “%s” comes from %s', (trust, header, address) => {
    expect(addressOf(trust, '10.0.0.1', xff(header))).toBe(address);
  });

  test('counts a proxy on a Unix socket', () => {
    expect(addressOf('1', undefined, xff('203.0.113.9'))).toBe('203.0.113.9');
  });
});

describe('addresses of proxies', () => {
  test('the right-most address that is not a proxy is the client', () => {
    const trust = 'loopback, 10.0.0.0/8, 2001:db8:f::/48';
    expect(addressOf(trust, '127.0.0.1', xff('198.51.100.1, 203.0.113.9, 10.1.2.3'))).toBe('203.0.113.9');
    expect(addressOf(trust, '::1', xff('203.0.113.9'))).toBe('203.0.113.9');
    expect(addressOf(trust, '2001:db8:f::1', xff('203.0.113.9'))).toBe('203.0.113.9');
    expect(addressOf(trust, '::ffff:10.0.0.1', xff('203.0.113.9'))).toBe('203.0.113.9');
    expect(addressOf('::ffff:10.0.0.0/104', '10.0.0.1', xff('203.0.113.9'))).toBe('203.0.113.9');
  });

  test('headers of other peers are ignored', () => {
    const { source, warnings } = sourceWith('10.0.0.0/8');
    expect(source.clientAddress(requestFrom('192.0.2.7', xff('203.0.113.9')))).toBe('192.0.2.7');
    expect(warnings).toHaveLength(1);
  });

  test('if all addresses are proxies, the client is the farthest one read', () => {
    expect(addressOf('loopback', '127.0.0.1', xff('127.0.0.3, 127.0.0.2'))).toBe('127.0.0.3');
    const long = Array.from({ length: 3_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`).reverse();
    expect(addressOf('10.0.0.0/8', '10.9.9.9', xff(long.join()))).toBe('10.0.0.31');
  });
});

describe('Forwarded', () => {
  test.each([
    ['for=203.0.113.9', '203.0.113.9'],
    ['for=198.51.100.1, For="203.0.113.9:80";proto=https;by=10.0.0.1', '203.0.113.9'],
    ['for="[2001:db8:1:2::9]:4711"', '2001:db8:1:2::/64'],
    ['for=_hidden', '10.0.0.1'],
    ['proto=https', '10.0.0.1'],
    ['garbage', '10.0.0.1'],
    // A quote opened by the client swallows what the proxy appended: neither is trusted.
    ['for=198.51.100.1;x=", for=203.0.113.9', '10.0.0.1'],
    ['for=198.51.100.1;x=", for="[2001:db8::1]"', '10.0.0.1'],
    ['for=198.51.100.1;x=", for="[2001:db8::1]";by="10.0.0.1:80"', '10.0.0.1'],
  ])('%s comes from %s', (header, address) => {
    expect(addressOf('1', '10.0.0.1', forwarded(header))).toBe(address);
  });

  test('a contradicting X-Forwarded-For makes both headers untrusted', () => {
    const both = (a: string, b: string) => addressOf('1', '10.0.0.1', { ...xff(a), ...forwarded(`for=${b}`) });
    expect(both('203.0.113.9', '203.0.113.9')).toBe('203.0.113.9');
    expect(both('203.0.113.9', '198.51.100.1')).toBe('10.0.0.1');
  });
});

describe('the requested host and protocol', () => {
  const ask = (headers: Headers) => {
    const { source } = sourceWith('1');
    const request = requestFrom('10.0.0.1', { host: 'inside:3001', ...headers });
    return { host: source.host(request), protocol: source.protocol(request) };
  };

  test('come from the proxy’s headers', () => {
    const expected = { host: 'chat.example:8443', protocol: 'https' };
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'chat.example:8443' };
    expect(ask({ ...xff('203.0.113.9'), ...headers })).toEqual(expected);
    expect(ask(forwarded('for=203.0.113.9;proto=https;host="chat.example:8443"'))).toEqual(expected);
  });

  test('a list is read from the proxy’s end, because a client may have begun it', () => {
    const headers = { 'x-forwarded-proto': 'http, https', 'x-forwarded-host': 'evil.example, chat.example' };
    expect(ask({ ...xff('198.51.100.1, 203.0.113.9'), ...headers })).toEqual({
      host: 'chat.example',
      protocol: 'https',
    });
  });

  test('come from the request if the proxy’s headers are missing or invalid', () => {
    const inside = { host: 'inside:3001', protocol: 'http' };
    expect(ask(xff('203.0.113.9'))).toEqual(inside);
    expect(ask({ ...xff('203.0.113.9'), 'x-forwarded-proto': 'ftp', 'x-forwarded-host': 'a b/c' })).toEqual(inside);
  });
});
