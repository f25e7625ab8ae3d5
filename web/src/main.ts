// Puts the page together: editor, kernel, panes, and what the buttons do.
import "./ui/style.css";
import { announce } from "./ui/announce.ts";
import { type Command, showCommands, showKeys } from "./page/dialogs.ts";
import { byId, html } from "./ui/dom.ts";
import { type Documented, makeEditor } from "./editor/editor.ts";
import { Devices } from "./page/device_menu.ts";
import { listEngines } from "./python/engines.ts";
import { type Done, Kernel, type Program, type State } from "./python/kernel.ts";
import { CheckPane } from "./panes/check.ts";
import { GradientsPane } from "./panes/gradients.ts";
import { showKernels } from "./panes/kernels.ts";
import { OutputPane } from "./panes/output.ts";
import type { TapePane } from "./panes/tape/pane.ts";
import { FIRST_PROGRAM } from "./page/first_program.ts";
import type { WorkerToPage } from "./messages/protocol.ts";
import type { Explanation, GradientCall } from "./messages/report.ts";
import { type Example, readSite } from "./python/site.ts";
import { Sharing } from "./page/sharing.ts";
import { SideBySide } from "./page/side_by_side.ts";
import { idInPath } from "./snippets/snippet.ts";
import { StatusLine } from "./page/status.ts";
import { witnessed } from "./snippets/attested.ts";
import { load, save } from "./page/store.ts";
import { makeTabs } from "./page/tabs.ts";

const WALL_CLOCK_MS = 120_000;
const small = matchMedia("(max-width: 700px)").matches;
const MEMORY_MIB = small ? 512 : 1024;
const site = readSite();
const runButton = byId<HTMLButtonElement>("run");
const stopButton = byId<HTMLButtonElement>("stop");
const status = new StatusLine();
const chooser = byId<HTMLSelectElement>("examples");

let examples: Example[] = [];
let example: string | null = null;
let ran: Program | null = null;
let clock: number | undefined;

// ---------------------------------------------------------------- the parts

const embedded = idInPath(location.pathname)?.embedded === true;
document.documentElement.classList.toggle("embedded", embedded);

const editor = makeEditor(byId("editor"), firstCode(), {
  change: onChange,
  run,
  line: (line) => tape?.lightLine(line),
});
const output = new OutputPane(byId("output"), {
  reveal: (line) => editor.reveal(line),
  light: (line) => editor.light(line),
  apply: ({ suggestion }: Explanation) =>
    suggestion !== null && editor.suggest(suggestion.lineno, suggestion.before, suggestion.after),
});
const gradients = new GradientsPane(byId("gradients"), {
  reveal: editor.reveal, check: (call) => kernel.check(call),
});
const devices = new Devices();
const sideBySide = new SideBySide();
const check = new CheckPane(byId("check"), byId("badge"), sideBySide.form);
const sharing = new Sharing(editor, check, {
  recorded: () => tabs.select("check"),
  left: keep,
  failed(why) {
    output.clear();
    output.note(`${why} Here is your own program instead.`);
    announce(why);
    editor.replace(load()?.code ?? FIRST_PROGRAM);
  },
});
const tabs = makeTabs(["output", "tape", "gradients", "kernels", "check"], (name) => {
  if (name === "tape") tape?.draw(); // its picture is fitted to the room that it has
  if (name === "check") void offerEngines();
});
let tape: TapePane | null = null;
let waiting: GradientCall[] = [];

const kernel = new Kernel(site, MEMORY_MIB, {
  state: showState, message: receive, note: (text) => output.note(text),
});
sideBySide.connect(kernel, check, program);

/** The comparison may use every engine of the server; without the server, the page's own. */
async function offerEngines(): Promise<void> {
  sideBySide.offer(await listEngines().catch(() => []), site.engine?.wheel.sha256 ?? null);
}

/** The tape pane and its layout code come when the first graph does. */
async function tapePane(): Promise<TapePane> {
  const { TapePane } = await import("./panes/tape/pane.ts");
  tape ??= new TapePane(byId("tape"), {
    reveal: editor.reveal, light: editor.light, show: editor.show,
  });
  return tape;
}

async function drawTape(): Promise<void> {
  const pane = await tapePane();
  pane.clear();
  waiting.forEach((call) => pane.add(call));
  pane.draw();
}

function firstCode(): string {
  if (idInPath(location.pathname) !== null || location.hash.startsWith("#code=")) return "";
  const saved = load();
  example = saved?.example ?? null;
  return saved?.code ?? FIRST_PROGRAM;
}

// ---------------------------------------------------------------- running

