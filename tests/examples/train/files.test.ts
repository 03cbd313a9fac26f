/** Files: whole or not there, read up to a bound, and one line for what the disk refuses. */

import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as E from "fp-ts/lib/Either.js";
import { describe, expect, test } from "vitest";
import {
  appendText,
  ensureFolder,
  readBytes,
  readText,
  removeLeftovers,
  sha256,
  writeAtomically,
} from "../../../examples/train/files.js";
import { reasonOf } from "../../../examples/train/reason.js";

const root = mkdtempSync(join(tmpdir(), "cotangent-files-"));
let count = 0;
/** A folder of the test's own. */
const fresh = (): string => {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  return folder;
};
const within = { atMost: 1000 };
const isRoot = process.getuid?.() === 0; // whom no permission stops

describe("a file is written", () => {
  test("as text and as bytes, over what was there, with nothing beside it", async () => {
    const folder = fresh();
    const file = join(folder, "a");
    expect(await writeAtomically(file, "größe\n")()).toEqual(E.right(undefined));
    expect(readFileSync(file, "utf8")).toBe("größe\n");
    expect(await writeAtomically(file, Uint8Array.of(0, 255, 10).subarray(1))()).toEqual(E.right(undefined));
    expect([...readFileSync(file)]).toEqual([255, 10]);
    expect(readdirSync(folder)).toEqual(["a"]);
  });
  test("so that whoever reads meanwhile sees the old one or the new one", async () => {
    const file = join(fresh(), "a");
    const contents = [Buffer.alloc(300_000, 1), Buffer.alloc(200_000, 2)];
    await writeAtomically(file, contents[0])();
    let isDone = false;
    const writing = (async () => {
      for (let i = 1; i < 20; i++) await writeAtomically(file, contents[i % 2])();
      isDone = true;
    })();
    while (!isDone) {
      const bytes = await readBytes(file, { atMost: 1e6 })();
      expect(E.isRight(bytes) && contents.some((content) => content.equals(bytes.right))).toBe(true);
    }
    await writing;
  });
  test("or stays as it was, with nothing beside it and one line", async () => {
    const folder = fresh();
    mkdirSync(join(folder, "a", "b"), { recursive: true });
    expect(await writeAtomically(join(folder, "a"), "x")()).toEqual(
      E.left(`${join(folder, "a")}: this is a folder, not a file`),
    );
    const lost = join(folder, "none", "a");
    expect(await writeAtomically(lost, "x")()).toEqual(E.left(`${lost}: there is no such file or folder`));
    expect(readdirSync(folder)).toEqual(["a"]);
  });
  test("at its end", async () => {
    const file = join(fresh(), "a");
    await appendText(file, "one\n")();
    await appendText(file, "two\n")();
    expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
  });
});

describe("a file is read", () => {
  const file = join(fresh(), "a");
  test("up to the bound and no further", async () => {
    writeFileSync(file, Buffer.alloc(1000, 7));
    const read = await readBytes(file, within)();
    expect(E.isRight(read) && [read.right.length, read.right[999]]).toEqual([1000, 7]);
    expect(await readBytes(file, { atMost: 999 })()).toEqual(
      E.left(`${file}: the file is larger than 999 bytes, and no more is read`),
    );
    expect(await readText(file, { atMost: 999 })()).toMatchObject({ _tag: "Left" });
  });
  test.runIf(existsSync("/dev/zero"))("also when it has no size and no end", async () => {
    expect(await readBytes("/dev/zero", { atMost: 3e6 })()).toEqual(
      E.left("/dev/zero: the file is larger than 3 MB, and no more is read"),
    );
    expect(await readBytes("/dev/null", within)()).toMatchObject({ right: { length: 0 } });
  });
  test("as UTF-8, without its byte-order mark, or refused", async () => {
    writeFileSync(file, "\uFEFFgröße");
    expect(await readText(file, within)()).toEqual(E.right("größe"));
    writeFileSync(file, Uint8Array.of(0x67, 0xff));
    expect(await readText(file, within)()).toEqual(E.left(`${file}: this is no text in UTF-8`));
  });
  test("or there is one line", async () => {
    const folder = fresh();
    expect(await readText(folder, within)()).toEqual(E.left(`${folder}: this is a folder, not a file`));
    const below = join(file, "b");
    expect(await readBytes(below, within)()).toEqual(
      E.left(`${below}: a file stands where a folder is needed`),
    );
    const circle = join(folder, "circle");
    symlinkSync("circle", circle);
    expect(await readBytes(circle, within)()).toEqual(E.left(`${circle}: the links lead in a circle`));
    const long = join(folder, "n".repeat(300));
    expect(await readBytes(long, within)()).toEqual(E.left(`${long}: the name is too long`));
  });
  test("and its hash is SHA-256", () => {
    expect(sha256(new TextEncoder().encode("abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});

describe("a folder", () => {
  test("is made with those above it, and one that is there is kept", async () => {
    const folder = join(fresh(), "a", "b");
    expect(await ensureFolder(folder)()).toEqual(E.right(undefined));
    expect(await ensureFolder(folder)()).toEqual(E.right(undefined));
    expect(statSync(folder).isDirectory()).toBe(true);
  });
  test("is refused where a file stands", async () => {
    const file = join(fresh(), "a");
    writeFileSync(file, "");
    for (const folder of [file, join(file, "b")]) {
      expect(await ensureFolder(folder)()).toEqual(
        E.left(`${folder}: a file stands where a folder is needed`),
      );
    }
  });
  test.skipIf(isRoot)("is refused where nobody may write", async () => {
    const folder = fresh();
    chmodSync(folder, 0o500);
    expect(await ensureFolder(folder)()).toEqual(E.left(`${folder}: permission denied`));
    expect(await writeAtomically(join(folder, "a"), "")()).toEqual(
      E.left(`${join(folder, "a")}: permission denied`),
    );
  });
  test("loses what killed writers left, and nothing else", async () => {
    const folder = fresh();
    const killed = spawn(process.execPath, ["-e", "0"]);
    await new Promise((resolve) => killed.on("close", resolve));
    const kept = ["a", "a.tmp", "b.1x.tmp", `c.${process.ppid}.tmp`];
    for (const name of [...kept, `a.${killed.pid}.tmp`, `a.${process.pid}.tmp`])
      writeFileSync(join(folder, name), "");
    const removed = await removeLeftovers(folder)();
    expect(E.isRight(removed) && removed.right.length).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(kept);
    expect(await removeLeftovers(join(folder, "none"))()).toEqual(E.right([]));
  });
});

test.each([
  ["ENOSPC", "the disk is full"],
  ["EROFS", "the disk can only be read"],
  ["EMFILE", "too many files are open"],
])("%s is said as: %s", (code, line) => {
  expect(reasonOf(Object.assign(new Error("raw"), { code }))).toBe(line);
});
test("what no code tells is said on one line", () => {
  expect(reasonOf(new Error("one\ntwo"))).toBe("one two");
  expect(reasonOf("thrown")).toBe("thrown");
});
