import fc from 'fast-check';

// All property tests use one seed: a fixed one, so that a run can be repeated, or the one that `pnpm test:random` sets.
// fast-check prints it, with the path to the smallest counterexample, when a property fails.
// `pnpm test:mutation` needs no small counterexample, and has no time to look for one.
fc.configureGlobal({
  seed: Number(process.env.PROPERTY_SEED ?? 20_240),
  endOnFailure: process.env.PROPERTY_SHRINK === 'off',
});
