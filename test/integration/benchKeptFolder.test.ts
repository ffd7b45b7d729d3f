import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { copyKeptData } from '../bench/data/keptData.ts';

const fill = async (folder: string) => writeFileSync(join(folder, 'earshot.db'), 'data');

/** An empty folder for kept data, and what was printed to stderr. */
function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-kept-'));
  const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => {
    printed.mockRestore();
    rmSync(folder, { recursive: true });
  });
  const parts = { keep: join(folder, 'kept'), name: 'sqlite 0.5', target: join(folder, 'copy') };
  const unfinished = join(parts.keep, `${parts.name}.unfinished`);
  const copied = () => readFileSync(join(parts.target, 'earshot.db'), 'utf8');
  return { parts, unfinished, copied, printed: () => printed.mock.calls.map(([text]) => String(text)).join('') };
}

test('a folder is filled once, and copied from then on', async () => {
  const { parts, copied, printed } = setup();
  for (const content of ['data', 'data']) {
    await copyKeptData(parts, fill);
    expect(copied()).toBe(content);
    rmSync(parts.target, { recursive: true });
  }
  await copyKeptData(parts, () => Promise.reject(new Error('filled twice')));
  expect(printed()).toBe('');
});

test('a folder whose fill did not finish is deleted, which is printed, and filled again', async () => {
  const { parts, unfinished, copied, printed } = setup();
  const interrupted = async (folder: string) => {
    writeFileSync(join(folder, 'earshot.db-journal'), 'half');
    throw new Error('interrupted');
  };
  await expect(copyKeptData(parts, interrupted)).rejects.toThrow('interrupted');
  await copyKeptData(parts, fill);
  expect(copied()).toBe('data');
  expect(printed()).toBe(`Deleting ${unfinished}: its fill did not finish.\n`);
});

test('an unfinished folder to which other files were added is refused, and does not change', async () => {
  const { parts, unfinished } = setup();
  mkdirSync(unfinished, { recursive: true });
  for (const name of ['earshot.db', 'diary.txt']) writeFileSync(join(unfinished, name), 'mine');
  await expect(copyKeptData(parts, fill)).rejects.toThrow(
    `The folder ${unfinished} has files that this benchmark did not make: diary.txt. Move them elsewhere`,
  );
  expect(readFileSync(join(unfinished, 'diary.txt'), 'utf8')).toBe('mine');
  expect(existsSync(parts.target)).toBe(false);
});

test('a second run is refused while another one fills the folder, but not after that one was killed', async () => {
  const { parts, copied } = setup();
  const script = `
    import { copyKeptData } from ${JSON.stringify(import.meta.resolve('../bench/data/keptData.ts'))};
    const fill = () => new Promise((resolve) => setTimeout(resolve, 600_000)); // longer than this test
    await copyKeptData(${JSON.stringify(parts)}, () => (console.log('fills'), fill()));
  `;
  const other = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  const refused = `Another run of this benchmark is using ${join(parts.keep, parts.name)}: process ${other.pid} on `;
  await expect(copyKeptData(parts, fill)).rejects.toThrow(refused);
  other.kill('SIGKILL');
  await once(other, 'exit');
  await copyKeptData(parts, fill);
  expect(copied()).toBe('data');
});
