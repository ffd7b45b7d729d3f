import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { dependencyRules, violations } from './dependencyRules.ts';
import { parseSourceFile } from './sourceFile.ts';

const root = path.resolve(import.meta.dirname, '../..');
const files = globSync(['packages/*/src/**/*.{ts,tsx}', 'test/**/*.ts'], {
  cwd: root,
  exclude: (name) => name.endsWith('node_modules'),
}).map((file) => file.split(path.sep).join('/'));

test('every source file follows the dependency rules', () => {
  expect(files).toContain('packages/shared/src/wire.ts');
  expect(files.length).toBeGreaterThan(30);
  expect(
    files.flatMap((file) => violations(parseSourceFile(file, readFileSync(path.join(root, file), 'utf8')))),
  ).toEqual([]);
});

test.each(dependencyRules.map((rule) => [rule.name, rule.files] as const))(
  'the rule applies to some files: %s',
  (_, pattern) => {
    expect(files.some((file) => pattern.test(file))).toBe(true);
  },
);

/** File, text, and the expected violation; `null` for none. */
const examples: [file: string, text: string, violation: string | null][] = [
  ['server/src/domain/a.ts', "import type { Store } from '../store/store.ts';", null],
  ['server/src/domain/a.ts', "import { x } from '../feed/hub.ts';", null],
  [
    'server/src/domain/a.ts',
    "import { x } from '../transport/http/httpServer.ts';",
    'imports packages/server/src/transport/http/httpServer.ts',
  ],
  [
    'server/src/domain/a.ts',
    "import type { X } from '../transport/listeners.ts';",
    'imports type packages/server/src/transport/listeners.ts',
  ],
  [
    'server/src/domain/a.ts',
    "export * from '../transport/listeners.ts';",
    'imports packages/server/src/transport/listeners.ts',
  ],
  [
    'server/src/domain/a.ts',
    "const x = await import('../transport/listeners.ts');",
    'imports packages/server/src/transport/listeners.ts',
  ],
  ['server/src/feed/a.ts', 'const until = Date.now() + 1_000;', 'mentions Date.now'],
  ['client/src/a.ts', 'now: () => number = Date.now', 'mentions Date.now'],
  ['server/src/transport/auth/expiry.ts', 'const left = end - Date.now();', null],
  ['server/src/domain/a.ts', 'const openWebSocket = 1;', 'mentions Web Socket'],
  ['server/src/domain/a.ts', '// asks Redis', 'mentions Redis'],
  ['server/src/domain/a.ts', 'const answers = newsOf(rows);', null],
  [
    'server/src/feed/a.ts',
    "import { x } from '../domain/publicRoom.ts';",
    'imports packages/server/src/domain/publicRoom.ts',
  ],
  ['server/src/feed/a.ts', "import { WebSocket } from 'ws';", 'imports ws'],
  ['server/src/transport/a.ts', "import { x } from '../feed/hub.ts';", null],
  ['server/src/transport/legacy/a.ts', "import { x } from '../errors/report.ts';", null],
  [
    'server/src/transport/legacy/a.ts',
    "import { x } from '../trpc/init.ts';",
    'imports packages/server/src/transport/trpc/init.ts',
  ],
  [
    'server/src/transport/trpc/a.ts',
    "import type { X } from '../legacy/socket.ts';",
    'imports type packages/server/src/transport/legacy/socket.ts',
  ],
  [
    'server/src/transport/trpc/socket/a.ts',
    "import type { Hub } from '../../../feed/hub.ts';",
    'imports type packages/server/src/feed/hub.ts',
  ],
  [
    'server/src/transport/trpc/socket/a.ts',
    "import { x } from '../context.ts';",
    'imports packages/server/src/transport/trpc/context.ts',
  ],
  ['server/src/transport/trpc/socket/a.ts', "import { WebSocket } from 'ws';", 'imports ws'],
  ['server/src/transport/trpc/socket/a.ts', "import type { WebSocket } from 'ws';", null],
  ['server/src/transport/trpc/socket/a.ts', '// sends events of Earshot', 'mentions Earshot'],
  [
    'server/src/transport/a.ts',
    "import { x } from '../store/sqlite/sqliteStore.ts';",
    'imports packages/server/src/store/sqlite/sqliteStore.ts',
  ],
  [
    'server/src/store/store.ts',
    "import type { X } from '../broker/broker.ts';",
    'imports type packages/server/src/broker/broker.ts',
  ],
  ['server/src/store/sqlite/a.ts', "import type { Store } from '../store.ts';", null],
  ['server/src/store/sqlite/deeper/a.ts', "import { x } from '../b.ts';", null],
  [
    'server/src/store/sqlite/deeper/a.ts',
    "import { x } from '../../mongo/b.ts';",
    'imports packages/server/src/store/mongo/b.ts',
  ],
  ['server/src/store/sqlite/a.ts', "import type { Logger } from '../../observe/logger.ts';", null],
  [
    'server/src/store/sqlite/a.ts',
    "import { createLogger } from '../../observe/logger.ts';",
    'imports packages/server/src/observe/logger.ts',
  ],
  [
    'server/src/store/sqlite/a.ts',
    "import { x } from '../mongo/mongoStore.ts';",
    'imports packages/server/src/store/mongo/mongoStore.ts',
  ],
  ['server/src/presence/redis/a.ts', "import { x } from '../../redis/redisConnection.ts';", null],
  ['server/src/presence/redis/a.ts', "import { x } from '../../async/keyedQueue.ts';", null],
  ['server/src/async/a.ts', "import { x } from './keyedQueue.ts';", null],
  ['server/src/async/a.ts', "import { setImmediate } from 'node:timers/promises';", null],
  ['server/src/async/a.ts', "import type { Message } from '@earshot/shared';", 'imports type @earshot/shared'],
  [
    'server/src/redis/a.ts',
    "import type { Broker } from '../broker/broker.ts';",
    'imports type packages/server/src/broker/broker.ts',
  ],
  ['server/src/config/a.ts', "import { x } from '../cells.ts';", 'imports packages/server/src/cells.ts'],
  [
    'server/src/broker/redis/a.ts',
    "import type { Store } from '../../store/store.ts';",
    'imports type packages/server/src/store/store.ts',
  ],
  [
    'server/src/presence/redis/a.ts',
    "import { x } from '../../feed/ring.ts';",
    'imports packages/server/src/feed/ring.ts',
  ],
  [
    'server/src/index.ts',
    "import { x } from './broker/redis/redisBroker.ts';",
    'imports packages/server/src/broker/redis/redisBroker.ts',
  ],
  ['server/src/drivers.ts', "import { x } from './broker/redis/redisBroker.ts';", null],
  ['cli/src/main.ts', 'const port = process.env.PORT;', 'mentions process.env'],
  ['cli/src/main.ts', "const port = process['env'].PORT;", "mentions process['env"],
  ['cli/src/main.ts', "import { env } from 'node:process';", 'mentions env'],
  ['server/src/config/readConfig.ts', 'const { env } = process; process.env.PORT;', null],
  ['cli/src/compileCache.ts', 'process.env.NODE_COMPILE_CACHE = folder;', null],
  ['server/src/a.ts', "import { createEarshotClient } from '@earshot/client';", 'imports @earshot/client'],
  ['server/src/a.ts', "import type { X } from '../../cli/src/main.ts';", 'imports type packages/cli/src/main.ts'],
  ['cli/src/serve/a.ts', "import { createServer } from '@earshot/server';", null],
  ['cli/src/serve/a.ts', "import { x } from '../../../server/src/index.ts';", 'imports packages/server/src/index.ts'],
  ['web/src/a.ts', "import { x } from '@earshot/cli';", 'imports @earshot/cli'],
  ['client/src/a.ts', "import type { AppRouter } from '@earshot/server';", null],
  ['client/src/a.ts', "import { type AppRouter } from '@earshot/server';", 'imports @earshot/server'],
  ['client/src/a.ts', "import { createServer } from '@earshot/server';", 'imports @earshot/server'],
  ['client/src/a.ts', "import fs from 'node:fs';", 'imports node:fs'],
  ['client/src/a.ts', "import { useState } from 'react';", 'imports react'],
  ['client/src/a.ts', "import { x } from './react/index.ts';", 'imports packages/client/src/react/index.ts'],
  ['client/src/react/a.ts', "import { useState } from 'react';", null],
  ['client/src/react/a.ts', "import { useQuery } from '@tanstack/react-query';", null],
  ['client/src/react/a.ts', "import { asEarshotError } from '../index.ts';", null],
  ['client/src/react/a.ts', "import { createPortal } from 'react-dom';", 'imports react-dom'],
  ['client/src/react/a.ts', "import type { X } from '@trpc/client';", 'imports type @trpc/client'],
  ['shared/src/a.ts', "import { randomUUID } from 'node:crypto';", 'imports node:crypto'],
  ['shared/src/a.ts', "import { tracked } from '@trpc/server';", 'imports @trpc/server'],
  ['shared/src/a.ts', 'window.location.reload();', 'mentions window'],
  ['shared/src/a.ts', '// one a process.', null],
  ['server/src/store/mongo/a.ts', 'const id = row._id.toHexString();', 'mentions toHexString'],
  ['client/src/a.ts', 'const id = { $oid: 1 };', 'mentions $oid'],
  ['shared/src/wire.ts', 'const id = { $oid: 1 };', null],
];

describe('the checker itself', () => {
  test.each(examples)('%s: %s', (file, text, violation) => {
    const found = violations(parseSourceFile(`packages/${file}`, text));
    if (violation === null) expect(found).toEqual([]);
    else expect(found.join('\n')).toContain(`packages/${file} ${violation}. The rule: `);
  });

  test('reports a file that it cannot parse', () => {
    expect(() => parseSourceFile('packages/shared/src/a.ts', 'import {')).toThrow('packages/shared/src/a.ts');
  });
});
