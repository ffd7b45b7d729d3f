/** The share of comparisons of equal commits that may fail. */
const falseAlarmsMax = 1 / 20;

/** Maximum number of compared figures of a case. */
const figuresPerCaseMax = 4;

/**
 * Upper bound of the probability that at least one of these figures is worse although both commits are equal, so that all orders of their
 * rounds are equally likely. Figures of one case depend on each other, which makes it less.
 */
export const falseAlarmBound = (figures: number, rounds: number): number => Math.min(1, figures / waysToChoose(rounds));

/** The fewest rounds with which `--fail` is right about equal commits in 19 of 20 comparisons. */
export function roundsToFail(cases: number): number {
  let rounds = 3;
  while (falseAlarmBound(figuresPerCaseMax * cases, rounds) > falseAlarmsMax) rounds += 1;
  return rounds;
}

/** The ways to choose the rounds of one commit among those of both: (2n)! / (n!)². */
function waysToChoose(rounds: number): number {
  let ways = 1;
  for (let n = 1; n <= rounds; n += 1) ways = (ways * (rounds + n)) / n;
  return Math.round(ways);
}
