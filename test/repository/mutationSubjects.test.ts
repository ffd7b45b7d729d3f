import { globSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findSubjects, unmeasured } from '../mutation/subjects.ts';

const root = path.resolve(import.meta.dirname, '../..');
const measuredFolders = 'packages/server/src/{feed/{,cache/},store/{,sqlite/{,writing/}}}*.ts';

test('every file of the feed and of the store without a service is measured by mutation tests, or excluded for a reason', () => {
  const sources = globSync(measuredFolders, { cwd: root }).filter(
    (file) => !/\.test\.ts$|\/test[A-Z]\w*\.ts$/.test(file),
  );
  expect(sources.length).toBeGreaterThan(40);
  const known = new Set([...findSubjects(root, []).map(({ source }) => source), ...Object.keys(unmeasured)]);
  expect(sources.filter((source) => !known.has(source))).toEqual([]);
  expect(Object.keys(unmeasured).filter((file) => !sources.includes(file))).toEqual([]);
});
