// The device that programs run on: the menu beside the editor.
import { byId, html } from "../ui/dom.ts";
import type { Device } from "../messages/protocol.ts";

export class DeviceMenu {
  private readonly select = byId<HTMLSelectElement>("device");

  constructor() {
    this.found(null, "Python has not looked for a GPU yet");
  }

  get chosen(): Device {
    return this.select.value === "gpu" ? "gpu" : "cpu";
  }

  /** What Python found: the GPU's name, or why there is none. */
  found(name: string | null, reason: string): void {
    const { chosen } = this;
    this.select.replaceChildren(
      html("option", { value: "cpu" }, "CPU"),
      html("option", { value: "gpu", disabled: name === null },
        name === null ? `WebGPU (${reason})` : `WebGPU: ${name}`));
    this.select.value = name === null ? "cpu" : chosen;
  }
}
