// Two runs of the program on the page, side by side: on two devices, or on two versions of the engine.
import { compare } from "../snippets/comparison.ts";
import { html } from "../ui/dom.ts";
import { listEngines } from "../python/engines.ts";
import type { Kernel, RunRequest } from "../python/kernel.ts";
import type { CheckPane } from "../panes/check.ts";
import { type Manifest, readManifest } from "../snippets/snippet.ts";

/** A way to run a program. */
interface Way {
  name: string;
  run: Partial<RunRequest>;
  /** Why it cannot be used now; "" where it can. */
  missing: string;
}

export class SideBySide {
  readonly form: HTMLElement;
  private readonly start = html("button", { type: "button" }, "Compare");
  private readonly selects = [
    html("select", { "aria-label": "First run" }), html("select", { "aria-label": "Compare with" }),
  ];
  private readonly gpu: Way = {
    name: "WebGPU", run: { device: "gpu" }, missing: "Python has not looked for a GPU yet",
  };
  private ways: Way[] = [
    { name: "CPU", run: { device: "cpu" }, missing: "" }, this.gpu,
    { name: "CPU, once more", run: { device: "cpu" }, missing: "" },
  ];

  constructor() {
    const [first, second] = this.selects;
    this.form = html("div", { class: "toolbar" },
      html("span", {}, "This program on"), first ?? null, html("span", {}, "and on"), second ?? null, this.start);
    this.draw();
  }

  /** What Python found: the GPU's name, or why there is none. */
  found(name: string | null, reason: string): void {
    this.gpu.name = name === null ? "WebGPU" : `WebGPU: ${name}`;
    this.gpu.missing = name === null ? reason : "";
    this.draw();
  }

  /** The engines of the server, where there are several, each one more way; `own` is the page's. */
  async offerEngines(own: string | null): Promise<void> {
    const engines = await listEngines().catch(() => []); // without the server, the page's own alone
    const more = engines.length < 2 ? [] : engines.map(({ version, wheel: { sha256 } }): Way => ({
      name: `CPU, engine ${version}, ${sha256 === own ? "this page's" : `wheel ${sha256.slice(0, 8)}`}`,
      run: { device: "cpu", engine: sha256 }, missing: "",
    }));
    this.ways = [...this.ways.slice(0, 3), ...more];
    this.draw();
  }

  /** Let the comparison be started; `request` is what it runs. */
  connect(kernel: Kernel, check: CheckPane, request: () => RunRequest): void {
    this.start.addEventListener("click", () => {
      const [first, second] = this.selects.map((select) => this.ways[Number(select.value)]);
      if (first === undefined || second === undefined) return;
      if (kernel.state === "running" || kernel.state === "stopping") {
        return check.note("Python is busy; compare when the program has ended.");
      }
      this.start.disabled = true;
      check.note(`Running on ${first.name}, then on ${second.name}…`);
      sideBySide(kernel, check, request(), first, second)
        .catch((error: Error) => check.note(error.message))
        .finally(() => { this.start.disabled = false; });
    });
  }

  private draw(): void {
    this.selects.forEach((select, which) => {
      const before = select.value;
      select.replaceChildren(...this.ways.map(({ name, missing }, i) => html(
        "option", { value: i, disabled: missing !== "" }, missing === "" ? name : `${name} (${missing})`)));
      const chosen = before !== "" && this.ways[Number(before)]?.missing === "" ? before : null;
      select.value = chosen ?? (which === 0 ? "0" : this.gpu.missing === "" ? "1" : "2");
    });
  }
}

async function sideBySide(
  kernel: Kernel, check: CheckPane, request: RunRequest, first: Way, second: Way,
): Promise<void> {
  const manifests: Manifest[] = [];
  for (const { name, run } of [first, second]) {
    const done = await kernel.results({ ...request, ...run });
    if (done.status !== "finished" || done.manifest === null) {
      throw new Error(`The run on ${name} did not finish: ${done.failure?.message ?? "no results"}`);
    }
    manifests.push(readManifest(done.manifest));
  }
  check.compared(compare(manifests[0] as Manifest, manifests[1] as Manifest), first.name, second.name);
}
