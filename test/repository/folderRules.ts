import type { SourceFile } from './sourceFile.ts';

/**
 * Which parts of a source folder may import which. A part is a folder, or a file directly in the source folder. The parts are listed in
 * order: each imports only parts above it, so there are no cycles between them.
 */
export type FolderRules = Readonly<Record<string, readonly string[]>>;

export const folderRules: Readonly<Record<string, FolderRules>> = {
  'packages/client/src': {
    lib: [],
    'networkFailure.ts': [],
    'errors.ts': ['networkFailure.ts'],
    'procedureTypes.ts': [],
    'api.ts': ['procedureTypes.ts'],
    connection: ['errors.ts', 'lib', 'procedureTypes.ts'],
    transport: ['connection', 'errors.ts', 'lib'],
    outbox: ['errors.ts', 'lib'],
    room: ['api.ts', 'connection', 'errors.ts', 'lib', 'outbox'],
    'earshotClient.ts': ['api.ts', 'connection', 'errors.ts', 'lib', 'outbox', 'room', 'transport'],
    guest: ['api.ts', 'earshotClient.ts', 'errors.ts'],
    neighbourhood: ['api.ts', 'connection', 'earshotClient.ts', 'errors.ts', 'lib', 'room'],
    nearby: ['connection', 'earshotClient.ts', 'errors.ts', 'lib'],
    ownData: ['earshotClient.ts'],
    'index.ts': [
      'api.ts',
      'procedureTypes.ts',
      'connection',
      'earshotClient.ts',
      'errors.ts',
      'guest',
      'lib',
      'nearby',
      'neighbourhood',
      'ownData',
      'outbox',
      'room',
      'transport',
    ],
    react: ['errors.ts', 'index.ts', 'lib'],
  },
  'packages/web/src': {
    lib: [],
    style: ['lib'],
    text: ['lib'],
    offline: [],
    outbox: [],
    components: ['lib', 'style', 'text'],
    errors: ['text'],
    connection: ['errors', 'text'],
    location: ['components', 'connection', 'errors', 'lib', 'text'],
    radar: ['connection', 'errors', 'lib', 'location', 'text'],
    sanctions: ['components', 'errors', 'lib', 'text'],
    privacy: ['components', 'errors', 'lib', 'text'],
    room: ['components', 'connection', 'errors', 'lib', 'location', 'privacy', 'sanctions', 'text'],
    around: ['connection', 'errors', 'location', 'room', 'text'],
    moderate: ['components', 'errors', 'lib', 'sanctions', 'text'],
    welcome: ['components', 'errors', 'lib', 'location', 'text'],
    app: [
      'around',
      'components',
      'connection',
      'errors',
      'lib',
      'offline',
      'outbox',
      'location',
      'moderate',
      'privacy',
      'radar',
      'room',
      'style',
      'text',
      'welcome',
    ],
    'main.tsx': ['app', 'style', 'text'],
  },
  'packages/server/src/transport': {
    errors: [],
    auth: [],
    origins: [],
    limits: ['errors', 'origins'],
    sockets: ['auth', 'errors', 'origins'],
    trpc: ['auth', 'errors', 'limits', 'origins', 'sockets'],
    legacy: ['auth', 'errors', 'origins', 'sockets'],
    monitor: [],
    page: ['origins'],
    http: ['errors', 'limits', 'monitor', 'origins', 'page'],
    'listeners.ts': ['auth', 'errors', 'http', 'legacy', 'limits', 'origins', 'sockets', 'trpc'],
  },
};

/** The folder or file of a source folder that the path is in, e.g. `transport`; null if the path is elsewhere. */
function partOf(path: string, sources: string): string | null {
  return path.startsWith(`${sources}/`) ? (path.slice(sources.length + 1).split('/')[0] ?? null) : null;
}

/** The imports of a file that the rules of its source folder do not allow, one sentence each. */
export function folderViolations(file: SourceFile): string[] {
  return Object.entries(folderRules).flatMap(([sources, rules]) => {
    const part = partOf(file.path, sources);
    if (part === null) return [];
    const allowed = rules[part];
    if (allowed === undefined) return [`${file.path} is in no folder of the rules`];
    return file.imports.flatMap(({ target }) => {
      const imported = partOf(target, sources);
      return imported === null || imported === part || allowed.includes(imported)
        ? []
        : [`${file.path} imports ${target}. ${part} may import ${allowed.join(', ') || 'no other folder'}.`];
    });
  });
}
