/** The folder of a run: whose it is, and what must not be lost in it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as E from "fp-ts/lib/Either.js";
import { beforeAll, describe, expect, test } from "vitest";
import { exitCodes } from "../../../examples/train/command.js";
import { claimFolder, ensureFolder, releaseFolder } from "../../../examples/train/files.js";
import { notOverwriting } from "../../../examples/train/folder.js";
import { newFolder, rows, run, small } from "./running.js";

const { folder } = newFolder();

const fresh = (name: string): string => {
  mkdirSync(join(folder, name));
  return join(folder, name);
};

describe("a folder that another process writes to", () => {
  const claimed = fresh("claimed");
  const line =
    `${claimed}: another run, process 1, writes to this folder; give another with --out ` +
    "(or remove .running in it, if that process is none of yours)";
  beforeAll(() => writeFileSync(join(claimed, ".running"), "1\n"));
  test("is refused, and left as it is", async () => {
    const { code, complaints } = await run([...small, "--out", claimed]);
    expect([code, complaints]).toEqual([exitCodes.failed, [line]]);
    expect(readdirSync(claimed)).toEqual([".running"]);
    expect(readFileSync(join(claimed, ".running"), "utf8")).toBe("1\n");
  });
});

describe("a claim", () => {
  test("holds until it is released, and may be made again by the same process", async () => {
    const mine = fresh("mine");
    expect(await claimFolder(mine)()).toEqual(E.right(undefined));
    expect(await claimFolder(mine)()).toEqual(E.right(undefined));
    expect(readFileSync(join(mine, ".running"), "utf8")).toBe(`${process.pid}\n`);
    await releaseFolder(mine);
    expect(readdirSync(mine)).toEqual([]);
  });
  test.each(["999999999\n", "", "nonsense", "-1"])("left behind as %j is taken over", async (left) => {
    const stale = fresh(`stale-${encodeURIComponent(left)}`);
    writeFileSync(join(stale, ".running"), left);
    expect(await claimFolder(stale)()).toEqual(E.right(undefined));
  });
});

describe("points that stand where an output goes", () => {
  test.each(["samples.csv", "metrics.csv"])("are not written over: %s", async (name) => {
    const here = fresh(`points-${name}`);
    const points = join(here, name);
    writeFileSync(points, `${rows.join("\n")}\n`);
    const { code, complaints } = await run([...small, "--data", points, "--out", `${here}/.`]);
    expect(code).toBe(exitCodes.failed);
    expect(complaints).toEqual([
      `${points}: this run would write over its points; give another folder with --out`,
    ]);
    expect(readdirSync(here)).toEqual([name]);
    expect(readFileSync(points, "utf8")).toBe(`${rows.join("\n")}\n`);
  });
  test("may have another name, or another folder", async () => {
    const here = fresh("other-points");
    writeFileSync(join(here, "points.csv"), "");
    expect(await notOverwriting(here, join(here, "points.csv"))()).toEqual(E.right(undefined));
    expect(await notOverwriting(join(here, "out"), join(here, "samples.csv"))()).toEqual(E.right(undefined));
  });
});

test("a new run removes the picture of an earlier one before it trains", async () => {
  const out = fresh("again");
  for (const name of ["picture.png", "picture.svg", "samples.csv", "scores.txt", "notes.txt"])
    writeFileSync(join(out, name), "old");
  const diverging = ["--recipe", "plain", "--learning-rate", "1e30", "--iterations", "6"];
  const { code } = await run([...small.slice(0, 8), "--langevin-steps", "3", ...diverging, "--out", out]);
  expect(code).toBe(exitCodes.failed);
  expect(readdirSync(out).sort()).toEqual([
    "checkpoint.safetensors",
    "config.json",
    "metrics.csv",
    "notes.txt",
  ]);
});

test.runIf(existsSync("/proc/self"))("a folder that takes no folders is a fault that ends", async () => {
  expect(await ensureFolder("/proc/none/below")()).toEqual(
    E.left("/proc/none/below: there is no such file or folder"),
  );
});
