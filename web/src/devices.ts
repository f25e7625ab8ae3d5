// Where programs run: the device that is chosen, and two runs of one program side by side.
import { compare } from "./comparison.ts";
import { byId, html } from "./dom.ts";
import type { Kernel, Program } from "./kernel.ts";
import type { CheckPane } from "./panes/check.ts";
import type { Device } from "./protocol.ts";
import { type Manifest, readManifest } from "./snippet.ts";

/** A way to run the program on the page. */
interface Way {
  name: string;
  run: { device: Device };
  /** Why it cannot be used now; "" where it can. */
  missing: string;
}

export class Devices {
  /** What the side-by-side comparison asks for. */
  readonly form: HTMLElement;
  private readonly select = byId<HTMLSelectElement>("device");
  private readonly start = html("button", { type: "button" }, "Compare");
  private readonly other = html("select", { "aria-label": "Compare with" });
  private ways: Way[] = [
    { name: "CPU", run: { device: "cpu" }, missing: "" },
    { name: "CPU, once more", run: { device: "cpu" }, missing: "" },
    { name: "WebGPU", run: { device: "gpu" }, missing: "Python has not looked for a GPU yet" },
  ];

  constructor() {
    this.form = html("div", { class: "toolbar" },
      html("span", {}, "This program on the CPU, and on"), this.other, this.start);
    this.draw();
  }

  get chosen(): Device {
    return this.select.value === "gpu" ? "gpu" : "cpu";
  }

  /** What Python found. */
  found(name: string | null, reason: string): void {
    const gpu = this.ways[2] as Way;
    gpu.name = name === null ? "WebGPU" : `WebGPU: ${name}`;
    gpu.missing = name === null ? reason : "";
    this.draw();
  }

  /** Let the comparison be started; `program` is what it runs. */
  connect(kernel: Kernel, check: CheckPane, program: () => Program): void {
    this.start.addEventListener("click", () => {
      const way = this.ways[Number(this.other.value)];
      if (way === undefined) return;
      if (kernel.state === "running" || kernel.state === "stopping") {
        return check.told("Python is busy; compare when the program has ended.");
      }
      this.start.disabled = true;
      check.told(`Running on ${(this.ways[0] as Way).name}, then on ${way.name}…`);
      this.sideBySide(kernel, check, program(), way)
        .catch((error: Error) => check.told(error.message))
        .finally(() => { this.start.disabled = false; });
    });
  }

  private async sideBySide(kernel: Kernel, check: CheckPane, program: Program, way: Way): Promise<void> {
    const first = this.ways[0] as Way;
    const manifests: Manifest[] = [];
    for (const { name, run } of [first, way]) {
      const done = await kernel.results({ ...program, ...run });
      if (done.status !== "finished" || done.manifest === null) {
        throw new Error(`The run on ${name} did not finish: ${done.failure?.message ?? "no results"}`);
      }
      manifests.push(readManifest(done.manifest));
    }
    check.compared(compare(manifests[0] as Manifest, manifests[1] as Manifest), first.name, way.name);
  }

  private draw(): void {
    const gpu = this.ways[2] as Way;
    const chosen = this.chosen;
    this.select.replaceChildren(
      html("option", { value: "cpu" }, "CPU"),
      html("option", { value: "gpu", disabled: gpu.missing !== "" },
        gpu.missing === "" ? gpu.name : `WebGPU (${gpu.missing})`));
    this.select.value = gpu.missing === "" ? chosen : "cpu";
    const at = this.other.value;
    this.other.replaceChildren(...this.ways.slice(1).map(({ name, missing }, i) => html(
      "option", { value: i + 1, disabled: missing !== "" }, missing === "" ? name : `${name} (${missing})`)));
    if (at !== "") this.other.value = at;
  }
}
