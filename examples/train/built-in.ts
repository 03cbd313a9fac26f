/** Points of a built-in data set as an input, without files: the page in examples/browser takes them too. */
import type { random } from "cotangent";
import {
  dataSets,
  explainPointsFault,
  fitScaling,
  type PointsFault,
  type Scaling,
  scalingMaps,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import type { DataSetName, Input } from "./input.js";

/** Rows of a built-in data set to learn from, and to test on. */
const builtIn = { train: 400_000, heldOut: 20_000 };

/** Points of a built-in set, drawn anew for each key. The rows held out are the same for all keys of training. */
export function builtInInput(name: DataSetName, key: random.Key, heldOutKey: random.Key): Input {
  const { sample, logDensity } = dataSets[name];
  const points = sample(key, builtIn.train).astype("float64");
  const fresh = sample(heldOutKey, builtIn.heldOut).astype("float64");
  const names = ["x", "y"];
  const scaling = right(fitScaling(points));
  const { forward } = scalingMaps(scaling);
  const train = forward(points);
  const heldOut = forward(fresh);
  return {
    title: name,
    source: { kind: "dataset", name },
    names,
    points,
    scaling,
    train,
    heldOut,
    logDensities: logDensity(fresh),
    folds: [{ scaling, train, heldOut }],
    notes: [],
  };
}

/** A built-in set always can be scaled. */
function right(scaling: E.Either<PointsFault, Scaling>): Scaling {
  if (E.isRight(scaling)) return scaling.right;
  throw new Error(explainPointsFault(scaling.left));
}
