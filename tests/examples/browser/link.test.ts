/** The page's link: it carries every setting, and may be anybody's. */
import fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { describe, expect, test } from "vitest";
import { decodeLink, encodeLink } from "../../../examples/browser/model/link.js";
import { brushes, mostDabs, steps } from "../../../examples/browser/model/painting.js";
import {
  dataSetNames,
  defaults,
  limits,
  type NumberName,
  type Settings,
  surfaceKinds,
  targetNames,
} from "../../../examples/browser/model/settings.js";

const number = (name: NumberName): fc.Arbitrary<number> => {
  const { least, most, isWhole } = limits[name];
  if (isWhole) return fc.integer({ min: least, max: most });
  return fc.integer({ min: 1, max: 10_000 }).map((n) => Math.min(most, Math.max(least, n / 10_000)));
};
const cell = fc.nat(steps - 1);
const dab = fc.record({ column: cell, row: cell });
const settings: fc.Arbitrary<Settings> = fc.record({
  source: fc.oneof(
    fc.record({ kind: fc.constant("dataset" as const), name: fc.constantFrom(...dataSetNames) }),
    fc.record({
      kind: fc.constant("painting" as const),
      painting: fc.record({ dabs: fc.array(dab, { maxLength: 30 }), brush: fc.constantFrom(...brushes) }),
    }),
  ),
  hidden: fc.array(fc.integer({ min: 1, max: 256 }), { minLength: 1, maxLength: 4 }),
  stepSize: number("stepSize"),
  langevinSteps: number("langevinSteps"),
  hops: number("hops"),
  learningRate: number("learningRate"),
  iterations: number("iterations"),
  speed: number("speed"),
  seed: number("seed"),
  target: fc.constantFrom(...targetNames),
  surface: fc.constantFrom(...surfaceKinds),
});

describe("a link", () => {
  test("gives the settings that it was made from, without a character that needs escaping", () => {
    const law = fc.property(settings, (chosen) => {
      const link = encodeLink(chosen);
      expect(link).toMatch(/^[\w.,=&-]*$/);
      expect(decodeLink(`#${link}`)).toEqual(E.right(chosen));
    });
    fc.assert(law);
  });
  test("says nothing of what is as usual", () => {
    expect(encodeLink(defaults)).toBe("");
    expect(encodeLink({ ...defaults, seed: 3, hidden: [32, 32] })).toBe("hidden=32,32&seed=3");
    expect(decodeLink("")).toEqual(E.right(defaults));
  });
  test("of a full painting is one that is read", () => {
    const dabs = Array.from({ length: mostDabs }, () => ({ column: steps - 1, row: 0 }));
    const full: Settings = {
      ...defaults,
      source: { kind: "painting", painting: { dabs, brush: brushes[0] } },
    };
    expect(decodeLink(encodeLink(full))).toEqual(E.right(full));
  });
});

describe("a link that is none of ours is answered in one sentence", () => {
  test.each<readonly [string, string]>([
    ["#nonsense", '"nonsense" is none of its settings'],
    [
      "#data=../../etc/passwd",
      'data must be 8gaussians, moons, checkerboard, pinwheel, swissroll, 2spirals, rings, mixture, painted; it is "../../etc/passwd"',
    ],
    [
      "#data=__proto__",
      'data must be 8gaussians, moons, checkerboard, pinwheel, swissroll, 2spirals, rings, mixture, painted; it is "__proto__"',
    ],
    ["#__proto__=1", '"__proto__=1" is none of its settings'],
    ["#seed=-1", 'seed must be a whole number from 0 to 4294967295; it is "-1"'],
    ["#seed=1e5", 'seed must be a whole number from 0 to 4294967295; it is "1e5"'],
    ["#seed=", 'seed must be a whole number from 0 to 4294967295; it is ""'],
    ["#seed=1&seed=2", "seed stands in it twice"],
    ["#step=NaN", 'step must be a number from 0.0001 to 1; it is "NaN"'],
    ["#rate=Infinity", 'rate must be a number from 0.00001 to 0.1; it is "Infinity"'],
    ["#iterations=99999999", 'iterations must be a whole number from 1 to 1000000; it is "99999999"'],
    ["#hidden=4096", 'hidden must be one to 4 widths from 1 to 256, such as 64,64,64; it is "4096"'],
    ["#hidden=", 'hidden must be one to 4 widths from 1 to 256, such as 64,64,64; it is ""'],
    ["#target=cuda", 'target must be wasm or gpu or webgpu or webgl2; it is "cuda"'],
    [
      "#surface=<img src=x onerror=alert(1)>",
      'surface must be energy or density; it is "<img src=x onerror=alert(1)>"',
    ],
    ["#data=painted&dabs=AAA", "brush must be 0.12 or 0.25 or 0.5; it is missing"],
    [
      "#data=painted&brush=0.25&dabs=AA",
      'dabs must be up to 800 times three letters, digits, - or _; it is "AA"',
    ],
    [
      "#data=painted&brush=0.25&dabs=A!A",
      'dabs must be up to 800 times three letters, digits, - or _; it is "A!A"',
    ],
    ["#dabs=AAA", "dabs is of painted points, and data is not painted"],
  ])("%s", (link, complaint) => {
    expect(decodeLink(link)).toEqual(E.left(complaint));
  });
  test("however long it is", () => {
    expect(decodeLink(`#seed=${"1".repeat(5000)}`)).toEqual(
      E.left("it has 5005 characters, and none of ours has"),
    );
  });
  test("whatever its characters are", () => {
    const law = fc.property(fc.string({ maxLength: 60 }), (text) => {
      const decoded = decodeLink(`#${text}`);
      if (E.isLeft(decoded)) expect(decoded.left).not.toMatch(/[\n\r]/);
    });
    fc.assert(law);
  });
});
