/** A panel of the picture: a frame with axes, a heading, and names in the colours of what is drawn. */
import * as Plot from "@observablehq/plot";
import type { Limits } from "./picture-limits.js";
import {
  asMark,
  axisFont,
  ink,
  plotAt,
  type SvgElement,
  shortened,
  textFont,
  words,
} from "./picture-page.js";

/** A panel's outer width and its room for axes. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export const margins = { top: 52, right: 24, bottom: 70, left: 104 };
/** How far from the frame the names of axes stand. */
export const labelOffset = { x: 56, y: 84 };

/** Blue and vermilion of Okabe and Ito, which the colour-blind tell apart. */
export const hues = { data: "#0072b2", samples: "#d55e00", model: ink, third: "#009e73" };

export interface Axis {
  readonly name: string;
  readonly limits: Limits;
}

/** From limit to limit, with the name in the middle. */
export const scaleOf = ({ name, limits: { low, high } }: Axis, ticks: number): Plot.ScaleOptions => ({
  domain: [low, high],
  label: name,
  ticks,
  labelAnchor: "center",
  labelArrow: "none",
  ...(isSmall(low, high) ? { tickFormat: "~e" } : isLong(low, high) ? { tickFormat: "s" } : {}),
});

/** Whether they are thousandths at most: 0.00012 is wider than 1.2e-4, and reaches into the axis's name. */
const isSmall = (low: number, high: number): boolean => Math.max(Math.abs(low), Math.abs(high)) < 1e-3;

/** Whether the numbers beside an axis would need more than nine characters; they are then written as in 1.5M. */
const isLong = (low: number, high: number): boolean => {
  const digits = Math.log10(Math.max(Math.abs(low), Math.abs(high)));
  const decimals = -Math.log10((high - low) / 5);
  return Math.max(1, digits) * (4 / 3) + Math.max(0, decimals) > 8;
};

export interface PanelOptions extends Plot.PlotOptions {
  readonly heading: string;
  /** What is written below the heading, above the frame, side by side. */
  readonly key?: readonly { readonly name: string; readonly colour: string }[];
}

/** A framed plot with a heading. */
export const panel = (
  { x, y, width, height }: Box,
  { heading, key = [], marks = [], ...options }: PanelOptions,
): SvgElement =>
  plotAt(x, y, {
    width,
    height,
    marginTop: margins.top + (key.length === 0 ? 0 : lineHeight),
    marginRight: margins.right,
    marginBottom: margins.bottom,
    marginLeft: margins.left,
    ...options,
    marks: [
      ...marks,
      Plot.frame({ stroke: "#555" }),
      Plot.text([heading], {
        frameAnchor: "top",
        lineAnchor: "bottom",
        dy: key.length === 0 ? -12 : -12 - lineHeight,
        fontSize: textFont,
      }),
      ...key.map(
        ({ name, colour }, i): Plot.Markish =>
          (_index, _scales, _values, dimensions) => {
            const { width, marginLeft, marginRight, marginTop } = dimensions;
            const cell = (width - marginLeft - marginRight) / key.length;
            const place = {
              "text-anchor": "middle",
              "font-size": axisFont,
              "font-weight": "bold",
              fill: colour,
            };
            return asMark(
              words(marginLeft + (i + 0.5) * cell, marginTop - 12, shortened(name, cell / 11.5), place),
            );
          },
      ),
    ],
  });

const lineHeight = 28;
