/** The page that a picture is set on: plots of Observable Plot, words and key lines, each at its place, as one SVG. */
import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";

const namespace = "http://www.w3.org/2000/svg";

/** What is used of an element of the document tree. It is made by linkedom, which escapes text and attributes. */
export interface SvgElement {
  readonly outerHTML: string;
  textContent: string | null;
  setAttribute(name: string, value: string): void;
  append(...children: readonly SvgElement[]): void;
  querySelectorAll(selector: string): Iterable<{ remove(): void }>;
}

// An XML document: in one of HTML an ampersand in an attribute would stay as it is, and no XML reader take the file.
const document = new DOMParser().parseFromString(`<svg xmlns="${namespace}"/>`, "image/svg+xml", undefined);

export type Attributes = Readonly<Record<string, string | number>>;

/** <name a="1">children</name> */
export function element(
  name: string,
  attributes: Attributes,
  ...children: readonly SvgElement[]
): SvgElement {
  const made: SvgElement = document.createElementNS(namespace, name, null);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** Words at a point. */
export function words(x: number, y: number, content: string, attributes: Attributes = {}): SvgElement {
  const made = element("text", { x, y, ...attributes });
  made.textContent = content;
  return made;
}

/** Sound: it is an element of the document that plots are made in. */
export const asMark = (made: SvgElement) => made as unknown as ReturnType<Plot.RenderFunction>;

/** The size of what is written at axes, in pixels. */
export const axisFont = 18;
/** Of captions, and of what stands above a panel. */
export const textFont = 20;

/** A plot whose upper left corner lies at (x, y). */
export function plotAt(x: number, y: number, options: Plot.PlotOptions): SvgElement {
  // Sound: without legends and captions a plot is one <svg>, made in the document given.
  const plot = Plot.plot({ ...options, document }) as unknown as SvgElement;
  // The style sheet speaks of web pages and to :where(), which few programs that read SVG understand.
  for (const style of plot.querySelectorAll("style")) style.remove();
  for (const [key, value] of Object.entries({ x, y, "font-size": axisFont, "font-family": fonts })) {
    plot.setAttribute(key, String(value));
  }
  return plot;
}

/** The first is the one that the PNG is set in. */
const fonts = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

export interface Page {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly children: readonly SvgElement[];
}

/** The page as the text of an SVG file. */
export function pageText({ width, height, title, children }: Page): string {
  const name = element("title", {});
  name.textContent = title;
  const svg = element(
    "svg",
    {
      xmlns: namespace,
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      "font-family": fonts,
      fill: ink,
      color: ink,
    },
    name,
    element("rect", { width, height, fill: "white" }),
    ...children,
  );
  return `${numberedAnew(inTenths(svg.outerHTML))}\n`;
}

export const ink = "#222222";

/** Paths in tenths of a pixel, which is fine enough. */
const inTenths = (text: string): string =>
  text.replaceAll(/ d="[^"]*"/g, (path) =>
    path.replaceAll(/\d+\.\d{2,}/g, (n) => String(Math.round(10 * Number(n)) / 10)),
  );

/** Plot numbers its clip paths on and on while a program runs; here each picture counts from 1. */
function numberedAnew(text: string): string {
  const seen = new Map<string, number>();
  return text.replaceAll(/\bplot-clip-\d+/g, (id) => {
    const number = seen.get(id) ?? seen.size + 1;
    seen.set(id, number);
    return `clip-${number}`;
  });
}

/** Text that XML may hold: without control characters, halves of surrogate pairs and non-characters. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]+/gu, " ").trim();

/** At most `length` characters. */
export function shortened(text: string, length: number): string {
  const characters = [...printable(text)];
  return characters.length <= length ? characters.join("") : `${characters.slice(0, length - 1).join("")}…`;
}

/** Lines of at most `length` characters, broken between words where there are any. */
export function wrapped(text: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of printable(text)
    .split(" ")
    .map((part) => shortened(part, length))) {
    const last = lines.at(-1);
    if (last !== undefined && [...last, " ", ...word].length <= length) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** 12345 -> "12,345" */
export const counted = (n: number): string => n.toLocaleString("en-US");
