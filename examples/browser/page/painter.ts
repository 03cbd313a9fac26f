/** Painting on the plane: by mouse, pen or finger, and by keyboard. */
import { extent, type Painting, type Point, stroke, strokeEnd } from "../model/painting.js";
import { type Box, toPoint } from "../model/view.js";

export interface Painter {
  /** Whether the canvas takes strokes, and the painting that they go on from. */
  readonly allow: (painting: Painting | null) => void;
  /** The painting with the stroke that is being made, or null. */
  readonly draft: () => Painting | null;
  /** Where the keyboard's brush is, while it is used. */
  readonly cursor: () => Point | null;
}

export interface PainterOptions {
  readonly canvas: HTMLCanvasElement;
  readonly box: Box;
  /** Something is to be drawn. */
  readonly onChange: () => void;
  /** A stroke has ended. */
  readonly onStroke: (painting: Painting) => void;
}

/** One press of an arrow key. */
const keyStep = extent / 20;

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: [-keyStep, 0],
  ArrowRight: [keyStep, 0],
  ArrowUp: [0, keyStep],
  ArrowDown: [0, -keyStep],
};

export function painterOn({ canvas, box, onChange, onStroke }: PainterOptions): Painter {
  let base: Painting | null = null;
  let draft: Painting | null = null;
  let pointer: number | null = null;
  let last: Point | null = null;
  let cursor: Point | null = null;

  const pointOf = (event: PointerEvent): Point => {
    const { left, top, width } = canvas.getBoundingClientRect();
    return toPoint(box, width, event.clientX - left, event.clientY - top);
  };
  const extend = (to: Point): void => {
    if (draft === null) return;
    const { brush } = draft;
    draft = stroke(draft, last, to);
    last = strokeEnd(last, to, brush);
    onChange();
  };
  const end = (): void => {
    const done = draft;
    pointer = null;
    last = null;
    draft = null;
    if (done === null) return;
    base = done;
    onStroke(done);
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (base === null || pointer !== null || event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    cursor = null;
    draft = base;
    extend(pointOf(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const between = event.getCoalescedEvents();
    for (const each of between.length === 0 ? [event] : between) extend(pointOf(each));
  });
  for (const kind of ["pointerup", "pointercancel"] as const) {
    canvas.addEventListener(kind, (event) => {
      if (event.pointerId === pointer) end();
    });
  }
  canvas.addEventListener("keydown", (event) => {
    if (base === null) return;
    const by = arrows[event.key];
    if (by !== undefined) {
      const [x, y] = cursor ?? [0, 0];
      const within = (value: number): number => Math.min(extent, Math.max(-extent, value));
      cursor = [within(x + by[0]), within(y + by[1])];
      onChange();
    } else if (event.key === " " || event.key === "Enter") {
      cursor ??= [0, 0];
      base = stroke(base, null, cursor);
      onStroke(base);
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => {
    cursor = null;
    onChange();
  });

  return {
    allow: (painting) => {
      if (pointer === null) base = painting;
      if (painting === null) cursor = null;
      canvas.classList.toggle("paintable", painting !== null);
      if (painting === null) canvas.removeAttribute("tabindex");
      else canvas.tabIndex = 0;
    },
    draft: () => draft,
    cursor: () => cursor,
  };
}
