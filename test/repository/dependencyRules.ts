import type { Import, SourceFile } from './sourceFile.ts';

/** A rule for the files of some paths. `check` returns the violations in a file, in words. */
export interface DependencyRule {
  name: string;
  files: RegExp;
  except?: RegExp;
  check: (file: SourceFile) => string[];
}

const server = 'packages/server/src';
/** The parts of the store's port, each in a file of its own. */
const storePorts = `${server}/store/(audit|blocks|erasures|expiry|memberNames|personalData|privacy|reports|rules|store|storedRooms)\\.ts`;
const ports = `${storePorts}|${server}/(broker/broker|presence/presence|limits/limits)\\.ts`;
const observe = `${server}/observe/.+`;
const feed = `${server}/feed/.+`;
const domain = `${server}/domain/.+`;
const transport = `${server}/transport/.+`;
/** Connections to Redis, shared by the drivers of three ports. */
const redis = `${server}/redis/.+`;
/** Concurrency helpers that know nothing of Earshot. */
const async = `${server}/async/.+`;
const config = `${server}/config/.+`;
/** Map cells: the transport turns locations into them, the domain publishes their centres, the store searches by them. */
const cells = `${server}/cells\\.ts`;
/** What screens the texts of users from outside the domain: a file of words. */
const screening = `${server}/screening/.+`;
/** Names of geographic places: GeoNames' data, and where they are found. */
const places = `${server}/places/.+`;
const drivers = `(?!(${ports})$)${server}/(store|broker|presence|limits)/.+|${redis}`;
/** Tests and their helpers in the same folder (`testModel.ts`). */
const tests = /\.test\.ts$|\/test[A-Z]\w*\.ts$/;

const matchesAny = (target: string, patterns: readonly string[]) =>
  patterns.some((pattern) => new RegExp(`^(${pattern})$`).test(target));

/** The layers of the server are ordered, and a file imports only from lower layers. */
function pathRule(name: string, files: string, allowed: readonly string[]): DependencyRule {
  return {
    name,
    files: new RegExp(`^${files}$`),
    except: tests,
    check: importsWhere((one) => !one.target.startsWith('packages/') || matchesAny(one.target, [files, ...allowed])),
  };
}

/** A driver may import its own port, the files of its folder, and the logger. */
function driverRule(port: string): DependencyRule {
  const driver = new RegExp(`^${server}/${port}/(?!${port}\\.ts$)([^/]+/)?.+\\.ts$`);
  return {
    name: `drivers in ${port}/ import their port, shared, libraries and the type of a logger`,
    files: driver,
    except: tests,
    check: (file) => {
      const own = driver.exec(file.path)?.[1];
      const neighbours = [
        `${server}/${port}/[^/]+\\.ts`,
        ...(port === 'store' ? [cells] : []),
        ...(own ? [`${server}/${port}/${own}.+\\.ts`] : []),
        redis,
        async,
      ];
      return importsWhere(
        (one) =>
          !one.target.startsWith('packages/') ||
          matchesAny(one.target, neighbours) ||
          (one.target === `${server}/observe/logger.ts` && one.typeOnly),
      )(file);
    },
  };
}

function importsWhere(allowed: (one: Import) => boolean): DependencyRule['check'] {
  return (file) =>
    file.imports.filter((one) => !allowed(one)).map((one) => `imports ${one.typeOnly ? 'type ' : ''}${one.target}`);
}

function mentions(words: RegExp, where: 'text' | 'code' = 'code'): DependencyRule['check'] {
  return (file) => Array.from(new Set(file[where].match(words) ?? []), (word) => `mentions ${word}`);
}

/** Names of technologies, also as parts of camelCase names. */
const foreignWords = /(?<![a-z])(ws|web[ _]?sockets?|https?|trpc|sql(ite)?|mongo(db)?|redis|valkey|fastify)(?![a-z])/gi;
const camelSpaced = (text: string) => text.replace(/([a-z])([A-Z])/g, '$1 $2');

