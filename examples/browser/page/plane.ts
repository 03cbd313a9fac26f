/** The plane: the surface as an image, data and samples as dots on it. */

import type { Frame } from "../messages.js";
import { pixelsOf } from "../model/colours.js";
import { centreOf, type Painting } from "../model/painting.js";
import type { SurfaceKind } from "../model/settings.js";
import { type Box, toPixel } from "../model/view.js";
import { context2d } from "./element.js";

/** What is on the plane. */
export interface Plane {
  readonly box: Box;
  readonly frame: Frame | null;
  readonly surface: SurfaceKind;
  /** Points of the data: f32[2 n] */
  readonly points: Float32Array | null;
  /** Dabs that are being painted. */
  readonly painting: Painting | null;
  /** Where the keyboard's brush is. */
  readonly cursor: readonly [x: number, y: number] | null;
}

export const dotColours = { data: "#8fd6ff", samples: "#ffffff" } as const;

/** Draws planes on canvases of any size; keeps the image of the last surface and of the last points. */
export function planePainter(): (context: CanvasRenderingContext2D, size: number, plane: Plane) => void {
  const image = document.createElement("canvas");
  let imaged: { readonly frame: Frame; readonly surface: SurfaceKind } | null = null;
  const dots = document.createElement("canvas");
  let dotted: { readonly points: Float32Array; readonly size: number; readonly box: Box } | null = null;

  const paintSurface = (frame: Frame, surface: SurfaceKind): void => {
    if (imaged?.frame === frame && imaged.surface === surface) return;
    imaged = { frame, surface };
    const { cells } = frame;
    if (image.width !== cells) {
      image.width = cells;
      image.height = cells;
    }
    const context = context2d(image);
    const pixels = context.createImageData(cells, cells);
    pixelsOf(frame.surface, surface, pixels.data);
    context.putImageData(pixels, 0, 0);
  };

  const paintDots = (points: Float32Array, size: number, box: Box): void => {
    if (dotted?.points === points && dotted.size === size && dotted.box === box) return;
    dotted = { points, size, box };
    dots.width = size;
    dots.height = size;
    drawDots(context2d(dots), size, box, points, {
      colour: dotColours.data,
      radius: size / 360,
      alpha: 0.8,
    });
  };

  return (context, size, { box, frame, surface, points, painting, cursor }) => {
    context.globalAlpha = 1;
    context.fillStyle = "#000004";
    context.fillRect(0, 0, size, size);
    if (frame !== null) {
      paintSurface(frame, surface);
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, size, size);
    }
    if (painting !== null) drawDabs(context, size, box, painting);
    else if (points !== null) {
      paintDots(points, size, box);
      context.drawImage(dots, 0, 0);
    }
    if (frame !== null && painting === null) {
      const style = { colour: dotColours.samples, radius: size / 260, alpha: 0.95, rim: true };
      drawDots(context, size, box, frame.samples, style);
    }
    if (cursor !== null) drawCursor(context, size, box, cursor);
  };
}

interface DotStyle {
  readonly colour: string;
  readonly radius: number;
  readonly alpha: number;
  /** A dark edge, which sets dots off from a bright ground. */
  readonly rim?: boolean;
}

function drawDots(
  context: CanvasRenderingContext2D,
  size: number,
  box: Box,
  points: Float32Array,
  { colour, radius, alpha, rim = false }: DotStyle,
): void {
  const path = new Path2D();
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = toPixel(box, size, points[i], points[i + 1]);
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.globalAlpha = alpha;
  if (rim) {
    context.strokeStyle = "#000004";
    context.lineWidth = radius * 0.9;
    context.stroke(path);
  }
  context.fillStyle = colour;
  context.fill(path);
  context.globalAlpha = 1;
}

/** Each dab is as wide as its brush: two thirds of its points in the plane lie within 1.5 of it. */
function drawDabs(
  context: CanvasRenderingContext2D,
  size: number,
  box: Box,
  { dabs, brush }: Painting,
): void {
  const radius = (1.5 * brush * size) / (box.upper[0] - box.lower[0]);
  context.fillStyle = dotColours.data;
  context.globalAlpha = 0.35;
  for (const dab of dabs) {
    const [x, y] = toPixel(box, size, ...centreOf(dab));
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

function drawCursor(
  context: CanvasRenderingContext2D,
  size: number,
  box: Box,
  [x, y]: readonly [number, number],
): void {
  const [column, row] = toPixel(box, size, x, y);
  const arm = size / 40;
  context.strokeStyle = "#ffffff";
  context.lineWidth = size / 400;
  context.beginPath();
  context.moveTo(column - arm, row);
  context.lineTo(column + arm, row);
  context.moveTo(column, row - arm);
  context.lineTo(column, row + arm);
  context.stroke();
}
