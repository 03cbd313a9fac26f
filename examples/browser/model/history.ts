/**
 * What was measured so far, in bounded room: when it is full, neighbours are averaged, and each entry then stands for twice as
 * many steps. A run of a million steps takes no more memory than one of a thousand.
 */

/** The means over `stride` steps each; the last entry is of as many steps as there were. */
export interface History {
  readonly stride: number;
  /** The last step of each entry. */
  readonly steps: readonly number[];
  readonly dataEnergy: readonly number[];
  readonly sampleEnergy: readonly number[];
  /** Steps in the last entry. */
  readonly filled: number;
}

export interface Score {
  readonly step: number;
  readonly mean: number;
  readonly standardError: number;
}

export const emptyHistory: History = { stride: 1, steps: [], dataEnergy: [], sampleEnergy: [], filled: 0 };

/** Entries that a chart shows. An even number, so that neighbours are pairs. */
export const mostEntries = 600;

/** The history with further steps, `last` being the number of the last of them. */
export function extended(
  history: History,
  last: number,
  dataEnergy: ArrayLike<number>,
  sampleEnergy: ArrayLike<number>,
): History {
  const grown = {
    steps: [...history.steps],
    dataEnergy: [...history.dataEnergy],
    sampleEnergy: [...history.sampleEnergy],
  };
  let { stride, filled } = history;
  const count = dataEnergy.length;
  for (let i = 0; i < count; i++) {
    if (filled === stride || grown.steps.length === 0) {
      if (grown.steps.length === mostEntries) {
        stride *= 2;
        grown.steps = grown.steps.filter((_, k) => k % 2 === 1);
        grown.dataEnergy = halved(grown.dataEnergy);
        grown.sampleEnergy = halved(grown.sampleEnergy);
      }
      grown.steps.push(0);
      grown.dataEnergy.push(0);
      grown.sampleEnergy.push(0);
      filled = 0;
    }
    const at = grown.steps.length - 1;
    filled++;
    grown.steps[at] = last - count + 1 + i;
    grown.dataEnergy[at] += (dataEnergy[i] - grown.dataEnergy[at]) / filled;
    grown.sampleEnergy[at] += (sampleEnergy[i] - grown.sampleEnergy[at]) / filled;
  }
  return { ...grown, stride, filled };
}

/** The history up to a step: a run goes on from there again. An entry that reaches beyond it goes as a whole. */
export function cutAfter(history: History, step: number): History {
  const count = history.steps.filter((last) => last <= step).length;
  return {
    ...history,
    steps: history.steps.slice(0, count),
    dataEnergy: history.dataEnergy.slice(0, count),
    sampleEnergy: history.sampleEnergy.slice(0, count),
    filled: count === history.steps.length ? history.filled : history.stride,
  };
}

/** The means of pairs. */
const halved = (values: readonly number[]): number[] =>
  Array.from({ length: values.length / 2 }, (_, i) => (values[2 * i] + values[2 * i + 1]) / 2);

/** Scores with one more; of too many the one goes that leaves the smallest gap, so that they stay about evenly spread over the run. */
export function withScore(scores: readonly Score[], score: Score): readonly Score[] {
  const all = [...scores.filter(({ step }) => step < score.step), score];
  if (all.length <= mostScores) return all;
  const gaps = all.slice(2).map(({ step }, k) => step - all[k].step);
  const crowded = gaps.indexOf(Math.min(...gaps)) + 1;
  return all.filter((_, k) => k !== crowded);
}

/** Scores that a chart shows. */
export const mostScores = 300;
