// Puts the page together: each part holds its own state, and here stands which part tells which.
import "./ui/style.css";
import { announce } from "./ui/announce.ts";
import { byId } from "./ui/dom.ts";
import { makeEditor } from "./editor/editor.ts";
import { makeCommands } from "./page/commands.ts";
import { DeviceMenu } from "./page/device_menu.ts";
import { ownProgram, ProgramDraft } from "./page/draft.ts";
import { FIRST_PROGRAM } from "./page/first_program.ts";
import { Gallery } from "./page/gallery.ts";
import { Learning } from "./page/learning.ts";
import { Results } from "./page/results.ts";
import { Runs } from "./page/run.ts";
import { addressed, Sharing } from "./page/sharing.ts";
import { SideBySide } from "./page/side_by_side.ts";
import { StatusLine } from "./page/status.ts";
import { makeTabs } from "./page/tabs.ts";
import { Kernel, type RunRequest } from "./python/kernel.ts";
import { type Program, single } from "./python/program.ts";
import { readSite } from "./python/site.ts";
import { idInPath } from "./snippets/snippet.ts";

const site = readSite();
const embedded = idInPath(location.pathname)?.embedded === true;
document.documentElement.classList.toggle("embedded", embedded);
const small = matchMedia("(max-width: 700px)").matches;
const memoryMiB = small ? 512 : 1024;
const shared = addressed() !== null;
const own = ownProgram();

const status = new StatusLine();
const deviceMenu = new DeviceMenu();
const sideBySide = new SideBySide();
const editor = makeEditor(byId("editor"), shared ? "" : own.code, {
  change(code) {
    draft.changed();
    runs.compareWith(code);
  },
  run: () => void runs.start(), line: (line) => results.lightLine(line),
});
const results = new Results(editor, sideBySide.form, (call) => kernel.check(call),
  (call, node, by) => kernel.replay(call, node, by), () => tabs.select("tape", true));
const tabs = makeTabs(["output", "tape", "gradients", "kernels", "check"], (name) => {
  if (name === "tape") results.fitTape();
  if (name === "check") void sideBySide.offerEngines(site.engine?.wheel.sha256 ?? null);
});
const sharing = new Sharing({ now: () => draft.program(), show: (program) => draft.show(program) }, results.check, {
  leaving: () => draft.keep(),
  shown: () => runs.forget(),
  recorded: () => tabs.select("check"),
  forked: () => draft.begin(draft.program()),
  closed: () => draft.resume(),
  failed(why) {
    draft.resume();
    results.output.clear();
    results.output.note(`${why} Here is your own program instead.`);
    announce(why);
  },
});
const draft = new ProgramDraft(editor, shared ? single("") : own, shared ? null : own.example, embedded, () => sharing.link);
function open(program: Program, example: string | null): void {
  sharing.leave();
  draft.begin(program, example);
  runs.forget();
}
const gallery = new Gallery(site.examples, ({ code, name }) => open(single(code), name));
const learning = new Learning(site.lessons, {
  open(code, example) {
    sharing.leave();
    draft.borrow(single(code), example);
    runs.forget();
  },
  code: () => editor.code(),
  run: () => runs.start(),
  check: (code) => kernel.exercise(code),
  show: () => byId("result-side").scrollIntoView({ block: "nearest" }),
});
const kernel = new Kernel(site, memoryMiB, {
  state: (state, detail) => runs.show(state, detail),
  note: (text) => results.output.note(text),
  message(message) {
    results.receive(message);
    if (message.kind === "loop") status.looped(message.loop);
    else if (message.kind === "done") {
      runs.ended(message);
      learning.ended(message);
    } else if (message.kind === "exercised") learning.exercised(message.verdict);
    else if (message.kind === "ready") status.ready(message);
    else if (message.kind === "progress") performance.mark(`stage: ${message.stage}`);
    else if (message.kind === "gpu") [deviceMenu, sideBySide].forEach((part) => part.found(message.name, message.reason));
  },
});

function request(): RunRequest {
  draft.keep();
  const program = draft.program();
  return {
    ...program, data: gallery.dataOf(draft.example), device: deviceMenu.chosen, engine: sharing.engineOf(program.code),
  };
}

const runs = new Runs({ site, memoryMiB, kernel, editor, results, sharing, status, tabs, request });
sideBySide.connect(kernel, results.check, request);
const showCommands = makeCommands({
  run: () => void runs.start(), stop: () => kernel.stop(), restart: () => kernel.restart("Python was restarted."),
  share: () => sharing.share(), fork: () => sharing.fork(), format: () => draft.format(),
  show: (pane) => tabs.select(pane, true), edit: () => editor.view.focus(), search: editor.search,
  startOver: () => open(single(FIRST_PROGRAM), null), lessons: () => learning.toggle(),
  programs: () => [
    ...draft.aside().map(({ title, when, program, example }) => (
      { name: `${title} (yours, ${when})`, keys: "program", run: () => open(program, example) })),
    ...gallery.examples.map((example) => (
      { name: example.title, keys: "example", run: () => gallery.choose(example) })),
  ],
});
const onClick = (id: string, click: () => void): void => byId(id).addEventListener("click", click);
onClick("run", () => void runs.start());
onClick("lessons", () => learning.toggle());
onClick("stop", () => kernel.stop());
onClick("share", () => sharing.share());
onClick("format", () => draft.format());
onClick("more", showCommands);
window.addEventListener("popstate", () => {
  sharing.follow();
  void learning.follow();
});

results.clear();
results.check.clear();
results.output.note("Press Run (Ctrl+Enter). What the program prints appears here.");
void results.loadTapePane();
void sharing.open();
void learning.follow();
gallery.load().catch(() => results.output.note("The examples could not be loaded."));
if (site.index !== null) void editor.loadIndex(site.index);
performance.mark("editor-usable");
// Python starts by itself once the page stands, except where that would cost a visitor who may
// only be reading: on small screens, in embeds, and where data are to be saved.
const saving = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
if (!small && !saving && !embedded) {
  requestAnimationFrame(() => setTimeout(() => kernel.start(), 0));
}
