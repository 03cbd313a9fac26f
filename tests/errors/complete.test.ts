import { expect, test } from "vitest";
import { rowsByArea } from "./rows/index.js";
import { placeOf, throwSites } from "./throw-sites.js";
import { thrownBy } from "./thrown.js";
import { unreachable } from "./unreachable.js";

const rows = Object.values(rowsByArea).flat();
const reached = new Set(rows.map(([, run]) => placeOf(thrownBy(run))));
const sites = throwSites();

const isExcused = ({ kind, place, text }: (typeof sites)[number]): boolean =>
  kind === "InternalError" ||
  unreachable.some(([file, words]) => place.startsWith(`${file}:`) && text.includes(words));

test("every error that a call can meet has a row with its whole message, and every other a reason", () => {
  const missing = sites.filter((site) => !reached.has(site.place) && !isExcused(site));
  expect(missing.map(({ place, kind, text }) => `${place} ${kind} ${text}`)).toEqual([]);
});

test("what is excused is there, and no row reaches it", () => {
  const idle = unreachable.filter(
    ([file, words]) => !sites.some(({ place, text }) => place.startsWith(`${file}:`) && text.includes(words)),
  );
  expect(idle).toEqual([]);
  const excused = sites.filter((site) => site.kind !== "InternalError" && isExcused(site));
  expect(excused.filter(({ place }) => reached.has(place)).map(({ place }) => place)).toEqual([]);
});

test("every class of errors is met", () => {
  const kinds = new Set(rows.map(([, , kind]) => kind));
  const declared = new Set(sites.filter((site) => !isExcused(site)).map(({ kind }) => kind));
  expect([...declared].filter((kind) => /^\w+$/.test(kind) && !kinds.has(kind))).toEqual([]);
});
