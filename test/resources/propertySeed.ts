import fc from 'fast-check';

const { PROPERTY_SEED, PROPERTY_RUNS, PROPERTY_SHRINK } = process.env;

// All property tests use one seed: a fixed one, so that a run can be repeated, or the one that `pnpm test:random` sets.
// fast-check prints it, with the path to the smallest counterexample, when a property fails.
// `pnpm test:mutation` needs no small counterexample, and has no time to look for one or for many runs.
fc.configureGlobal({
  seed: Number(PROPERTY_SEED ?? 20_240),
  endOnFailure: PROPERTY_SHRINK === 'off',
  ...(PROPERTY_RUNS && { numRuns: Number(PROPERTY_RUNS) }),
});
