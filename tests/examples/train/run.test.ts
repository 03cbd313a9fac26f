/** A run: what it writes, that it is the same twice, and that it may be interrupted anywhere. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as E from "fp-ts/lib/Either.js";
import { describe, expect, test } from "vitest";
import { exitCodes } from "../../../examples/train/command.js";
import { decodeConfig } from "../../../examples/train/config.js";
import { columns } from "../../../examples/train/metrics.js";
import { parseTable } from "../../../examples/train/read-points.js";
import { newFolder, type Outcome, run, small } from "./running.js";

const { file, folder } = newFolder();

const everything = [
  "checkpoint.safetensors",
  "config.json",
  "metrics.csv",
  "picture.png",
  "picture.svg",
  "samples.csv",
  "scores.txt",
];
const read = (place: string, name: string): Buffer => readFileSync(join(place, name));
const text = (place: string, name: string): string => read(place, name).toString("utf8");
/** Every file of a folder, as text of its bytes. */
const bytesOf = (place: string): Readonly<Record<string, string>> =>
  Object.fromEntries(readdirSync(place).map((name) => [name, read(place, name).toString("base64")]));
const outTo = (name: string): { readonly out: string; readonly to: readonly string[] } => {
  const out = join(folder, name);
  return { out, to: ["--out", out] };
};

const numbers = (i: number): readonly number[] => [
  Math.sin(i),
  3000 * Math.cos(3 * i),
  Math.sin(7 * i) + 0.1 * i,
];
const table = (columns: number): string =>
  [
    ["first", "second", "third"].slice(0, columns).join(";"),
    ...Array.from({ length: 600 }, (_, i) => numbers(i).slice(0, columns).join(";")),
  ].join("\n");

describe("a run on a built-in set", () => {
  const whole = outTo("whole");
  const done = run([...small, ...whole.to]);

  test("writes everything, reports every step and ends well", async () => {
    const { code, said, steps, complaints } = await done;
    expect([code, complaints]).toEqual([exitCodes.done, []]);
    expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
    expect(readdirSync(whole.out).sort()).toEqual(everything);
    expect(said.at(-1)).toBe(
      `wrote ${join(whole.out, "picture.png")}, and beside it picture.svg, scores.txt, samples.csv, metrics.csv, ` +
        "config.json, checkpoint.safetensors",
    );
    expect(
      said.some((line) =>
        /^KL\(data \|\| model\): -?\d+\.\d+ ± \d+\.\d+ nats \(0 where the model is the truth\)$/.test(line),
      ),
    ).toBe(true);
    expect(text(whole.out, "scores.txt")).toBe(`${said.slice(1, -1).join("\n")}\n`);
  });
  test("has a picture of at least 1600 x 1200 pixels, with a title", async () => {
    await done;
    const png = read(whole.out, "picture.png");
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBeGreaterThanOrEqual(1600);
    expect(png.readUInt32BE(20)).toBeGreaterThanOrEqual(1200);
    expect(text(whole.out, "picture.svg")).toContain("The learned energy of 8gaussians");
  });
  test("has metrics of every step, without a clock, and samples in the units of the data", async () => {
    await done;
    const lines = text(whole.out, "metrics.csv").trimEnd().split("\n");
    expect(lines[0]).toBe(columns.join(","));
    expect(lines).toHaveLength(7);
    expect(lines.slice(1).every((line) => line.split(",").length === columns.length)).toBe(true);
    const samples = parseTable(text(whole.out, "samples.csv"));
    expect(E.isRight(samples) && samples.right.columns.map(({ name, numbers }) => [name, numbers])).toEqual([
      ["x", 60],
      ["y", 60],
    ]);
  });
  test("has a configuration that can be read again", async () => {
    await done;
    expect(decodeConfig(text(whole.out, "config.json"))).toMatchObject(
      E.right({ hidden: [8, 8], iterations: 6, source: { kind: "dataset", name: "8gaussians" } }),
    );
  });
});

