// What part of the picture is seen: panning, the wheel, two fingers, fit.
//
// Moving is one attribute; what has to be drawn anew is drawn when the view comes near the end of
// what was drawn.
import { html } from "../../ui/dom.ts";

const STEP = 1.25;
const LARGEST = 3;
const MARGIN = 20;
const TOOLS = 44; // the buttons below
/** Below this scale words cannot be read. */
export const LEGIBLE = 0.6;

export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export class View {
  scale = 1;
  private x = 0;
  private y = 0;
  private smallest = 0.02;
  private readonly fingers = new Map<number, { x: number; y: number }>();
  private moved = false;
  private waiting = false;
  /** The buttons, for a toolbar. */
  readonly buttons: HTMLElement;

  constructor(
    private readonly area: HTMLElement,
    private readonly world: SVGElement,
    private readonly size: { width: number; height: number },
    /** The view has moved. */
    private readonly changed: () => void,
  ) {
    const button = (words: string, sign: string, click: () => void): HTMLElement =>
      html("button", { type: "button", "aria-label": words, title: words, click }, sign);
    this.buttons = html("div", { class: "segments", role: "group", "aria-label": "Size of the picture" },
      button("Smaller", "−", () => this.zoom(1 / STEP)), button("Larger", "+", () => this.zoom(STEP)),
      button("Fit the whole picture", "Fit", () => this.fit()));
    area.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    area.addEventListener("pointerdown", (event) => this.down(event));
    area.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      area.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
    }
    // A drag that ends over a box chooses nothing.
    area.addEventListener("click", (event) => {
      if (this.moved) event.stopPropagation();
      this.moved = false;
    }, true);
  }

  /** What is seen, in the picture's own measure. */
  seen(): Area {
    const { clientWidth, clientHeight } = this.area;
    return {
      left: -this.x / this.scale, top: -this.y / this.scale,
      right: (clientWidth - this.x) / this.scale, bottom: (clientHeight - this.y) / this.scale,
    };
  }

  /** The scale at which the whole picture is seen. */
  whole(): number {
    const { clientWidth, clientHeight } = this.area;
    return Math.min(1.25, (clientWidth - 2 * MARGIN) / this.size.width, (clientHeight - MARGIN - TOOLS) / this.size.height);
  }

  /** Show all of it; `least` is a scale below which the beginning is shown instead. */
  fit(least = 0): void {
    const whole = Math.max(this.whole(), 0.005);
    this.smallest = Math.min(0.1, whole);
    this.scale = Math.max(whole, least);
    const { clientWidth, clientHeight } = this.area;
    const [wide, tall] = [this.size.width * this.scale, this.size.height * this.scale];
    this.x = Math.max(MARGIN, (clientWidth - wide) / 2);
    this.y = tall > clientHeight - MARGIN - TOOLS ? MARGIN : Math.max(10, Math.min((clientHeight - TOOLS - tall) / 2, 40));
    this.show();
  }

  pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.show();
  }

  /** Larger or smaller; the point `at` (by default the middle) stays where it is. */
  zoom(by: number, at?: { x: number; y: number }): void {
    const scale = Math.min(Math.max(this.scale * by, this.smallest), LARGEST);
    const real = scale / this.scale;
    const { x, y } = at ?? { x: this.area.clientWidth / 2, y: this.area.clientHeight / 2 };
    this.x = x - (x - this.x) * real;
    this.y = y - (y - this.y) * real;
    this.scale = scale;
    this.show();
  }

  /** Move as little as needed for a rectangle to be seen, at a size that can be read. */
  bring({ x, y, width, height }: { x: number; y: number; width: number; height: number }): void {
    if (this.scale < LEGIBLE) this.scale = LEGIBLE + 0.2;
    const { clientWidth, clientHeight } = this.area;
    const into = (at: number, length: number, offset: number, room: number): number => {
      const [from, to] = [at * this.scale + offset, (at + length) * this.scale + offset];
      if (from >= MARGIN && to <= room - MARGIN) return offset;
      return room / 2 - (at + length / 2) * this.scale;
    };
    this.x = into(x, width, this.x, clientWidth);
    this.y = into(y, height, this.y, clientHeight);
    this.show();
  }

  show(): void {
    this.world.setAttribute("transform", `translate(${this.x.toFixed(1)} ${this.y.toFixed(1)}) scale(${this.scale.toFixed(4)})`);
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.changed();
    });
  }

  private inside(event: MouseEvent): { x: number; y: number } {
    const { left, top } = this.area.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : 1;
    if (event.shiftKey) this.pan(-(event.deltaX + event.deltaY) * unit, 0);
    else if (event.ctrlKey || Math.abs(event.deltaX) < 0.5) this.zoom(Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016)), this.inside(event));
    else this.pan(-event.deltaX * unit, -event.deltaY * unit);
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || (event.target as Element).closest("button, input, .node-detail") !== null) return;
    this.fingers.set(event.pointerId, this.inside(event));
    this.moved = false;
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (before === undefined) return;
    const now = this.inside(event);
    if (!this.moved && Math.hypot(now.x - before.x, now.y - before.y) < 4) return;
    if (!this.moved) this.area.setPointerCapture(event.pointerId);
    this.moved = true;
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.fingers.set(event.pointerId, now);
    if (other === undefined) {
      this.pan(now.x - before.x, now.y - before.y);
      return;
    }
    const apart = (point: { x: number; y: number }): number => Math.hypot(point.x - other.x, point.y - other.y);
    this.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.zoom(apart(now) / Math.max(apart(before), 1), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
  }
}
