/** What the compiler of TypeScript makes of programs that use the library. */
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { root, snippets } from "../docs/snippets.js";

const compositions = `
import { grad, jit, type NDArray, valueAndGrad, vmap } from "cotangent";
import { pipe } from "fp-ts/lib/function.js";
interface Params { readonly layers: { readonly w: NDArray; readonly b: NDArray }[]; readonly scale: NDArray | null }
declare const energy: (p: Params, x: NDArray) => NDArray;
export const threefold = jit(vmap(grad(energy), [null, 0]));
export const piped = pipe(energy, grad({ argnums: 1 }), vmap({ inAxes: [null, 0] }), jit());
export const both = jit(valueAndGrad(energy, { argnums: [0, 1] }));
export const deep = vmap(grad(jit(vmap(grad(jit((x: NDArray) => x.sum()))))));
`;
const compositionsPath = join(root, "tests/types/compositions.ts");

/** All of them in one program, since reading the library takes longest: texts at paths where there need be no files. */
function programOf(texts: ReadonlyMap<string, string>): ts.Program {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  // Which files there are is asked of nobody: looking through the whole repository takes a second.
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: ["src/index.ts"] },
    ts.sys,
    root,
  );
  const emitted = { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true };
  const host = ts.createCompilerHost(emitted);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.getSourceFile = (path, language, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? getSourceFile(path, language, ...rest)
      : ts.createSourceFile(path, text, language);
  };
  return ts.createProgram([...texts.keys()], emitted, host);
}

const program = programOf(
  new Map([[compositionsPath, compositions], ...snippets.map(({ path, code }) => [path, code] as const)]),
);

test("every snippet of README and docs type-checks under strict", () => {
  expect(program.getGlobalDiagnostics()).toEqual([]);
  const faults = snippets.flatMap(({ path, title }) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${title}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  });
  expect(faults).toEqual([]);
});

/** The types of compositions stay small: without idempotent input types a threefold composition took 1,400 lines. */
describe("the declarations of four compositions", () => {
  let text = "";
  program.emit(program.getSourceFile(compositionsPath), (_, content) => {
    text = content;
  });

  test("are written", () => expect(text).toContain("export declare const threefold"));

  test("take no more than 60 lines and 6,000 characters", () => {
    expect(text.split("\n").length).toBeLessThanOrEqual(60);
    expect(text.length).toBeLessThanOrEqual(6000);
  });

  test("name the user's own type in what grad returns", () => {
    expect(text).toMatch(/both: .*Params\b/s);
  });
});