describe("a run that is interrupted", () => {
  const data = file("interrupted.csv", table(2));
  const settings = [...small, "--data", data];
  const whole = outTo("file-whole");
  const done = run([...settings, ...whole.to]);
  const stops = new Map<number, Promise<Outcome>>();
  /** What a run said until it was stopped at a step, and a copy of the folder that it left. */
  const stoppedAt = async (at: number, name: string) => {
    const left = outTo(`stopped-${at}`);
    const running = stops.get(at) ?? run([...settings, ...left.to], at);
    stops.set(at, running);
    const stopped = await running;
    const { out } = outTo(name);
    cpSync(left.out, out, { recursive: true });
    return { stopped, out, left: left.out };
  };

  test("is otherwise the same to the byte, twice, and in a folder that another run left", async () => {
    await done;
    const again = outTo("again");
    await run([...settings, "--seed", "5", ...again.to]);
    for (const name of ["metrics.csv", "samples.csv", "checkpoint.safetensors"]) {
      expect(bytesOf(again.out)[name]).not.toBe(bytesOf(whole.out)[name]);
    }
    await run([...settings, ...again.to]);
    expect(bytesOf(again.out)).toEqual(bytesOf(whole.out));
  });
  test.each([1, 4])(
    "at step %i saves, draws, says how to go on, and goes on to the same bytes",
    async (at) => {
      await done;
      const { stopped, out, left } = await stoppedAt(at, `resumed-${at}`);
      expect(stopped.code).toBe(exitCodes.stopped);
      expect(stopped.steps).toEqual(Array.from({ length: at }, (_, i) => i + 1));
      expect(stopped.said.at(-1)).toBe(`stopped; to go on: npm start -- --resume ${left}`);
      expect(readdirSync(out).sort()).toEqual(everything);
      expect(text(out, "picture.svg")).toContain(`stopped at ${at} of 6 iterations`);
      const resumed = await run(["--resume", out]);
      expect(resumed.code).toBe(exitCodes.done);
      expect(resumed.steps[0]).toBe(at + 1);
      expect(bytesOf(out)).toEqual(bytesOf(whole.out));
    },
  );
  test("goes on from the last checkpoint when rows were written after it, which are cut", async () => {
    await done;
    const cut = await stoppedAt(4, "cut");
    const early = read(cut.out, "checkpoint.safetensors");
    await run(["--resume", cut.out], 5);
    expect(text(cut.out, "metrics.csv").trimEnd().split("\n")).toHaveLength(6);
    writeFileSync(join(cut.out, "checkpoint.safetensors"), early); // as if the last one had never been written
    rmSync(join(cut.out, "config.json"));
    const resumed = await run(["--resume", join(cut.out, "checkpoint.safetensors")]);
    expect(resumed.steps).toEqual([5, 6]);
    expect(bytesOf(cut.out)).toEqual(bytesOf(whole.out));
  });
  test("goes on from its checkpoint alone, with metrics from the next step on", async () => {
    await done;
    const [part, alone] = [await stoppedAt(4, "alone-part"), outTo("alone")];
    mkdirSync(alone.out);
    writeFileSync(join(alone.out, "sent.safetensors"), read(part.out, "checkpoint.safetensors"));
    const stopped = await run(["--resume", join(alone.out, "sent.safetensors")], 5);
    expect([stopped.code, stopped.steps]).toEqual([exitCodes.stopped, [5]]);
    expect(stopped.said).toContain("stopped after step 5; what is learned so far is scored and drawn");
    const resumed = await run(["--resume", alone.out]);
    expect([resumed.code, resumed.steps, resumed.complaints]).toEqual([exitCodes.done, [6], []]);
    const [head, ...rows] = text(whole.out, "metrics.csv").split("\n");
    expect(text(alone.out, "metrics.csv")).toBe([head, ...rows.slice(4)].join("\n"));
    for (const name of ["checkpoint.safetensors", "samples.csv", "config.json"])
      expect(read(alone.out, name)).toEqual(read(whole.out, name));
  });
  test("and its last checkpoint alone draws without any rows", async () => {
    await done;
    const { out } = outTo("alone-done");
    mkdirSync(out);
    writeFileSync(join(out, "checkpoint.safetensors"), read(whole.out, "checkpoint.safetensors"));
    const resumed = await run(["--resume", out]);
    expect([resumed.code, resumed.steps, resumed.complaints]).toEqual([exitCodes.done, [], []]);
    expect(readdirSync(out).sort()).toEqual(everything);
    expect(text(out, "picture.svg")).toContain("6 iterations");
  });
  test("and is resumed when it is done, draws again and trains no more", async () => {
    await done;
    rmSync(join(whole.out, "picture.png"));
    const resumed = await run(["--resume", whole.out]);
    expect([resumed.code, resumed.steps]).toEqual([exitCodes.done, []]);
    expect(readdirSync(whole.out).sort()).toEqual(everything);
  });
  test("resumes with the columns and the rules that it began with", async () => {
    const three = file("three.csv", table(3));
    const args = [...small, "--data", three, "--columns", "third,first", "--outliers", "6"];
    const [part, other] = [outTo("rules-resumed"), outTo("rules-whole")];
    await run([...args, ...part.to], 3);
    await run(["--resume", part.out]);
    await run([...args, ...other.to]);
    expect(bytesOf(part.out)).toEqual(bytesOf(other.out));
  });
});

describe("a run on a person's file", () => {
  test.each([1, 3])("of %i columns", async (count) => {
    const { out, to } = outTo(`columns-${count}`);
    const { code, said, complaints } = await run([
      ...small,
      "--data",
      file(`columns-${count}.csv`, table(count)),
      ...to,
    ]);
    expect([code, complaints]).toEqual([exitCodes.done, []]);
    expect(readdirSync(out).sort()).toEqual(everything);
    expect(said.some((line) => line.startsWith("held-out negative log-likelihood"))).toBe(count < 3);
    expect(said.some((line) => line.startsWith("sliced Kolmogorov-Smirnov"))).toBe(count === 3);
    expect(text(out, "samples.csv").split("\n")[0]).toBe(
      ["first", "second", "third"].slice(0, count).join(","),
    );
  });
  test("of few rows chooses iterations and jitter by held-out likelihood, and says so", async () => {
    const { to } = outTo("few");
    const args = [
      "--hidden",
      "4",
      "--chains",
      "8",
      "--buffer",
      "8",
      "--batch",
      "8",
      "--hops",
      "1",
      "--langevin-steps",
      "1",
    ];
    const { code, said } = await run([
      ...args,
      "--samples",
      "50",
      "--data",
      file("few.csv", table(2)),
      ...to,
    ]);
    expect(code).toBe(exitCodes.done);
    expect(said.some((line) => /^ {2}100 iterations, jitter 0\.000: .* nats$/.test(line))).toBe(true);
    expect(
      said.some((line) => /^chosen: \d+ iterations, jitter \d\.\d{3}, held-out .* nats$/.test(line)),
    ).toBe(true);
  });
});
