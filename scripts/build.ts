import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { writeFlatTypes } from './flatTypes.ts';
import { buildPage } from './page.ts';

// `pnpm build` makes packages/*/dist, which is what gets published: JavaScript and declarations by tsc, file for file,
// except that the client's declarations are one flat file for each of its entry points. The page goes into the server's
// package, as `page`.

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '..');
const binary = (name: string) => path.join(root, 'node_modules', '.bin', name);
const packages = ['shared', 'server', 'client'];

await compile();
await buildPage();
await chmod(path.join(root, 'packages/server/dist/main.js'), 0o755);
await bundleClientTypes(path.join(root, 'packages/client'));

/** All packages in one run, because the server uses the client and the client the server's types. */
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

/** What tsc leaves behind: the markup and styles of pages that the server serves. */
async function copyPages(src: string, dist: string): Promise<void> {
  for (const file of await readdir(src, { recursive: true })) {
    if (/\.(html|css)$/.test(file)) await cp(path.join(src, file), path.join(dist, file));
  }
}

/** The client's users get neither the server's types nor zod's to read: editors stay quick, and less can break. */
async function bundleClientTypes(client: string): Promise<void> {
  const dist = path.join(client, 'dist');
  const flat = path.join(dist, 'flat');
  await mkdir(flat);
  writeFlatTypes(root, flat);
  const paths = {
    '@earshot/server': [path.join(flat, 'server.d.ts')],
    '@earshot/shared': [path.join(flat, 'shared.d.ts')],
  };
  const bundle = await rollup({
    input: await entryPoints(client),
    external: /^(@trpc\/|@tanstack\/|react$)/,
    plugins: [dts({ tsconfig: path.join(root, 'tsconfig.json'), compilerOptions: { paths } })],
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  const { output } = await bundle.generate({
    format: 'es',
    // What both entry points speak of stands in the first one, not in a third file.
    manualChunks: (file) => (path.relative(client, file).startsWith('src/react') ? undefined : 'index'),
    hoistTransitiveImports: false,
  });
  await bundle.close();
  await removeDeclarations(dist);
  for (const file of output) {
    if (file.type === 'chunk') await writeFile(path.join(dist, file.fileName), await format(file.code));
  }
  await rm(flat, { recursive: true, force: true });
}

/** The sources of what package.json exports, by the path that they get in dist. */
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
