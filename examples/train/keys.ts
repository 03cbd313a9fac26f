/** The keys of a run. */
import { random } from "cotangent";

/** Everything random comes from the seed, each use with a key of its own: the same options give the same bytes. */
export const keysOf = (seed: number) => {
  const [data, heldOut, choice, training, samples, verdict] = random.split(random.key(seed), 6);
  return { data, heldOut, choice, training, samples, verdict };
};