function run(): void {
  if (kernel.state === "running" || kernel.state === "stopping") return;
  keep();
  clearResults();
  ran = program();
  sharing.begin();
  runButton.disabled = true;
  performance.mark("run-asked");
  kernel.execute(ran).then(
    (started) => {
      if (!started) return;
      clock = window.setTimeout(() => {
        if (kernel.state !== "running") return;
        output.note(`Stopped after ${WALL_CLOCK_MS / 1000} seconds, the limit for one run.`);
        kernel.stop();
      }, WALL_CLOCK_MS);
    },
    (error: Error) => {
      runButton.disabled = false;
      output.note(`Python did not start: ${error.message}`);
    },
  );
}

function program(): Program {
  const data = examples.find(({ name }) => name === example)?.data ?? {};
  const code = editor.code();
  return { code, data, device: devices.chosen, engine: sharing.engineOf(code) };
}

function clearResults(): void {
  output.clear();
  gradients.clear();
  waiting = [];
  status.begin();
  tape?.clear();
  editor.forgive();
  byId("gradient-count").textContent = "";
}

function receive(message: WorkerToPage): void {
  switch (message.kind) {
    case "output":
      output.write(message.text, message.stream, message.dropped);
      break;
    case "figure":
      output.figure(message.png, message.description);
      break;
    case "points":
      output.points(message.points);
      break;
    case "tensor":
      output.tensor(message.tensor);
      break;
    case "loop":
      status.looped(message.loop);
      break;
    case "gradient":
      gradients.add(message.call);
      message.call.explanations.forEach((explanation) => output.explain(explanation));
      waiting.push(message.call);
      byId("gradient-count").textContent = `(${message.call.call})`;
      break;
    case "checked":
      gradients.checked(message.check);
      break;
    case "done":
      finish(message);
      break;
    case "ready":
      byId("versions").textContent =
        `gradtape ${message.engine} · NumPy ${message.numpy} · Python ${message.python}`;
      performance.mark("python-ready");
      window.setTimeout(lookForGpu, 500);
      break;
    case "gpu":
      devices.found(message.name, message.reason);
      sideBySide.found(message.name, message.reason);
      break;
    case "progress":
      performance.mark(`stage: ${message.stage}`);
      break;
    default:
      break;
  }
}

function finish(message: Done): void {
  window.clearTimeout(clock);
  performance.mark("run-done");
  const { failure, milliseconds, calls } = message;
  const code = ran?.code ?? "";
  const manifest = message.status === "finished" ? witnessed(message, code, site, kernel.engine) : null;
  if (failure !== null) {
    const stopped = message.status === "stopped";
    if (stopped) output.note(failure.message);
    else output.failure(failure);
    if (failure.name === "MemoryError") output.note(`Python has ${MEMORY_MIB} MiB here and the program asked for more.`);
    if (failure.lineno !== null) editor.complain(failure.lineno, failure.message, stopped ? "info" : "error");
  }
  if (message.status === "finished" && byId("output").childElementCount === 0) {
    output.note("The program ended without printing anything.");
  }
  const verdict = manifest === null ? "" : sharing.finished(code, manifest);
  showKernels(message.kernels);
  if (message.kernels === null && !byId("kernels").hidden) tabs.select("output");
  if (waiting.some(({ graph }) => graph !== null)) void drawTape();
  const word = { finished: "Finished", failed: "Ended with an error", stopped: "Stopped" }[message.status];
  status.ended(message.status, milliseconds, calls);
  announce(`${word}. ${output.end(300)}${verdict === "" ? "" : ` ${verdict}`}`);
}

/** Once Python has nothing else to do: the first gradient does not wait for a GPU. */
function lookForGpu(): void {
  if (kernel.state === "ready") kernel.lookForGpu();
  else if (kernel.state === "running") window.setTimeout(lookForGpu, 1000);
}

function showState(state: State, detail: string): void {
  const busy = state === "running" || state === "stopping" || state === "starting";
  runButton.disabled = state === "running" || state === "stopping";
  stopButton.disabled = !busy;
  document.documentElement.dataset["python"] = state;
  status.state(state, detail);
  byId("output").setAttribute("aria-busy", String(busy));
}

// ---------------------------------------------------------------- the program

let saveTimer: number | undefined;
function onChange(): void {
  byId("saved").textContent = "";
  window.clearTimeout(saveTimer);
  saveTimer = window.setTimeout(keep, 400);
}

function keep(): void {
  window.clearTimeout(saveTimer);
  if (embedded) return;
  const { link } = sharing;
  const kept = save({ code: editor.code(), example }, link);
  byId("saved").textContent = !kept ? "not saved: this browser keeps nothing"
    : link === null ? "saved here" : "kept in this tab";
}

