import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, test } from 'vitest';

test('what is tested beside this runs on the React of this folder', () => {
  expect({ version, domVersion }).toEqual({ version: '18.2.0', domVersion: '18.2.0' });
});
