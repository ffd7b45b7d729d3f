import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { copyContext } from './buildContext.ts';
import { execForm, type Instruction, pairsOf, parseDockerfile } from './dockerfile.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

/** The result of a stage so far, and how a container of it starts. */
export interface Stage {
  /** The folder of this machine that represents `/`. */
  root: string;
  /** The name of the base image. */
  base: string;
  workdir: string;
  env: Record<string, string>;
  user: string;
  volumes: string[];
  labels: Record<string, string>;
  ports: string[];
  entrypoint: string[];
  command: string[];
  health: string[];
}

interface BuildOptions {
  /** The folder with `Dockerfile` and `.dockerignore`. */
  context: string;
  /** An empty folder, in which the stages are built. */
  folder: string;
}

/**
 * Builds an image without a container engine: runs the instructions of the Dockerfile with the Node.js of this process, on this
 * machine instead of the base image. Each stage has a folder as its root, and absolute paths refer to it.
 * Throws an Error for instructions and options that it does not know.
 */
export async function buildImage({ context, folder }: BuildOptions): Promise<Stage> {
  const stages = new Map<string, Stage>();
  const files = path.join(folder, 'context');
  await copyContext(context, files);
  let last: Stage | undefined;
  for (const instruction of parseDockerfile(await readFile(path.join(context, 'Dockerfile'), 'utf8'))) {
    if (instruction.keyword === 'FROM') {
      const [base = '', , name = `stage-${stages.size}`] = instruction.text.split(/\s+/);
      last = await startStage(path.join(folder, name), base, stages.get(base));
      stages.set(name, last);
    } else {
      if (last === undefined) throw new Error('The Dockerfile does not begin with FROM.');
      const origin = instruction.flags.from;
      await apply(instruction, last, origin === undefined ? files : (stages.get(origin)?.root ?? ''));
    }
  }
  if (last === undefined) throw new Error('The Dockerfile is empty.');
  return last;
}

async function startStage(root: string, base: string, from: Stage | undefined): Promise<Stage> {
  if (from !== undefined) {
    await cp(from.root, root, { recursive: true, verbatimSymlinks: true });
    return { ...from, root, env: { ...from.env } };
  }
  await mkdir(path.join(root, 'usr/local/bin'), { recursive: true });
  await cp(process.execPath, path.join(root, 'usr/local/bin/node'));
  await chmod(path.join(root, 'usr/local/bin/node'), 0o755);
  const start = { entrypoint: [], command: [], health: [], volumes: [], labels: {}, ports: [] };
  return { root, base, workdir: '/', env: {}, user: '0:0', ...start };
}

async function apply(instruction: Instruction, stage: Stage, source: string): Promise<void> {
  const { keyword, text } = instruction;
  if (keyword === 'RUN') await runCommand(text, stage);
  else if (keyword === 'COPY') await copy(instruction, stage, source);
  else if (keyword === 'WORKDIR') await enter(text, stage);
  else if (keyword === 'ENV') Object.assign(stage.env, pairsOf(instruction));
  else if (keyword === 'LABEL') stage.labels = pairsOf(instruction);
  else if (keyword === 'USER') stage.user = text;
  else if (keyword === 'VOLUME') stage.volumes = [text];
  else if (keyword === 'EXPOSE') stage.ports = [text];
  else if (keyword === 'ENTRYPOINT') stage.entrypoint = execForm(instruction);
  else if (keyword === 'CMD') stage.command = execForm(instruction);
  else if (keyword === 'HEALTHCHECK')
    stage.health = execForm({ keyword, flags: {}, text: text.replace(/^CMD\s+/, '') });
  else throw new Error(`The build does not know ${keyword}.`);
}

async function enter(folder: string, stage: Stage): Promise<void> {
  stage.workdir = folder;
  await mkdir(inside(stage, '.'), { recursive: true });
}

/** The path on this machine of a container's path, which is absolute or relative to the working directory. */
export function inside({ root, workdir }: Stage, file: string): string {
  return path.join(root, path.posix.resolve(workdir, file));
}

/** The environment of a process in the container. */
export function environmentOf({ root, env }: Stage): Record<string, string> {
  return { ...env, PATH: `${path.join(root, 'usr/local/bin')}:${process.env.PATH ?? ''}` };
}

async function runCommand(text: string, stage: Stage): Promise<void> {
  const command = text.replace(/(?<=\s)\/(?=\w)/g, `${stage.root}/`);
  // Only root can change the owner of a file.
  const script = isRoot ? command : `chown() { :; }; ${command}`;
  // Package managers read registries, proxies and certificates from this machine's environment.
  const env = { ...process.env, ...environmentOf(stage) };
  const options = { cwd: inside(stage, '.'), env, maxBuffer: 2 ** 24, timeout: 240_000 };
  await run('sh', ['-c', script], options).catch(({ stdout, stderr }) =>
    Promise.reject(new Error(`RUN failed: ${command}\n${stdout}${stderr}`)),
  );
}

async function copy({ text, flags }: Instruction, stage: Stage, source: string): Promise<void> {
  const unknown = Object.keys(flags).filter((name) => name !== 'from');
  if (unknown.length > 0 || source === '') throw new Error(`The build does not know this COPY: ${text}`);
  const files = text.split(/\s+/);
  const target = files.pop() ?? '';
  for (const file of files) {
    const from = path.join(source, file);
    const isFolder = (await stat(from)).isDirectory();
    const to = inside(stage, !isFolder && target.endsWith('/') ? path.join(target, path.basename(file)) : target);
    await cp(from, to, { recursive: true, verbatimSymlinks: true });
  }
}
