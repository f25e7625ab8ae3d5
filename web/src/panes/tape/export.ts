// The picture as a file: all of it, with its colours, as SVG or as PNG.
import { svg } from "../../ui/dom.ts";
import type { TapePicture } from "./picture.ts";

const EDGE = 20;
const PIXELS = 2; // of a PNG for one of the picture
const MOST_PIXELS = 12_000;
const LOOK = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "fill-opacity", "stroke-opacity", "paint-order",
];

/** The picture alone, every element with the look that the page gives it. */
export function asSvg(picture: TapePicture): string {
  const { width, height } = picture.layout;
  const whole = svg("svg", {
    class: "graph", viewBox: `${-EDGE} ${-EDGE} ${width + 2 * EDGE} ${height + 2 * EDGE}`,
    width: Math.ceil(width + 2 * EDGE), height: Math.ceil(height + 2 * EDGE),
  }, ...picture.everything());
  // The look is known only of what stands in the page.
  const holder = picture.element.appendChild(document.createElement("div"));
  holder.className = "visually-hidden";
  holder.append(whole);
  const back = svg("rect", { x: -EDGE, y: -EDGE, width: width + 2 * EDGE, height: height + 2 * EDGE });
  back.style.fill = getComputedStyle(picture.element.parentElement ?? picture.element).backgroundColor;
  whole.prepend(back);
  const plain = new Plain();
  const all = [...whole.querySelectorAll("*")];
  const looks = all.map((element) => {
    if (element.tagName === "g") return [];
    const style = getComputedStyle(element);
    return LOOK.map((name) => [name, plain.of(style.getPropertyValue(name))] as const);
  });
  holder.remove();
  all.forEach((element, i) => {
    for (const name of ["class", "style", "role", "tabindex", "data-line"]) element.removeAttribute(name);
    for (const [name, value] of looks[i] ?? []) if (value !== "") element.setAttribute(name, value);
  });
  whole.removeAttribute("class");
  return new XMLSerializer().serializeToString(whole);
}

/** Colours as every program that reads SVG knows them; a mixed one is asked of the canvas. */
class Plain {
  private readonly known = new Map<string, string>();
  private readonly context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });

  of(value: string): string {
    if (!/^(?:color|oklab|oklch|lab)\(/.test(value) || this.context === null) return value;
    const known = this.known.get(value);
    if (known !== undefined) return known;
    this.context.clearRect(0, 0, 1, 1);
    this.context.fillStyle = value;
    this.context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = this.context.getImageData(0, 0, 1, 1).data;
    const plain = `rgb(${red}, ${green}, ${blue})`;
    this.known.set(value, plain);
    return plain;
  }
}

/** The same in pixels. */
export async function asPng(picture: TapePicture): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([asSvg(picture)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const by = Math.min(PIXELS, MOST_PIXELS / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width * by, image.height * by];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("the browser made no picture")) : resolve(blob)), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Offer a file to be kept. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
