import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { markPure } from "../../scripts/mark-pure.mjs";

/** What esbuild leaves of the module when nothing imports its names. */
const remains = async (text: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: `export {} from "module";` },
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    plugins: [
      {
        name: "module",
        setup: ({ onLoad, onResolve }) => {
          onResolve({ filter: /^module$/ }, ({ path }) => ({ path, namespace: "text" }));
          onResolve({ filter: /^core$/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
          onLoad({ filter: /.*/, namespace: "text" }, () => ({ contents: text, loader: "ts" }));
        },
      },
    ],
  });
  return outputFiles[0].text.trim();
};

const imports =
  'import { primitive, derivative, table, list, some, others, defaults, computed, name } from "core";\n';

const constants = [
  "export const sine = primitive(derivative(table));",
  "export const names = new Set(list());",
  "export const all = [...some, ...others];",
  "export const options = { ...defaults, [computed]: name };",
  "export const half = table.pi / 2;",
];

describe("marking a module's constants as free of effects", () => {
  test.each(constants)("a bundler drops %s", async (text) => {
    expect(await remains(imports + text)).not.toBe("");
    expect(await remains(markPure(imports + text))).toBe("");
  });

  test("calls are marked where they stand, those that are arguments too", () => {
    expect(markPure(constants[0])).toBe(
      "export const sine = /* @__PURE__ */ primitive(/* @__PURE__ */ derivative(table));",
    );
  });

  test("what runs later is left alone", () => {
    const text = "const f = (x: number) => g(x.y);\nconst h = function () { return [...k()]; };";
    expect(markPure(text)).toBe(text);
  });

  test("a property of an imported namespace is a variable: it needs no mark", () => {
    const text = 'import * as core from "core";\nexport const sin = core.sin;';
    expect(markPure(text)).toBe(text);
  });

  test("statements keep their effects", () => {
    const text = "install(methods);\nfor (const key of keys) define(key);";
    expect(markPure(text)).toBe(text);
  });

  test("lines stay where they were, and so do values", () => {
    const text =
      "const list = [1, 2];\nconst more = [\n  ...list,\n  Math.max(...list),\n];\nresult(more, list);";
    const marked = markPure(text);
    expect(marked.split("\n").length).toBe(text.split("\n").length);
    const results: unknown[] = [];
    new Function("result", marked)((...values: unknown[]) => results.push(values));
    expect(results).toEqual([
      [
        [1, 2, 2],
        [1, 2],
      ],
    ]);
  });
});
