/** Every place in src that makes an error, found in the text, and where an error was made, read from its stack. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../src/", import.meta.url));

/** Classes that errors are made of, apart from those whose names end in Error. */
const otherKinds = /^(LawViolation|IllConditioned)$/;

export interface ThrowSite {
  /** `numpy/shape.ts:41` */
  readonly place: string;
  readonly kind: string;
  /** The argument's text, on one line. */
  readonly text: string;
}

export function throwSites(): ThrowSite[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  return files.sort().flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(root + file, "utf8"), ts.ScriptTarget.ES2022, true);
    const found: ThrowSite[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node)) {
        const kind = node.expression.getText();
        if (/Error\b/.test(kind) || otherKinds.test(kind)) {
          const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
          const text = (node.arguments ?? [])
            .map((argument) => argument.getText().replace(/\s+/g, " "))
            .join(", ");
          found.push({ place: `${file.replaceAll("\\", "/")}:${line}`, kind, text });
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

/** The place in src that made this error: the first frame there, past the constructors. Null: none of ours. */
export function placeOf(error: Error): string | null {
  for (const frame of (error.stack ?? "").split("\n").slice(1)) {
    const match = /\/src\/([^():]+\.ts):(\d+):\d+/.exec(frame);
    if (match === null || match[1] === "ir/errors.ts") continue;
    return `${match[1]}:${match[2]}`;
  }
  return null;
}
