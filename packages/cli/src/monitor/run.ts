import { type Identity, identityOf } from './identity.ts';
import { legacyDriver } from './legacyDriver.ts';
import type { Output } from './output.ts';
import type { ScenarioDriver, ScenarioDriverOptions } from './participant.ts';
import { type Scenario, type ScenarioName, scenarios } from './scenarios.ts';
import { type Target, UsageError, type Wire } from './target.ts';
import { trpcDriver } from './trpcDriver.ts';

/** Milliseconds that a scenario may take. */
const scenarioMs = 15_000;

const drivers: Record<Wire, (options: ScenarioDriverOptions) => ScenarioDriver> = {
  trpc: trpcDriver,
  legacy: legacyDriver,
};
const names = Object.keys(scenarios) as ScenarioName[];
const isName = (name: string): name is ScenarioName => Object.hasOwn(scenarios, name);

interface RunOptions {
  target: Target;
  /** The prefix of the user names. */
  name: string;
  tokens: readonly string[];
}

/**
 * Validates the chosen scenarios, and returns a function that runs each of them on every wire. It prints a line for each,
 * and resolves to the exit code: 0 if all passed, otherwise 1. Throws a UsageError.
 */
export function chooseScenarios(
  requested: readonly string[],
  options: RunOptions,
): (output: Output) => Promise<number> {
  const unknown = requested.find((name) => name !== 'all' && !isName(name));
  if (unknown !== undefined) {
    throw new UsageError(`Unknown scenario “${unknown}”. Choose from ${names.join(', ')} and all.`);
  }
  const chosen = requested.includes('all') ? names : names.filter((name) => requested.includes(name));
  const { tokens, name, target } = options;
  if (tokens.length === 1 && chosen.some((one) => scenarios[one].users === 2)) {
    throw new UsageError('two-users needs the tokens of two users: give --token twice.');
  }
  if (target.rooms.length > 1) throw new UsageError('Scenarios use one room: give one, or none to create a room.');
  const users: [Identity, Identity] = [identityOf(`${name}-a`, tokens[0]), identityOf(`${name}-b`, tokens[1])];
  return (output) => runAll(chosen, { target, users, output });
}

interface Running {
  target: Target;
  users: [Identity, Identity];
  output: Output;
}

async function runAll(chosen: readonly ScenarioName[], { target, users, output }: Running): Promise<number> {
  let failed = 0;
  for (const wire of target.wires) {
    for (const name of chosen) {
      const scenario: Scenario = scenarios[name];
      const startedAt = performance.now();
      const { base, rooms } = target;
      const error = await attempt(scenario, wire, { base, room: rooms[0] ?? null, users });
      const ms = Math.round(performance.now() - startedAt);
      if (error !== null) failed += 1;
      const verdict = error === null ? output.paint('green', 'pass') : output.paint('red', 'FAIL');
      const detail = error ?? scenario.shows;
      output.report(`${verdict}  ${wire.padEnd(6)}  ${name.padEnd(10)}  ${`${ms} ms`.padStart(8)}  ${detail}`, {
        scenario: name,
        wire,
        passed: error === null,
        ms,
        ...(error !== null && { error }),
      });
    }
  }
  const passed = chosen.length * target.wires.length - failed;
  output.report(`${passed} passed, ${failed} failed`, { summary: { passed, failed } });
  return failed === 0 ? 0 : 1;
}

/** Resolves to the failure message, or null. Ends soon after the scenario's time limit. */
async function attempt(
  scenario: Scenario,
  wire: Wire,
  where: Omit<ScenarioDriverOptions, 'signal'>,
): Promise<string | null> {
  const signal = AbortSignal.timeout(scenarioMs);
  try {
    await scenario.run(drivers[wire]({ ...where, signal }));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
