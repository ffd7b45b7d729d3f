import { expect, test } from 'vitest';
import { findLinks, readable } from './links.ts';

const links = (text: string) => findLinks(text).filter((piece) => piece.href !== null);

test.each([
  'plain',
  'see https://example.com/a(b)?c=d#e, and mail ada@example.com!',
  '  https://example.com\n\nwww.example.com  ',
  '',
])('the parts of %j join to exactly the text', (text) => {
  expect(
    findLinks(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});

test('web and mail addresses become links, without the punctuation around them', () => {
  expect(links('(see https://example.com/a, or www.example.com; mail ada@example.com.)')).toEqual([
    { text: 'https://example.com/a', href: 'https://example.com/a' },
    { text: 'www.example.com', href: 'https://www.example.com/' },
    { text: 'ada@example.com', href: 'mailto:ada@example.com' },
  ]);
});

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)//https:',
  'java\tscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'ftp://example.com/x',
  '//example.com/x',
  'blob:abc',
  'main.rs and README.md',
  'https://',
])('%j is no link', (text) => {
  expect(links(text)).toEqual([]);
});

test('an address that changes the text direction is no link', () => {
  expect(links('https://example.com/\u202egnp.exe')).toEqual([]);
});

test('an address with international letters links to its ASCII form', () => {
  expect(links('http://аррӏе.com/')).toEqual([{ text: 'http://аррӏе.com/', href: 'http://xn--80ak6aa92e.com/' }]);
});

test.each([
  ['http://аpple.com/login?to=а', 'http://xn--pple-43d.com/login?to=а'],
  ['www.аррӏе.com:8080', 'www.xn--80ak6aa92e.com:8080'],
  ['ada@аррӏе.com', 'ada@xn--80ak6aa92e.com'],
  ['mailto:ada@аррӏе.com', 'mailto:ada@xn--80ak6aa92e.com'],
  ['https://ɡoogle.com', 'https://xn--oogle-qmc.com'],
  ['https://ａpple.com', 'https://apple.com'],
])('%s is shown as %s, because its letters resemble others', (address, shown) => {
  expect(readable(address)).toBe(shown);
});

test.each(['https://example.com/ä?б#в', 'https://münchen.de', 'www.café.fr', 'ada@example.com', 'http://[::1]:80/'])(
  '%s is shown as typed',
  (address) => {
    expect(readable(address)).toBe(address);
  },
);

test('a name and password are not part of a link', () => {
  for (const { href } of links('https://apple.com:pay@evil.example')) expect(new URL(href ?? '').username).toBe('');
});
