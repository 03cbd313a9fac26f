/** The command: what it writes, and the one line with which bad input ends. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as E from "fp-ts/lib/Either.js";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeOptions } from "../../examples/train/options.js";
import { parsePoints, readPoints, rowsOf } from "../../examples/train/read-points.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cotangent-train-"));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the script on the sources, as a stranger would from the command line. */
const command = (...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const script = join(root, "examples/train.ts");
    execFile(process.execPath, ["--import", "tsx", script, ...args], { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const rows = Array.from({ length: 60 }, (_, i) => `${Math.sin(i)},${Math.cos(3 * i)}`);
const small = ["--iterations", "2", "--batch", "8", "--steps", "2", "--samples", "20"];

describe("bad input ends with one line on stderr and exit code 2, and nothing written", () => {
  const out = join(folder, "bad");
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    [
      "a bad row",
      ["--data", file("bad.csv", ["x,y", ...rows.slice(0, 9), "0.5,o.7", ...rows].join("\n"))],
      `${join(folder, "bad.csv")}: line 11, column 2: "o.7" is not a finite number`,
    ],
    [
      "an empty file",
      ["--data", file("empty.csv", "")],
      `${join(folder, "empty.csv")}: line 1, column 1: there are no rows of numbers; give one point a line, such as 0.5,-1.2`,
    ],
    [
      "a missing file",
      ["--data", join(folder, "missing.csv")],
      `${join(folder, "missing.csv")}: there is no such file or folder`,
    ],
    [
      "a nonsense option",
      ["--iterations", "many"],
      "option '--iterations <n>' argument 'many' is invalid. give a whole number, 1 or more.",
    ],
    [
      "divergence",
      [...small, "--steps", "60", "--first-step", "1000", "--last-step", "1000"],
      "training diverged at iteration 1: the loss is not finite; lower --first-step or --learning-rate",
    ],
  ];
  const outcomes = new Map<string, Outcome>();
  beforeAll(async () => {
    for (let i = 0; i < cases.length; i += 2) {
      await Promise.all(
        cases
          .slice(i, i + 2)
          .map(async ([name, args]) => outcomes.set(name, await command(...args, "--out", out))),
      );
    }
  }, 120_000);

  test.each(cases)("%s", (name, _, line) => {
    const outcome = outcomes.get(name);
    expect(outcome?.stderr).toBe(`train: ${line}\n`);
    expect(outcome?.code).toBe(2);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  test("an output folder that is a file", async () => {
    const taken = file("taken", "");
    const { code, stderr } = await command(...small, "--out", taken);
    expect([code, stderr]).toEqual([2, `train: ${taken}: a file stands where a folder is needed\n`]);
  });
});

describe("a run", () => {
  test("on a file prints losses, writes a whole picture and is the same twice", async () => {
    const data = file("good.csv", `\uFEFF"x";"y"\r\n${rows.join("\r\n").replaceAll(",", ";")}\r\n`);
    const outs = ["one", "two"].map((name) => join(folder, "deep", name));
    const outcomes = await Promise.all(outs.map((out) => command(...small, "--data", data, "--out", out)));
    for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
      expect(stderr).toBe("");
      expect(code).toBe(0);
      expect(stdout).toMatch(/^1\/2 {2}loss .* E\(data\) .* E\(samples\) .*\n2\/2 /);
      expect(stdout).toContain(`wrote ${join(outs[i], "picture.svg")}`);
      expect(readdirSync(outs[i])).toEqual(["picture.svg"]);
    }
    const [first, second] = outs.map((out) => readFileSync(join(out, "picture.svg"), "utf8"));
    expect(first === second).toBe(true);
    for (const part of [
      "<svg ",
      "The learned energy of good.csv<",
      ">20 of 60 points of data<",
      ">20 samples of the model",
      "</svg>\n",
    ]) {
      expect([part, first.includes(part)]).toEqual([part, true]);
    }
  });
  test("keeps the picture that was there when the new one cannot be written", async () => {
    const out = join(folder, "kept");
    mkdirSync(join(out, "picture.svg"), { recursive: true });
    const { code, stderr } = await command(...small, "--out", out);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^train: .*picture\.svg: .*\n$/);
    expect(readdirSync(out)).toEqual(["picture.svg"]);
  });
});

describe("files", () => {
  const complaint = async (path: string): Promise<unknown> => {
    const read = await readPoints(path)();
    return E.isLeft(read) ? read.left : "none";
  };
  test("a folder is no file", async () => {
    expect(await complaint(folder)).toBe(`${folder}: this is a folder, not a file`);
  });
  test("a short row names file, line and column", async () => {
    const path = file("short.csv", `${rows.slice(0, 3).join("\n")}\n4\n`);
    expect(await complaint(path)).toBe(
      `${path}: line 4, column 2: the row has 1 cell, and points have 2 coordinates`,
    );
  });
});

describe("options", () => {
  const fault = (...args: readonly string[]): string => {
    const decoded = decodeOptions(args);
    return E.isLeft(decoded) && decoded.left.kind === "fault" ? decoded.left.message : "none";
  };
  test.each([
    ["unknown", ["--colour"], "unknown option '--colour'"],
    ["without its value", ["--seed"], "option '--seed <n>' argument missing"],
    [
      "a negative count",
      ["--steps", "-3"],
      "option '--steps <n>' argument '-3' is invalid. give a whole number, 1 or more.",
    ],
    [
      "half a batch",
      ["--batch", "1.5"],
      "option '--batch <n>' argument '1.5' is invalid. give a whole number, 1 or more.",
    ],
    [
      "an infinite rate",
      ["--learning-rate", "1e999"],
      "option '--learning-rate <r>' argument '1e999' is invalid. give a positive number.",
    ],
    ["a word too many", ["points.csv"], "too many arguments. Expected 0 arguments but got 1."],
    [
      "an unknown data set",
      ["--dataset", "spiral"],
      "option '--dataset <name>' argument 'spiral' is invalid. Allowed choices are 8gaussians, moons, checkerboard.",
    ],
  ])("%s", (_, args, message) => {
    expect(fault(...args)).toBe(message);
  });
  test("have defaults", () => {
    expect(decodeOptions([])).toMatchObject(
      E.right({ dataset: "8gaussians", iterations: 600, seed: 0, out: "out" }),
    );
  });
});

describe("CSV", () => {
  test("lines are counted through quotes, blank lines and all line ends", () => {
    const text = 'a,b\r\n\r\n"1","2"\r\n"3\n",4\r\n5,6';
    expect(E.isRight(rowsOf(text)) && rowsOf(text)).toMatchObject(
      E.right([
        { line: 1, cells: ["a", "b"] },
        { line: 2, cells: [""] },
        { line: 3, cells: ["1", "2"] },
        { line: 4, cells: ["3\n", "4"] },
        { line: 6, cells: ["5", "6"] },
      ]),
    );
  });
  test("an open quote is one complaint with its line", () => {
    expect(parsePoints('1,2\n"3,4\n')).toMatchObject({
      _tag: "Left",
      left: expect.stringMatching(/^line 2, column 1: /),
    });
  });
  test.each([[";"], ["\t"], [","]])("the separator %j is found", (separator) => {
    const text = rows.map((row) => row.replace(",", separator)).join("\n");
    expect(E.isRight(parsePoints(text))).toBe(true);
  });
});
