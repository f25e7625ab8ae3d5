// The kernels pane: what the GPU was given to do, kernel by kernel, with the WGSL on demand.
import { byId, html } from "../ui/dom.ts";

/** Show the kernels of a run, as `gradtape_webgpu.explain()` tells them; null where none ran. */
export function showKernels(text: string | null): void {
  byId("tab-kernels").hidden = text === null;
  const [head, ...kernels] = (text ?? "").split(/\n-- kernel /);
  byId("kernels").replaceChildren(...text === null ? [] : [
    html("div", { class: "toolbar" },
      html("p", {}, `The largest batch of work in this run: ${head?.trim()}.`), copyButton(text)),
    ...kernels.map(section),
  ]);
}

/** "3: MatMul AddV2", then for each dispatch its workgroups and its text. */
function section(text: string): HTMLElement {
  const [name = "", ...lines] = text.split("\n");
  const grids = lines.filter((line) => line.endsWith(" workgroups")).map((line) => line.trim());
  return html("details", { class: "kernel" },
    html("summary", {}, html("code", {}, name), " ", html("span", { class: "muted" }, grids.join(", then "))),
    html("pre", { tabindex: 0 }, lines.join("\n").trim()));
}

function copyButton(text: string): HTMLElement {
  const button = html("button", { type: "button" }, "Copy all");
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(text).then(
      () => { button.textContent = "Copied"; },
      () => { button.textContent = "The browser does not let this page copy"; });
  });
  return button;
}
