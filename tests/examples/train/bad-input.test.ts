/** Bad input ends with one clear line and exit code 2, and nothing is half-written. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { numpy as np } from "cotangent";
import { encodeCheckpoint, encodeSafetensors } from "cotangent/ebm";
import { beforeAll, describe, expect, test } from "vitest";
import { newFolder, rows, run, small } from "./running.js";

const { file, folder } = newFolder();

const one = async (args: readonly string[], at?: number): Promise<string> => {
  const { code, complaints, steps } = await run(args, at);
  expect(code).toBe(2);
  expect(complaints).toHaveLength(1);
  expect(steps.length).toBe(0);
  expect(complaints[0]).not.toContain("\n");
  return complaints[0];
};

describe("before anything is written", () => {
  const out = join(folder, "none");
  const data = (name: string, text: string): string[] => ["--data", file(name, text)];
  const good = data("good.csv", `x,y\n${rows.join("\n")}\n`);
  const at = (name: string, words: string): string => `${join(folder, name)}: ${words}`;
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["an unknown option", ["--colour"], "unknown option '--colour'"],
    [
      "a word for a number",
      ["--iterations", "many"],
      "option '--iterations <n>' argument 'many' is invalid. give a whole number from 1 to 10000000.",
    ],
    [
      "no steps",
      ["--langevin-steps", "0"],
      "option '--langevin-steps <n>' argument '0' is invalid. give a whole number from 1 to 100000.",
    ],
    [
      "half a batch",
      ["--batch", "1.5"],
      "option '--batch <n>' argument '1.5' is invalid. give a whole number from 1 to 65536.",
    ],
    [
      "an infinite rate",
      ["--learning-rate", "1e999"],
      "option '--learning-rate <r>' argument '1e999' is invalid. give a positive number.",
    ],
    [
      "a step size below 0",
      ["--first-step", "-0.1"],
      "option '--first-step <h>' argument '-0.1' is invalid. give a positive number.",
    ],
    [
      "an empty number",
      ["--seed", ""],
      "option '--seed <n>' argument '' is invalid. give a whole number from 0 to 4294967295.",
    ],
    [
      "more than every chain",
      ["--reinit", "1.1"],
      "option '--reinit <share>' argument '1.1' is invalid. give a number from 0 to 1.",
    ],
    [
      "a layer of no width",
      ["--hidden", "64,0"],
      "option '--hidden <list>' argument '64,0' is invalid. give up to 16 widths from 1 to 4096, such as 64,64,64.",
    ],
    [
      "a layer as wide as no memory",
      ["--hidden", "1000000000"],
      "option '--hidden <list>' argument '1000000000' is invalid. give up to 16 widths from 1 to 4096, such as 64,64,64.",
    ],
    [
      "an unknown data set",
      ["--dataset", "spiral"],
      "option '--dataset <name>' argument 'spiral' is invalid. Allowed choices are 8gaussians, moons, checkerboard, " +
        "pinwheel, swissroll, 2spirals, rings, mixture.",
    ],
    [
      "an unknown target",
      ["--target", "abacus"],
      "option '--target <name>' argument 'abacus' is invalid. Allowed choices are wasm, js, gpu.",
    ],
    ["a word too many", ["points.csv"], "too many arguments. Expected 0 arguments but got 1."],
    [
      "two sources of points",
      [...good, "--dataset", "moons"],
      "points come from --data or from --dataset; leave one of them out",
    ],
    [
      "columns of no file",
      ["--columns", "x,y"],
      "--columns says how a file is read; give the file with --data",
    ],
    [
      "a buffer smaller than its chains",
      ["--chains", "64", "--buffer", "32"],
      "--buffer is 32, and holds the 64 chains; give as many or more",
    ],
    [
      "hops that nothing corrects",
      ["--no-metropolis", "--hops", "5"],
      "--hops are corrected by Metropolis; leave out --no-metropolis, or the hops",
    ],
    [
      "settings for a run that has its own",
      ["--resume", "somewhere", "--seed", "1"],
      "a resumed run keeps its settings and its folder; leave out --seed",
    ],
    [
      "a missing file",
      ["--data", join(folder, "missing.csv")],
      at("missing.csv", "there is no such file or folder"),
    ],
    ["a folder as a file", ["--data", folder], `${folder}: this is a folder, not a file`],
    [
      "an empty file",
      data("empty.csv", ""),
      at(
        "empty.csv",
        "line 1, column 1: there are no rows of numbers; give one point a line, such as 0.5,-1.2",
      ),
    ],
    [
      "a word in a column of numbers",
      data("bad.csv", ["x,y", ...rows.slice(0, 9), "0.5,o.7", ...rows].join("\n")),
      at("bad.csv", 'line 11, column 2 (y): "o.7" is not a number'),
    ],
    [
      "decimal commas below a header",
      data(
        "commas.csv",
        ["x;y", ...rows.slice(1).map((row) => row.replace(",", ";").replaceAll(".", ","))].join("\n"),
      ),
      at(
        "commas.csv",
        'line 1, column 1: no column holds numbers; the first begins with "x"; write decimals with a point',
      ),
    ],
    [
      "too many cells that are missing",
      data("gaps.csv", ["x,y", ...rows, ...rows.map((row) => row.replace(/,.*/, ","))].join("\n")),
      at(
        "gaps.csv",
        "line 62, column 2 (y): here and elsewhere, 60 of 120 rows lack a finite number, and at most 20% are left out " +
          "unasked; allow more, or leave out the columns that lack them (--missing, --columns)",
      ),
    ],
    [
      "a file without a name",
      ["--data", ""],
      "option '--data <file.csv>' argument '' is invalid. give the name of a file or folder.",
    ],
    [
      "an unknown column",
      [...good, "--columns", "x,z"],
      at("good.csv", 'line 1: there is no column "z"; the columns are x and y'),
    ],
    [
      "a column beyond the last",
      [...good, "--columns", "1,3"],
      at("good.csv", "line 1: there is no column 3; the columns are x and y"),
    ],
  ];
  test.each(cases)("%s", async (_, args, line) => {
    expect(await one([...args, ...(args.includes("--resume") ? [] : ["--out", out])])).toBe(line);
    expect(existsSync(out)).toBe(false);
  });
});

