import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { rightsTable } from '../../packages/server/src/domain/rights/rightsTable.ts';
import { commandTypes } from '../../packages/server/src/transport/legacy/command.ts';
import { procedureKinds } from '../resources/procedures.ts';
import { frameActions, procedureCalls, routeActions, scopesOf } from '../resources/rights/rightsCalls.ts';

test('every procedure has its action in test/resources/rights/rightsCalls.ts', () => {
  const missing = [...procedureKinds.keys()].filter((name) => !Object.hasOwn(procedureCalls, name));
  expect(missing, 'add them to `procedureCalls` with their action in rightsTable.ts and a valid input').toEqual([]);
  expect(Object.keys(procedureCalls).filter((name) => !procedureKinds.has(name))).toEqual([]);
  const untried = Object.entries(procedureCalls).filter(([, call]) => scopesOf(call).length === 0);
  expect(untried, 'the input names no scope that the action has rights in').toEqual([]);
});

/** The routes in the source, because the framework does not list them. */
function routesInSource(): string[] {
  const file = path.resolve(import.meta.dirname, '../../packages/server/src/transport/legacy/rest.ts');
  const routes = readFileSync(file, 'utf8').matchAll(/\bapp\.(get|post|put|delete|patch)\(\s*'([^']+)'/g);
  return Array.from(routes, ([, method = '', route]) => `${method.toUpperCase()} ${route}`);
}

test('every frame and every route has its actions: see test/resources/rights/rightsCalls.ts', () => {
  expect(Object.keys(frameActions).toSorted()).toEqual(commandTypes.toSorted());
  expect(Object.keys(routeActions).toSorted()).toEqual(routesInSource().toSorted());
  // No role, once it has an identity, is refused these actions in public rooms: as a member, which legacy clients always are.
  for (const action of [...Object.values(frameActions), ...Object.values(routeActions)].flat()) {
    const rights = rightsTable[action].named ?? rightsTable[action].server;
    expect(['allowed', 'ifMember']).toContain(rights?.admin);
    expect(rights?.member).toBe('allowed');
  }
});
