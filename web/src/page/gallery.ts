// The gallery: the menu of examples, and the data files that lie beside each of them.
import type { Example, SiteFile } from "../python/site.ts";
import { byId, html } from "../ui/dom.ts";

export class Gallery {
  examples: readonly Example[] = [];

  /** `choose` is called with the example that is to be opened. */
  constructor(private readonly address: string, readonly choose: (example: Example) => void) {
    const menu = byId<HTMLSelectElement>("examples");
    menu.addEventListener("change", () => {
      const example = this.find(menu.value);
      menu.value = "";
      if (example !== undefined) choose(example);
    });
  }

  /** Fetch the examples and fill the menu. */
  async load(): Promise<void> {
    const response = await fetch(this.address);
    const examples = (await response.json()) as Example[];
    this.examples = examples;
    const groups = new Map<string, Example[]>();
    for (const item of examples) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
    for (const [name, items] of groups) {
      byId("examples").append(html("optgroup", { label: name },
        ...items.map((item) => html("option", { value: item.name }, item.title))));
    }
  }

  /** The data files of an example. */
  dataOf(name: string | null): Record<string, SiteFile> {
    return this.find(name)?.data ?? {};
  }

  private find(name: string | null): Example | undefined {
    return this.examples.find((example) => example.name === name);
  }
}
