import { expect, test } from 'vitest';
import { isPageSettings, type PageSettings } from './pageSettings.ts';

const settings: PageSettings = {
  auth: 'jwt',
  guests: true,
  tileUrl: 'https://tiles.example/{z}/{x}/{y}.png',
  tileAttribution: null,
  messageMaxChars: 2_000,
};

test.each([settings, { ...settings, auth: 'open', tileUrl: null }, { ...settings, addedLater: 1 }])(
  '%j are settings',
  (value) => expect(isPageSettings(value)).toBe(true),
);

test.each([
  null,
  'text',
  [],
  {},
  { ...settings, auth: 'other' },
  { ...settings, guests: undefined },
  { ...settings, tileUrl: 1 },
  { ...settings, tileAttribution: undefined },
  { ...settings, messageMaxChars: '2000' },
])('%j are not', (value) => expect(isPageSettings(value)).toBe(false));
