// Random numbers are functions of keys: equal keys, equal numbers. So keys are split and used once. To run it:
// npm run build:js && npx tsx --tsconfig tsconfig.run.json examples/keys.ts
import { jit, type NDArray, numpy as np, random, vmap } from "cotangent";
import { pipe } from "fp-ts/lib/function.js";

const { State } = random;
const show = (name: string, x: NDArray): void =>
  console.log(`${name}: ${Array.from(x.ravel().dataSync(), (v) => v.toFixed(4)).join(" ")}`);
const correlation = (a: NDArray, b: NDArray): NDArray => a.mul(b).mean().div(a.std().mul(b.std()));

// A key is a value. Nothing changes when it is used, so the second draw is the first one again.
const key = random.key(42);
show("drawn with a key          ", random.normal(key, [3]));
show("drawn with it once more   ", random.normal(key, [3]));

// Two keys made from one give numbers that have nothing to do with each other, or with those of the old key.
const [left, right] = random.split(key);
show("drawn with the left half  ", random.normal(left, [3]));
show("drawn with the right half ", random.normal(right, [3]));

// What reuse does: noise that should be independent is the same noise, and averages are wrong without any error.
const noise = (k: random.Key): NDArray => random.normal(k, [10_000]);
show("correlation, key reused   ", correlation(noise(left), noise(left)));
show("correlation, keys split   ", correlation(noise(left), noise(right)));

// A loop that does not know its length folds the step's number in: step 1000 needs none of the 999 before it.
show("step 1000                 ", random.normal(random.foldIn(key, 1000), [3]));

// Keys are arrays, so a batch of chains takes a batch of keys, and each chain draws what it draws alone.
const walk = (k: random.Key): NDArray => np.cumsum(random.normal(k, [100])).slice(-1);
const keys = random.split(key, 1000);
const ends = jit(vmap(walk))(keys);
show("1000 walks, mean and sd   ", np.stack([ends.mean(), ends.std()]));
const seventh = [...keys][7];
console.log(`walk 7 alone is walk 7: ${walk(seventh).item() === ends.slice(7).item()}`);

// Who would rather not thread keys takes the State monad: sample splits, chain passes on what is left.
const coin = State.sample((k) => random.bernoulli(k, 0.5, []));
const height = (heads: NDArray): random.Random<NDArray> =>
  State.sample((k) => random.normal(k, []).add(np.where(heads, 3, -3)));
const program = pipe(
  State.Do,
  State.bind("heads", () => coin),
  State.bind("height", ({ heads }) => height(heads)),
);
const drawn = State.run(key)(program);
console.log(`heads: ${drawn.heads.item()}, height: ${Number(drawn.height.item()).toFixed(4)}`);
