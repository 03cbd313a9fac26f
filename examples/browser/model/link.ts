/**
 * The settings as the fragment of a link, `#data=moons&seed=3`: what is as usual is left out. A link may come from anybody, so
 * every word of it is looked at; one that is wrong anywhere gives the usual settings and one sentence.
 */
import * as E from "fp-ts/lib/Either.js";
import { brushes, decodeDabs, encodeDabs, mostDabs } from "./painting.js";
import {
  dataSetNames,
  defaults,
  expectedNumber,
  expectedWidths,
  limits,
  type NumberName,
  readNumber,
  readWidths,
  type Settings,
  type Source,
  surfaceKinds,
  targetNames,
} from "./settings.js";

/** Longer ones are none of ours: a full painting takes 2,400 characters. */
const mostCharacters = 4000;

/** Law: decodeLink(encodeLink(s)) is s. */
export function encodeLink(settings: Settings): string {
  const usual = wordsOf(defaults);
  return Object.entries(wordsOf(settings))
    .filter(([name, word]) => word !== usual[name])
    .map(([name, word]) => `${name}=${word}`)
    .join("&");
}

/** Each by its name in the link, in the order in which they stand there. None has to be escaped. */
function wordsOf(settings: Settings): Readonly<Record<string, string>> {
  const { source, hidden, target, surface } = settings;
  const points: Readonly<Record<string, string>> =
    source.kind === "dataset"
      ? { data: source.name }
      : {
          data: painted,
          brush: String(source.painting.brush),
          dabs: encodeDabs(source.painting.dabs),
        };
  const numbers = Object.entries(numberNames).map(([word, name]) => [word, String(settings[name])]);
  return { ...points, hidden: hidden.join(), ...Object.fromEntries(numbers), target, surface };
}

const painted = "painted";

/** The numbers' names in the link. */
const numberNames = {
  step: "stepSize",
  langevin: "langevinSteps",
  hops: "hops",
  rate: "learningRate",
  iterations: "iterations",
  speed: "speed",
  seed: "seed",
} as const satisfies Readonly<Record<string, NumberName>>;

const known: readonly string[] = [
  ...["data", "brush", "dabs", "hidden"],
  ...Object.keys(numberNames),
  ...["target", "surface"],
];

/** The settings of a fragment, with or without its #, or what is wrong with it. */
export function decodeLink(fragment: string): E.Either<string, Settings> {
  const text = fragment.replace(/^#/, "");
  if (text === "") return E.right(defaults);
  if (text.length > mostCharacters) return E.left(`it has ${text.length} characters, and none of ours has`);
  const words = new Map<string, string>();
  for (const part of text.split("&")) {
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(at, 0));
    if (at < 0 || !known.includes(name)) return E.left(`${quoted(part)} is none of its settings`);
    if (words.has(name)) return E.left(`${name} stands in it twice`);
    words.set(name, part.slice(at + 1));
  }
  return settingsOf(words);
}

function settingsOf(words: ReadonlyMap<string, string>): E.Either<string, Settings> {
  const source = sourceOf(words);
  if (E.isLeft(source)) return source;
  const hidden = words.get("hidden");
  const widths = hidden === undefined ? defaults.hidden : readWidths(hidden);
  if (widths === null) return wrong("hidden", expectedWidths, hidden);
  const numbers: Partial<Record<NumberName, number>> = {};
  for (const [word, name] of Object.entries(numberNames)) {
    const text = words.get(word);
    const value = text === undefined ? defaults[name] : readNumber(name, text);
    if (value === null) return wrong(word, expectedNumber(limits[name]), text);
    numbers[name] = value;
  }
  const target = oneOf(targetNames, words.get("target") ?? defaults.target);
  if (target === undefined) return wrong("target", targetNames.join(" or "), words.get("target"));
  const surface = oneOf(surfaceKinds, words.get("surface") ?? defaults.surface);
  if (surface === undefined) return wrong("surface", surfaceKinds.join(" or "), words.get("surface"));
  return E.right({ ...defaults, ...numbers, source: source.right, hidden: widths, target, surface });
}

function sourceOf(words: ReadonlyMap<string, string>): E.Either<string, Source> {
  const data = words.get("data");
  if (data === painted) return paintingOf(words);
  const stray = ["brush", "dabs"].find((name) => words.has(name));
  if (stray !== undefined) return E.left(`${stray} is of painted points, and data is not ${painted}`);
  if (data === undefined) return E.right(defaults.source);
  const name = oneOf(dataSetNames, data);
  return name === undefined
    ? wrong("data", [...dataSetNames, painted].join(", "), data)
    : E.right({ kind: "dataset", name });
}

function paintingOf(words: ReadonlyMap<string, string>): E.Either<string, Source> {
  const brush = oneOf(brushes.map(String), words.get("brush") ?? "");
  if (brush === undefined) return wrong("brush", brushes.join(" or "), words.get("brush"));
  const dabs = decodeDabs(words.get("dabs") ?? "");
  if (dabs === null) {
    return wrong("dabs", `up to ${mostDabs} times three letters, digits, - or _`, words.get("dabs"));
  }
  return E.right({ kind: "painting", painting: { brush: Number(brush), dabs } });
}

const oneOf = <const T extends string>(choices: readonly T[], text: string): T | undefined =>
  choices.find((choice) => choice === text);

const wrong = (name: string, expected: string, found: string | undefined): E.Either<string, never> =>
  E.left(`${name} must be ${expected}; it is ${found === undefined ? "missing" : quoted(found)}`);

/** A word of somebody else's, short and on one line. */
const quoted = (word: string): string => JSON.stringify(word.length > 40 ? `${word.slice(0, 37)}...` : word);
