/** docs/compiler.md shows what the compiler prints: `npm run docs:compiler` writes it. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { walk, withWalk } from "../../scripts/compiler-walk.js";

const page = readFileSync(new URL("../../docs/compiler.md", import.meta.url), "utf8");
const blocks = walk();

test.each([...blocks.keys()])("the block %s is what the compiler prints", (name) => {
  const text = withWalk(page, blocks).split(`<!-- walk: ${name} -->`)[1].split("<!-- walk end -->")[0];
  const shown = page.split(`<!-- walk: ${name} -->`)[1].split("<!-- walk end -->")[0];
  expect(shown).toBe(text);
});

describe("the page", () => {
  test("has every block once, and none that the compiler does not print", () => {
    expect(withWalk(page, blocks)).toBe(page);
    expect(() => withWalk(page, new Map([...blocks, ["more", ""]]))).toThrow("has lost its blocks more");
    expect(() => withWalk(page, new Map())).toThrow('asks for a block "stages"');
  });

  test("names files that there are", () => {
    const folders = [
      "",
      "src/compiler/",
      "src/compiler/simplify/",
      "src/autodiff/primitives/",
      "src/compiler/targets/wasm/",
    ];
    const names = [...page.matchAll(/`((?:\w+\/)*[\w-]+\.ts)`/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const found = [...folders, "src/compiler/targets/"].some((folder) =>
        existsSync(new URL(`../../${folder}${name}`, import.meta.url)),
      );
      expect(found, name).toBe(true);
    }
  });

  test("explains every pass that a program goes through", () => {
    const prose = page.replaceAll(/<!-- walk: .*? -->[\s\S]*?<!-- walk end -->/g, "").toLowerCase();
    const stages = (blocks.get("stages") ?? "")
      .split("\n")
      .map((line) => line.replace(" (no change here)", ""));
    const passes = stages.filter((name) => name !== "traced" && name !== "lowered");
    expect(passes.filter((name) => !prose.includes(`**${name}**`))).toEqual([]);
  });
});
