/**
 * The configuration of a run: all that determines its bytes, as text that goes into config.json and into checkpoints. Two runs
 * of one configuration give the same parameters, metrics and samples.
 */
import { dataSets, decodeScaling, encodeScaling, type Scaling } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { z } from "zod";
import type { DataSetName } from "./input.js";
import { encodeJson, firstFault } from "./json.js";
import type { Complaint } from "./reason.js";
import type { Recipe } from "./recipes.js";

/** Another version is not read: its fields may mean something else. */
export const configVersion = 1 as const;

const whole = (least: number) => {
  const error = `a whole number, ${least} or more`;
  return z.int({ error }).min(least, { error });
};
const positive = z.number({ error: "a positive number" }).positive({ error: "a positive number" });
const notNegative = z.number({ error: "a number, 0 or more" }).min(0, { error: "a number, 0 or more" });
const share = z
  .number({ error: "a number from 0 to 1" })
  .min(0, { error: "a number from 0 to 1" })
  .max(1, { error: "a number from 0 to 1" });
const flag = z.boolean({ error: "true or false" });
const text = z.string({ error: "a string" });
const list = <T extends z.ZodType>(of: T, error: string) => z.array(of, { error }).readonly();
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: words.map((word) => `"${word}"`).join(" or ") });

/** Sound: an object's own keys are what its type says, and there are data sets. */
const dataSetNames = Object.keys(dataSets) as [DataSetName, ...DataSetName[]];

/** A scaling stands in the text as encodeScaling gives it. */
const scaling = z.unknown().transform((json, context): Scaling => {
  const decoded = decodeScaling(json);
  if (E.isRight(decoded)) return decoded.right;
  const { path, expected, found } = decoded.left;
  const where = path === "" ? "scaling" : `scaling.${path}`;
  context.issues.push({ code: "custom", input: json, message: `${where} must be ${expected}, got ${found}` });
  return z.NEVER;
});

/** Fields in the order in which they are written. */
const fields = z.strictObject(
  {
    version: z.literal(configVersion, { error: String(configVersion) }),
    /** A built-in data set, or somebody's points: the hash is that of the file's bytes, so that a changed file is noticed. */
    source: z.discriminatedUnion(
      "kind",
      [
        z.strictObject({ kind: z.literal("dataset"), name: oneOf(dataSetNames) }),
        z.strictObject({
          kind: z.literal("file"),
          path: text,
          /** Names, or numbers from 1; null for all columns of numbers. */
          columns: list(
            z.union([text, whole(1)], { error: "a name or a number" }),
            "a list of columns",
          ).nullable(),
          missing: share,
          outliers: positive,
          /** Whether the first row names the columns; null to find out. */
          header: flag.nullable(),
          sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: "64 hexadecimal digits" }),
        }),
      ],
      {
        error: ({ code }) =>
          code === "invalid_union" ? '"dataset" or "file"' : 'an object whose kind is "dataset" or "file"',
      },
    ),
    // The recipe.
    hidden: list(whole(1), "a list of widths"),
    gain: positive,
    confinement: notNegative,
    negatives: oneOf(["persistent", "data", "noise"]),
    chains: whole(1),
    buffer: whole(1),
    hops: whole(0),
    hopSd: positive,
    langevinSteps: whole(1),
    firstStep: positive,
    lastStep: positive,
    metropolis: flag,
    batch: whole(1),
    /** The part of the chains that starts anew at each step. */
    reinit: share,
    reinitFrom: oneOf(["data", "noise"]),
    iterations: whole(1),
    learningRate: positive,
    alpha: notNegative,
    jitter: notNegative,
    // And the rest.
    seed: whole(0),
    samples: whole(1),
    scaling,
    checkpointEvery: whole(1),
  },
  { error: "an object" },
);

export type Config = Readonly<z.output<typeof fields>>;
export type Source = Config["source"];

/** What is learned from the points, without where they come from and what is made of it. */
export const recipeOf = (config: Config): Recipe => {
  const {
    version: _,
    source: _s,
    seed: _seed,
    samples: _n,
    scaling: _units,
    checkpointEvery: _every,
    ...recipe
  } = config;
  return recipe;
};

/** The configuration as JSON, one field a line, in one order: equal configurations have equal texts. */
export const encodeConfig = (config: Config): string => {
  const { scaling: units, ...rest } = config;
  const known: Readonly<Record<string, unknown>> = { ...rest, scaling: encodeScaling(units) };
  return encodeJson(Object.fromEntries(Object.keys(fields.shape).map((name) => [name, known[name]])));
};

/**
 * The configuration in a text, or what is wrong with it: `learningRate must be a positive number, got "fast"`.
 *
 * Law: decodeConfig(encodeConfig(c)) is c.
 */
export const decodeConfig = (json: string): E.Either<Complaint, Config> =>
  pipe(
    E.tryCatch(
      (): unknown => JSON.parse(json),
      () => `${firstFault(json)}: this is no JSON`,
    ),
    E.chain((value) => {
      const found = Object(value).version;
      if (typeof found === "number" && found !== configVersion) {
        return E.left(
          `the configuration is of version ${found}, and version ${configVersion} is read; use the program that wrote it`,
        );
      }
      const decoded = fields.safeParse(value);
      return decoded.success ? E.right(decoded.data) : E.left(explain(decoded.error, value));
    }),
  );

/** The first issue, as one line: its message says what is expected, and the value what is there. */
function explain({ issues: [issue] }: z.ZodError, value: unknown): Complaint {
  const path = issue.path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  const where = path === "" ? "the configuration" : path.slice(1);
  switch (issue.code) {
    case "unrecognized_keys":
      return `${where} has no field ${JSON.stringify(issue.keys[0])}`;
    case "custom":
      return issue.message;
    default:
      return `${where} must be ${issue.message}, got ${show(valueAt(value, issue.path))}`;
  }
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (part, key) => (Object.hasOwn(Object(part), key) ? Object(part)[key] : undefined),
    value,
  );

const show = (value: unknown): string => {
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
};