function formatProgram(): void {
  keep(); // now, so that it does not write over what is told here
  const code = editor.code();
  const tell = (words: string): void => {
    byId("saved").textContent = words;
    announce(words);
  };
  tell("formatting");
  import("./editor/formatting.ts").then(({ format }) => format(code)).then(
    (formatted) => {
      if (editor.code() === code) editor.rewrite(formatted);
      tell(formatted === code ? "formatted already" : "formatted");
    },
    (error: Error) => tell(`not formatted: ${error.message}`),
  );
}

function openExample(name: string): void {
  const found = examples.find((candidate) => candidate.name === name);
  if (found === undefined) return;
  example = name;
  sharing.leave();
  editor.replace(found.code);
  clearResults();
  keep();
}

async function loadExamples(): Promise<void> {
  const response = await fetch(site.examples);
  examples = (await response.json()) as Example[];
  const groups = new Map<string, Example[]>();
  for (const item of examples) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  for (const [name, items] of groups) {
    chooser.append(html("optgroup", { label: name },
      ...items.map((item) => html("option", { value: item.name }, item.title))));
  }
  chooser.addEventListener("change", () => {
    openExample(chooser.value);
    chooser.value = "";
  });
}

// ---------------------------------------------------------------- commands

const commands: Command[] = [
  { name: "Run the program", keys: "Ctrl+Enter", run },
  { name: "Stop the program", keys: "Ctrl+.", run: () => kernel.stop() },
  { name: "Share", keys: "Ctrl+S", run: () => sharing.share() },
  { name: "Fork: go on with a shared program as your own", keys: "", run: () => sharing.fork() },
  { name: "Restart Python", keys: "", run: () => kernel.restart("Python was restarted.") },
  { name: "Show the output", keys: "Alt+1", run: () => tabs.select("output", true) },
  { name: "Show the tape", keys: "Alt+2", run: () => tabs.select("tape", true) },
  { name: "Show the gradients", keys: "Alt+3", run: () => tabs.select("gradients", true) },
  { name: "Show the check", keys: "Alt+4", run: () => tabs.select("check", true) },
  { name: "Go to the editor", keys: "Alt+0", run: () => editor.view.focus() },
  { name: "Start over with the first program", keys: "", run: () => { sharing.leave(); editor.replace(FIRST_PROGRAM); } },
  { name: "Search in the program", keys: "Ctrl+F", run: editor.search },
  { name: "Format the program", keys: "Shift+Alt+F", run: formatProgram },
  { name: "Show all keys", keys: "F1", run: () => showKeys(commands) },
  { name: "Compare with another run", keys: "", run: () => tabs.select("check", true) },
];

function showAll(): void {
  showCommands(commands, examples.map(({ name, title }) => (
    { name: title, keys: "example", run: () => openExample(name) })));
}

document.addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  const tab = event.altKey ? tabs.names[Number(event.key) - 1] : undefined;
  let known = true;
  if (control && event.key === "Enter") run();
  else if (control && event.key === ".") kernel.stop();
  else if (control && event.key.toLowerCase() === "s") sharing.share();
  else if (control && event.key.toLowerCase() === "k") showAll();
  else if (event.altKey && event.key === "0") editor.view.focus();
  else if (event.altKey && event.shiftKey && event.code === "KeyF") formatProgram();
  else if (event.key === "F1") showKeys(commands);
  else if (tab !== undefined) tabs.select(tab, true);
  else known = false;
  if (known) event.preventDefault();
});

byId("format").addEventListener("click", formatProgram);
runButton.addEventListener("click", run);
stopButton.addEventListener("click", () => kernel.stop());
byId("share").addEventListener("click", () => sharing.share());
byId("more").addEventListener("click", showAll);
window.addEventListener("hashchange", () => void sharing.open());

// ---------------------------------------------------------------- starting

clearResults();
check.clear();
output.note("Press Run (Ctrl+Enter). What the program prints appears here.");
void tapePane().then((pane) => pane.clear());
void sharing.open();
loadExamples().catch(() => output.note("The examples could not be loaded."));
async function loadIndex(): Promise<void> {
  if (site.index === null) return;
  const response = await fetch(site.index);
  editor.setIndex((await response.json()) as Documented[]);
}
loadIndex().catch(() => {}); // without it the editor completes less, and that is all
performance.mark("editor-usable");
// Python starts by itself once the page stands, except where that would cost a visitor who may
// only be reading: on small screens, in embeds, and where data are to be saved.
const saving = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
if (!small && !saving && !embedded) {
  requestAnimationFrame(() => setTimeout(() => kernel.start().catch(() => {}), 0));
}
