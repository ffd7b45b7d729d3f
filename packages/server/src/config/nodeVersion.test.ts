import { expect, test } from 'vitest';
import { requireNode } from './nodeVersion.ts';

test.each(['v24.0.0', 'v25.1.0-nightly', process.version])('%s runs the server', (version) => {
  expect(() => requireNode(version)).not.toThrow();
});

test.each(['v20.20.2', 'v22.12.0', ''])('%s is too old, and the error states that', (version) => {
  expect(() => requireNode(version)).toThrow(`Earshot’s server needs Node.js 24 or newer; this is ${version}.`);
});
