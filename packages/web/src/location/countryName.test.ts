import { expect, test } from 'vitest';
import { countryName } from './countryName.ts';

test.each([
  ['DE', 'en', 'Germany'],
  ['DE', 'de', 'Deutschland'],
  ['SV', 'de', 'El Salvador'],
  ['', 'en', ''],
  ['not a code', 'en', 'not a code'],
])('%j in %s is %j', (code, language, name) => expect(countryName(code, language)).toBe(name));
