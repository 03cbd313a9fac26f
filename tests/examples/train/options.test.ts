/** What the command line means when nothing, or little, is said. */
import * as E from "fp-ts/lib/Either.js";
import { describe, expect, test } from "vitest";
import { decodeOptions, type TrainOptions } from "../../../examples/train/options.js";
import { recipes } from "../../../examples/train/recipes.js";

const decoded = (...args: readonly string[]): TrainOptions => {
  const found = decodeOptions(args);
  if (E.isRight(found) && found.right.kind === "train") return found.right;
  throw new Error(`no options of a new run: ${args.join(" ")}`);
};

describe("options", () => {
  test("of nothing are the default recipe on 8 gaussians", () => {
    expect(decoded()).toEqual({
      kind: "train",
      from: { kind: "dataset", name: "8gaussians" },
      recipe: recipes.default,
      isFixed: false,
      seed: 0,
      samples: 2000,
      checkpointEvery: 500,
      out: "out",
      target: "wasm",
    });
  });
  test.each(["default", "quick", "long", "plain"] as const)("name the recipe %s whole", (name) => {
    expect(decoded("--recipe", name).recipe).toEqual(recipes[name]);
  });
  test("replace parts of a recipe, and leave the others", () => {
    const { recipe, isFixed } = decoded("--recipe", "plain", "--langevin-steps", "50", "--hidden", "16, 8");
    expect(recipe).toEqual({ ...recipes.plain, langevinSteps: 50, hidden: [16, 8] });
    expect(isFixed).toBe(true);
  });
  test("let the buffer follow the number of chains", () => {
    expect(decoded("--chains", "1000").recipe.buffer).toBe(1000);
    expect(decoded("--chains", "10").recipe.buffer).toBe(recipes.default.buffer);
  });
  test("without the correction have no hops", () => {
    expect(decoded("--no-metropolis").recipe).toMatchObject({ metropolis: false, hops: 0 });
  });
  test("say how a file is read", () => {
    const args = ["--data", "p.csv", "--columns", "x, 3", "--missing", "0.5", "--header", "no"];
    expect(decoded(...args).from).toEqual({
      kind: "file",
      path: "p.csv",
      columns: ["x", 3],
      missing: 0.5,
      outliers: 8,
      header: false,
    });
  });
});