const readersOfWallClock = [
  `${server}/createServer\\.ts`,
  `${server}/store/(sqlite/sqliteStore|mongo/(mongoStore|migrate/numberBatch))\\.ts`,
  `${server}/transport/auth/(expiry|guestTokens|tokenErrors|verifiedTokens)\\.ts`,
  `${server}/domain/(connection|enteredRoom|guestChallenges|namedRoom|ownData/eraser|privacy/privacyCache|retention/retention|rules/ruleMirror|travelGuard)\\.ts`,
  'packages/shared/src/newId\\.ts',
  'packages/client/src/(earshotClient|connection/(connectionMonitor|wakeUps)|react/useMute|room/expiryClock)\\.ts',
  'packages/web/src/(app/tokenSource|errors/(endTime|useSeconds(Until|ToRetry))|outbox/outboxDatabase|radar/useNow)\\.ts',
];

export const dependencyRules: DependencyRule[] = [
  {
    name: 'async/ imports only itself and Node.js: it knows nothing of Earshot',
    files: new RegExp(`^${async}$`),
    except: tests,
    check: importsWhere((one) => one.target.startsWith('node:') || matchesAny(one.target, [async])),
  },
  pathRule('redis/ imports itself, libraries, the concurrency helpers and the logger', redis, [
    `${server}/observe/logger\\.ts`,
    async,
  ]),
  pathRule('config/ imports itself, libraries and ipAddress.ts', config, [`${server}/ipAddress\\.ts`]),
  pathRule('observe/ imports only ports', observe, [ports]),
  {
    name: 'ports import only shared; the parts of the store’s port also each other',
    files: new RegExp(`^(${ports})$`),
    check: (file) => {
      const allowed = ['@earshot/shared', ...(matchesAny(file.path, [storePorts]) ? [storePorts] : [])];
      return importsWhere((one) => matchesAny(one.target, allowed))(file);
    },
  },
  pathRule('feed/ imports ports and what is below', feed, [ports, observe, async]),
  pathRule('domain/ imports the feed and what is below', domain, [feed, ports, observe, async, cells, places]),
  pathRule('screening/ imports the domain’s screening, the settings and what is below', screening, [
    `${server}/domain/screening/.+`,
    config,
    observe,
    async,
  ]),
  pathRule('places/ imports the concurrency helpers and cells.ts', places, [async, cells]),
  pathRule('transport/ imports the domain and what is below', transport, [
    domain,
    feed,
    ports,
    observe,
    async,
    config,
    cells,
    `${server}/ipAddress\\.ts`,
  ]),
  {
    name: 'only cells.ts imports H3',
    files: /^packages\//,
    except: new RegExp(`${tests.source}|^${cells}$`),
    check: importsWhere((one) => one.target !== 'h3-js'),
  },
  {
    name: 'trpc/socket/ serves any router: it imports tRPC, the types of ws, Node.js and async/, and does not mention Earshot',
    files: new RegExp(`^${server}/transport/trpc/socket/`),
    check: (file) => {
      const libraries = tests.test(file.path) ? ['ws', 'vitest'] : [];
      const allowed = [`${server}/transport/trpc/socket/.+`, async, '@trpc/server(/.+)?', 'node:.+', ...libraries];
      return [
        ...importsWhere((one) => matchesAny(one.target, allowed) || (one.target === 'ws' && one.typeOnly))(file),
        ...mentions(/earshot/gi, 'text')(file),
      ];
    },
  },
  {
    name: 'trpc/ and legacy/ do not import each other',
    files: new RegExp(`^${server}/transport/(trpc|legacy)/`),
    check: (file) => {
      const other = file.path.startsWith(`${server}/transport/trpc/`) ? 'legacy' : 'trpc';
      return importsWhere((one) => !matchesAny(one.target, [`${server}/transport/${other}/.+`]))(file);
    },
  },
  driverRule('store'),
  driverRule('broker'),
  driverRule('presence'),
  driverRule('limits'),
  {
    name: 'only drivers.ts and migrate.ts import drivers',
    files: /^packages\//,
    except: new RegExp(`${tests.source}|^${server}/(drivers|migrate)\\.ts$|^(${drivers})$`),
    check: importsWhere((one) => !matchesAny(one.target, [drivers])),
  },
  {
    name: 'domain/ names no technology: no ws, HTTP, tRPC, SQL, Mongo or Redis',
    files: new RegExp(`^${domain}$`),
    except: tests,
    check: (file) => mentions(foreignWords, 'text')({ ...file, text: camelSpaced(file.text) }),
  },
  {
    name: 'feed/ and ports import no library for networks or databases',
    files: new RegExp(`^(${feed}|${ports})$`),
    except: tests,
    check: importsWhere((one) => !/^(ws|mongodb|ioredis|fastify|node:(sqlite|http|net)|@trpc\/)/.test(one.target)),
  },
  {
    name: 'the server does not import the client',
    files: /^packages\/server\//,
    check: importsWhere((one) => !/^(@earshot\/client|packages\/(client|web)\/)/.test(one.target)),
  },
  {
    name: 'the command imports other packages by their public names',
    files: /^packages\/cli\//,
    check: importsWhere((one) => !/^packages\/(?!cli\/)/.test(one.target)),
  },
  {
    name: 'nothing imports the command',
    files: /^packages\/(?!cli\/)/,
    check: importsWhere((one) => !/^(@earshot\/cli$|packages\/cli\/)/.test(one.target)),
  },
  {
    name: 'the client imports the server only by `import type`',
    files: /^packages\/(client|web)\//,
    check: importsWhere((one) => !/^(@earshot\/server|packages\/server\/)/.test(one.target) || one.typeOnly),
  },
  {
    name: 'the client runs anywhere: it imports only shared, tRPC and its own files, but not its React bindings',
    files: /^packages\/client\/src\/(?!react\/)/,
    except: tests,
    check: importsWhere((one) =>
      matchesAny(one.target, [
        'packages/client/src/(?!react/).+',
        '@earshot/(shared|server)',
        '@trpc/(client|server)(/.+)?',
      ]),
    ),
  },
  {
    name: 'the React bindings import only the client, React and TanStack Query',
    files: /^packages\/client\/src\/react\//,
    except: tests,
    check: importsWhere((one) =>
      matchesAny(one.target, [
        'packages/client/src/.+',
        '@earshot/shared(/lookalikes)?',
        'react',
        '@tanstack/react-query',
      ]),
    ),
  },
  {
    name: 'shared needs no Node.js, no DOM and no tRPC',
    files: /^packages\/shared\/src\//,
    except: tests,
    check: (file) => [
      ...importsWhere((one) => matchesAny(one.target, ['packages/shared/src/.+', 'zod', 'superjson']))(file),
      ...mentions(/(?<![.\w])(process|Buffer|require|__dirname|window|document|navigator|localStorage)(?=[.[(])/g)(
        file,
      ),
    ],
  },
  {
    // The command sets a variable of Node.js for its threads and child processes.
    name: 'only config/readConfig.ts reads process.env',
    files: /^packages\/[^/]+\/src\//,
    except: new RegExp(`${tests.source}|^${server}/config/readConfig\\.ts$|^packages/cli/src/compileCache\\.ts$`),
    check: mentions(/\bprocess\s*(\.\s*env|\[\s*['"`]env)\b|\benv\b(?=[^;]*from 'node:process')/g),
  },
  {
    name: 'durations are measured with performance.now(): the wall clock can be set, so it is only for times that are shown, stored or in a token',
    files: /^packages\/[^/]+\/src\//,
    except: new RegExp(`${tests.source}|\\.test\\.tsx$|^(${readersOfWallClock.join('|')})$`),
    check: mentions(/\bDate\s*\.\s*now\b|\bnew Date\(\)\.getTime\b/g),
  },
  {
    name: 'only wire.ts and superjson.ts know the encodings of ids and dates',
    files: /^(packages\/[^/]+\/src|test)\//,
    except:
      /^(packages\/shared\/src\/(superjson|wire(\.test)?)\.ts|test\/contract\/wire\.test\.ts|test\/repository\/dependencyRules(\.test)?\.ts)$/,
    check: mentions(/\$oid\b|\$date\b|\btoHexString\b/g, 'text'),
  },
];

/** The violations of all rules in a file, one sentence each. */
export function violations(file: SourceFile): string[] {
  return dependencyRules
    .filter((rule) => rule.files.test(file.path) && !rule.except?.test(file.path))
    .flatMap((rule) => rule.check(file).map((violation) => `${file.path} ${violation}. The rule: ${rule.name}.`));
}
