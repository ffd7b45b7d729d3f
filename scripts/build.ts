import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { writeFlatTypes } from './flatTypes.ts';
import { buildPage } from './page.ts';

// `pnpm build` writes packages/*/dist, the published files: JavaScript compiled file by file by tsc, and the declarations bundled into
// one file for each entry point. The page is built into the server's package, as `page`.

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '..');
const binary = (name: string) => path.join(root, 'node_modules', '.bin', name);
const packages = ['shared', 'server', 'client', 'cli'];

await compile();
await buildPage();
await chmod(path.join(root, 'packages/cli/dist/main.js'), 0o755);
await bundleTypes();

/** Compiles all packages in one run, because each uses the types of others. */
async function compile(): Promise<void> {
  const whole = path.join(root, 'dist');
  await rm(whole, { recursive: true, force: true });
  await run(binary('tsc'), ['-p', 'tsconfig.build.json'], { cwd: root }).catch((error: { stdout: string }) => {
    process.stderr.write(error.stdout);
    process.exit(1);
  });
  for (const name of packages) {
    const dist = path.join(root, 'packages', name, 'dist');
    await rm(dist, { recursive: true, force: true });
    await cp(path.join(whole, name, 'src'), dist, { recursive: true });
    await copyPages(path.join(root, 'packages', name, 'src'), dist);
  }
  await rm(whole, { recursive: true });
}

/** Copies the files that tsc does not: the markup and styles of pages that the server serves. */
async function copyPages(src: string, dist: string): Promise<void> {
  for (const file of await readdir(src, { recursive: true })) {
    if (/\.(html|css)$/.test(file)) await cp(path.join(src, file), path.join(dist, file));
  }
}

/**
 * Bundles each package's declarations into one file for each of its entry points. They import nothing that users may lack: the
 * client's import neither the server nor zod, the server's no package whose types are published separately (`ws`, Node.js).
 */
async function bundleTypes(): Promise<void> {
  const flat = path.join(root, 'packages/client/dist/flat');
  await mkdir(flat);
  writeFlatTypes(root, flat);
  await bundleDeclarations('shared', { allowed: /^(zod|superjson)$/, entryOf: () => 'index' });
  await bundleDeclarations('server', {
    allowed: /^(@earshot\/shared(\/plain)?|ipaddr\.js|@trpc\/server\/unstable-core-do-not-import)$/,
    replace: { '/trpc/router.ts': path.join(flat, 'server.d.ts') },
    entryOf: serverEntryOf,
  });
  await bundleDeclarations('client', {
    allowed: /^(@tanstack\/react-query|react)$/,
    paths: { '@earshot/shared': [path.join(flat, 'shared.d.ts')] },
    replace: { './api.ts': path.join(flat, 'api.d.ts') },
    entryOf: (file) => (file.startsWith('src/react/') ? undefined : 'index'),
  });
  await rm(flat, { recursive: true, force: true });
  await removeDeclarations(path.join(root, 'packages/cli/dist')); // the command exports nothing
}

function serverEntryOf(file: string): string | undefined {
  if (/^src\/(config\/|ipAddress)/.test(file)) return 'config/index';
  if (file.startsWith('src/observe/')) return 'observe/index';
  return file.startsWith('src/store/') ? 'store' : undefined;
}

interface Bundling {
  /** The modules that the declarations may import. Any other import fails the build. */
  allowed: RegExp;
  /** Declarations that replace packages. */
  paths?: Record<string, string[]>;
  /** Declarations that replace modules, by the end of their paths. */
  replace?: Record<string, string>;
  /** The entry point, or the further file, that has a source's declarations, if several entry points use them. */
  entryOf: (file: string) => string | undefined;
}

async function bundleDeclarations(
  name: string,
  { allowed, paths = {}, replace = {}, entryOf }: Bundling,
): Promise<void> {
  const folder = path.join(root, 'packages', name);
  const dist = path.join(folder, 'dist');
  const bundle = await rollup({
    input: await entryPoints(folder),
    external: (id) => /^(node:|@?[a-z])/.test(id) && !path.isAbsolute(id) && !(id in paths),
    plugins: [
      {
        name: 'replace',
        resolveId: (source) => Object.entries(replace).find(([end]) => source.endsWith(end))?.[1] ?? null,
      },
      dts({ tsconfig: path.join(root, 'tsconfig.json'), compilerOptions: { paths } }),
    ],
    onwarn: (warning) => {
      if (warning.code === 'UNUSED_EXTERNAL_IMPORT') return; // unused imports are removed
      throw new Error(warning.message);
    },
  });
  const { output } = await bundle.generate({
    format: 'es',
    manualChunks: (file) => entryOf(path.relative(folder, file)),
    chunkFileNames: '[name].d.ts',
    hoistTransitiveImports: false,
  });
  await bundle.close();
  await removeDeclarations(dist);
  for (const file of output) {
    if (file.type !== 'chunk') continue;
    const foreign = file.imports.filter((id) => !id.endsWith('.d.ts') && !allowed.test(id));
    if (foreign.length > 0) throw new Error(`The declarations of ${name} import ${foreign.join(', ')}`);
    await writeFile(path.join(dist, file.fileName), await format(file.code));
  }
}

/** The sources of the exports in package.json, by their path in dist. */
async function entryPoints(folder: string): Promise<Record<string, string>> {
  const manifest: { exports: Record<string, string> } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  const sources = Object.values(manifest.exports).filter((file) => /\.tsx?$/.test(file));
  return Object.fromEntries(
    sources.map((file) => [path.posix.relative('src', file).replace(/\.tsx?$/, ''), path.join(folder, file)]),
  );
}

async function removeDeclarations(dist: string): Promise<void> {
  for (const file of await readdir(dist, { recursive: true })) {
    if (file.endsWith('.d.ts')) await rm(path.join(dist, file));
  }
}

async function format(code: string): Promise<string> {
  const child = run(binary('biome'), ['format', '--stdin-file-path=index.d.ts'], { cwd: root });
  child.child.stdin?.end(code);
  return (await child).stdout;
}
