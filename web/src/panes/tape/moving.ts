// Moving about in the tape's picture: larger, smaller, the whole of it, and dragging with the mouse.
// Touch and wheel scroll the picture as they scroll everything else.
import { html } from "../../ui/dom.ts";

const STEP = 1.25;
const SMALLEST = 0.1;
const LARGEST = 2.5;

export class Moving {
  /** The buttons, for a toolbar. */
  readonly buttons: HTMLElement;

  constructor(
    private readonly area: HTMLElement,
    private readonly drawing: SVGElement,
    private readonly width: number,
    private readonly height: number,
    private scale: number,
  ) {
    const button = (words: string, sign: string, click: () => void): HTMLElement =>
      html("button", { type: "button", "aria-label": words, title: words, click }, sign);
    this.buttons = html("div", { class: "segments", role: "group", "aria-label": "Size of the picture" },
      button("Smaller", "−", () => this.zoom(this.scale / STEP)),
      button("Larger", "+", () => this.zoom(this.scale * STEP)),
      button("The whole picture", "Whole", () => this.zoom(Math.min(
        1, (area.clientWidth - 8) / width, (area.clientHeight - 8) / height))));
    this.zoom(scale);
    drawing.addEventListener("pointerdown", (event) => this.drag(event as PointerEvent));
  }

  /** Draw at this scale; what is in the middle stays there. */
  private zoom(scale: number): void {
    const { area, drawing } = this;
    const next = Math.min(Math.max(scale, SMALLEST), LARGEST);
    const by = next / this.scale;
    const [x, y] = [area.scrollLeft + area.clientWidth / 2, area.scrollTop + area.clientHeight / 2];
    this.scale = next;
    drawing.setAttribute("width", String(this.width * next));
    drawing.setAttribute("height", String(this.height * next));
    if (by === 1) return;
    area.scrollLeft = x * by - area.clientWidth / 2;
    area.scrollTop = y * by - area.clientHeight / 2;
  }

  private drag(start: PointerEvent): void {
    if (start.pointerType !== "mouse" || start.button !== 0 || (start.target as Element).closest(".box") !== null) return;
    const { area, drawing } = this;
    const [left, top] = [area.scrollLeft + start.clientX, area.scrollTop + start.clientY];
    const move = ({ clientX, clientY }: PointerEvent): void => {
      area.scrollLeft = left - clientX;
      area.scrollTop = top - clientY;
    };
    const end = (): void => {
      drawing.removeEventListener("pointermove", move);
      drawing.classList.remove("dragged");
    };
    drawing.setPointerCapture(start.pointerId);
    drawing.classList.add("dragged");
    drawing.addEventListener("pointermove", move);
    drawing.addEventListener("pointerup", end, { once: true });
    drawing.addEventListener("pointercancel", end, { once: true });
    start.preventDefault();
  }
}