test("an option without its value", async () => {
  expect(await one(["--seed"])).toBe("option '--seed <n>' argument missing");
});

describe("folders that cannot be written to", () => {
  test("a file stands there", async () => {
    const taken = file("taken", "");
    expect(await one([...small, "--out", taken])).toBe(`${taken}: a file stands where a folder is needed`);
  });
  test("a file stands on the way", async () => {
    const within = join(file("taken", ""), "deep", "out");
    expect(await one([...small, "--out", within])).toBe(`${within}: a file stands where a folder is needed`);
  });
  test.skipIf(process.getuid?.() === 0)("nobody may write there", async () => {
    const closed = join(folder, "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    expect(await one([...small, "--out", closed])).toBe(`${closed}: permission denied`);
  });
});

describe("checkpoints that are none of this run's", () => {
  const good = join(folder, "resumable");
  const checkpoint = join(good, "checkpoint.safetensors");
  let bytes = new Uint8Array();
  beforeAll(async () => {
    await run([...small, "--out", good]);
    bytes = new Uint8Array(readFileSync(checkpoint));
  }, 60_000);
  const resumed = async (name: string, content: Uint8Array | string): Promise<string> => {
    const place = join(folder, name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "checkpoint.safetensors"), content);
    const line = await one(["--resume", place]);
    expect(readdirSync(place)).toEqual(["checkpoint.safetensors"]);
    return line.replace(`${join(place, "checkpoint.safetensors")}: `, "");
  };

  test("none at all", async () => {
    expect(await one(["--resume", join(folder, "nowhere")])).toBe(
      `${join(folder, "nowhere", "checkpoint.safetensors")}: there is no such file or folder`,
    );
  });
  test("an empty one", async () => {
    expect(await resumed("c-empty", "")).toMatch(/bytes/);
  });
  test("a text", async () => {
    expect(await resumed("c-text", "once upon a time there was a network of three layers")).toMatch(
      /safetensors/,
    );
  });
  test.each([0.1, 0.5, 0.999])("one that was cut at %f of its length", async (part) => {
    expect(await resumed(`c-cut-${part}`, bytes.slice(0, Math.floor(part * bytes.length)))).toMatch(
      /cut|truncated|ends|bytes/,
    );
  });
  test("another program's", async () => {
    const foreign = encodeSafetensors({ weight: np.zeros([3]) }, { framework: "other" });
    expect(await resumed("c-foreign", foreign)).toMatch(/checkpoint/);
  });
  test("one without a configuration", async () => {
    expect(await resumed("c-bare", encodeCheckpoint({ w: np.zeros([3]) }))).toBe(
      "there is no configuration in it: another program wrote it",
    );
  });
  test("one of another version", async () => {
    const text = new TextDecoder("latin1").decode(bytes);
    const other = Uint8Array.from(text.replace('"version":"1"', '"version":"2"'), (c) => c.charCodeAt(0));
    expect(await resumed("c-version", other)).toMatch(/version/);
  });
  test("one whose configuration makes no sense", async () => {
    const other = encodeCheckpoint({ w: np.zeros([3]) }, { config: '{"version":1}' });
    expect(await resumed("c-config", other)).toMatch(/source must be/);
  });
  test("one whose arrays are not those of its configuration", async () => {
    const config = readFileSync(join(good, "config.json"), "utf8").replace("[8, 8]", "[8, 9]");
    expect(await resumed("c-shapes", encodeCheckpoint({ w: np.zeros([3]) }, { config }))).toMatch(
      /^the checkpoint lacks the tensors "chains\/positions", .*: it is of another model, optimiser or sampler$/,
    );
  });
  test("one of whose metrics rows are missing", async () => {
    const place = join(folder, "c-rows");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "checkpoint.safetensors"), bytes);
    const metrics = readFileSync(join(good, "metrics.csv"), "utf8").split("\n");
    writeFileSync(join(place, "metrics.csv"), `${metrics.slice(0, 3).join("\n")}\n`);
    expect(await one(["--resume", place])).toMatch(
      /metrics\.csv: line 4, column 1: the checkpoint is of step \d+, and the rows end with step 2: /,
    );
  });
  test("one of points that have changed since", async () => {
    const data = file("changing.csv", `x,y\n${rows.join("\n")}\n`);
    const place = join(folder, "c-changed");
    await run([...small, "--data", data, "--out", place]);
    file("changing.csv", `x,y\n${rows.slice(1).join("\n")}\n7,7\n`);
    expect(await one(["--resume", place])).toBe(
      "changing.csv: the file has changed since the run began; begin a new one without --resume",
    );
  });
});

test("divergence stops, keeps the last good checkpoint and says what to change", async () => {
  const out = join(folder, "diverged");
  const wild = ["--no-metropolis", "--negatives", "noise", "--first-step", "900", "--last-step", "900"];
  const { code, complaints, steps } = await run([...small, "--hops", "0", ...wild, "--out", out]);
  expect(code).toBe(2);
  expect(complaints[0]).toMatch(
    /^training diverged at iteration \d: the mean energy of data is .*; lower the learning rate, or .*; the checkpoint of step \d is kept$/,
  );
  expect(readdirSync(out).sort()).toEqual(["checkpoint.safetensors", "config.json", "metrics.csv"]);
  expect(steps.length).toBeLessThan(6);
});
