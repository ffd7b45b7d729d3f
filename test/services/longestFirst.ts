import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take a minute or more, most of it waiting. If one began last, the run would end with it alone. vitest knows the durations only
 * from an earlier run on the same machine, and otherwise begins with the largest files.
 */
const longest = ['test/faults/killedErasure.test.ts', 'test/packages/consumers.test.ts'];

/** Orders the files of a run: of each project, the longest come first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => longest.some((file) => moduleId.endsWith(file));
    // Stable, so that the order of groups and projects stays.
    const groups = Map.groupBy(sorted, ({ project }) => project);
    return [...groups.values()].flatMap((group) => group.sort((a, b) => Number(isLong(b)) - Number(isLong(a))));
  }
}
