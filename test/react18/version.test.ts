import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, test } from 'vitest';

test('the tests of this project use the React of this folder', () => {
  expect({ version, domVersion }).toEqual({ version: '18.2.0', domVersion: '18.2.0' });
});
