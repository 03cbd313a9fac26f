/** The types of compositions stay small: without idempotent input types a threefold composition took 1,400 lines. */
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = `
import { grad, jit, type NDArray, valueAndGrad, vmap } from "cotangent";
import { pipe } from "fp-ts/lib/function.js";
interface Params { readonly layers: { readonly w: NDArray; readonly b: NDArray }[]; readonly scale: NDArray | null }
declare const energy: (p: Params, x: NDArray) => NDArray;
export const threefold = jit(vmap(grad(energy), [null, 0]));
export const piped = pipe(energy, grad({ argnums: 1 }), vmap({ inAxes: [null, 0] }), jit());
export const both = jit(valueAndGrad(energy, { argnums: [0, 1] }));
export const deep = vmap(grad(jit(vmap(grad(jit((x: NDArray) => x.sum()))))));
`;

function emitDeclarations(): string {
  const name = `${root}tests/types/compositions.ts`;
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    types: [],
    paths: { cotangent: [`${root}src/index.ts`], "cotangent/*": [`${root}src/*/index.ts`] },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, language, ...rest) =>
    path === name ? ts.createSourceFile(path, source, language) : getSourceFile(path, language, ...rest);
  let text = "";
  host.writeFile = (path, content) => {
    if (path.endsWith("compositions.d.ts")) text = content;
  };
  const program = ts.createProgram([name], options, host);
  program.emit(program.getSourceFile(name));
  return text;
}

describe("the declarations of four compositions", () => {
  const text = emitDeclarations();

  test("are written", () => expect(text).toContain("export declare const threefold"));

  test("take no more than 60 lines and 6,000 characters", () => {
    expect(text.split("\n").length).toBeLessThanOrEqual(60);
    expect(text.length).toBeLessThanOrEqual(6000);
  });

  test("name the user's own type in what grad returns", () => {
    expect(text).toMatch(/both: .*Params\b/s);
  });
});
