/** SVG as text: elements, numbers and words. */

export type Attributes = Readonly<Record<string, string | number>>;

/** <name a="1">children</name>. Values are escaped, children stand as they are. */
export const element = (name: string, attributes: Attributes, ...children: readonly string[]): string => {
  const list = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === "number" ? px(value) : escaped(value)}"`,
  );
  return children.length === 0
    ? `<${name}${list.join("")}/>`
    : `<${name}${list.join("")}>${children.join("\n")}</${name}>`;
};

/** Words at a point. */
export const words = (
  x: number,
  y: number,
  size: number,
  content: string,
  attributes: Attributes = {},
): string => element("text", { x, y, "font-size": size, ...attributes }, escaped(content));

/** The name of a picture, for those who do not see it. */
export const alternative = (content: string): string => element("title", {}, escaped(content));

/** Tenths of a pixel are fine enough. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

/** Control characters, which XML may not hold, become spaces. */
const escaped = (content: string): string =>
  content.replace(/\p{Cc}/gu, " ").replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
