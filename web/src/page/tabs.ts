// The tabs of the results, as the pattern for tabs has it: one tab stop, arrows go from tab to tab.
import { byId } from "../ui/dom.ts";

export interface Tabs {
  names: readonly string[];
  /** Show the panel of this name. */
  select(name: string, focus?: boolean): void;
}

export function makeTabs(names: readonly string[], shown: (name: string) => void): Tabs {
  function select(name: string, focus = false): void {
    if (byId(`tab-${name}`).hidden) return; // a pane that is not offered would be an empty one
    for (const tab of names) {
      const button = byId(`tab-${tab}`);
      const chosen = tab === name;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      byId(tab).hidden = !chosen;
      if (chosen && focus) button.focus();
    }
    shown(name);
  }
  names.forEach((name) => {
    const button = byId(`tab-${name}`);
    button.addEventListener("click", () => select(name));
    button.addEventListener("keydown", (event) => {
      const ends: Record<string, number> = { Home: 0, End: -1 };
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const there = names.filter((other) => !byId(`tab-${other}`).hidden);
      const at = there.indexOf(name);
      const next = step === undefined ? ends[event.key] : (at + step + there.length) % there.length;
      if (next === undefined) return;
      select(there.at(next) as string, true);
      event.preventDefault();
    });
  });
  return { names, select };
}
