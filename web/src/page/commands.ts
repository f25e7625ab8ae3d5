// The commands of the page: what each is called, its key, what it does. Keys, the list of commands and
// the sheet of keys all come from here.
import { type Command, showCommands, showKeys } from "./dialogs.ts";

export interface Actions {
  run(): void;
  stop(): void;
  share(): void;
  fork(): void;
  restart(): void;
  show(pane: string): void;
  edit(): void;
  startOver(): void;
  lessons(): void;
  search(): void;
  format(): void;
  /** Programs to open: of the gallery, and those that were put aside. */
  programs(): Command[];
}

/** Let keys do what the commands say; what shows all of them is the answer. */
export function makeCommands(actions: Actions): () => void {
  const { show } = actions;
  const commands: Command[] = [
    { name: "Run the program", keys: "Ctrl+Enter", run: actions.run },
    { name: "Stop the program", keys: "Ctrl+.", run: actions.stop },
    { name: "Share", keys: "Ctrl+S", run: actions.share },
    { name: "Fork: go on with a shared program as your own", keys: "", run: actions.fork },
    { name: "Restart Python", keys: "", run: actions.restart },
    { name: "Show the output", keys: "Alt+1", run: () => show("output") },
    { name: "Show the tape", keys: "Alt+2", run: () => show("tape") },
    { name: "Show the gradients", keys: "Alt+3", run: () => show("gradients") },
    { name: "Show the check", keys: "Alt+4", run: () => show("check") },
    { name: "Show the kernels of a run on a GPU", keys: "Alt+5", run: () => show("kernels") },
    { name: "Go to the editor", keys: "Alt+0", run: actions.edit },
    { name: "Lessons: the table of contents, or away from it", keys: "", run: actions.lessons },
    { name: "Documentation, in a new tab", keys: "", run: () => void window.open("/docs/", "_blank", "noopener") },
    { name: "Start over with the first program", keys: "", run: actions.startOver },
    { name: "Search in the program", keys: "Ctrl+F", inEditor: true, run: actions.search },
    { name: "Format the program", keys: "Shift+Alt+F", run: actions.format },
    { name: "Show all keys", keys: "F1", run: () => showKeys(commands) },
    { name: "Compare with another run", keys: "", run: () => show("check") },
  ];
  const showAll = (): void => showCommands(commands, actions.programs());
  const byKey = [...commands, { name: "Show all commands", keys: "Ctrl+K", run: showAll }];
  document.addEventListener("keydown", (event) => {
    const command = byKey.find(({ keys, inEditor }) => inEditor !== true && isPressed(keys, event));
    if (command === undefined) return;
    event.preventDefault();
    command.run();
  });
  return showAll;
}

/** Whether a key event is the one that is written as "Shift+Alt+F". */
function isPressed(keys: string, event: KeyboardEvent): boolean {
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  // With Alt some systems write another letter; which key it was is then its place on the keyboard.
  const pressed = event.altKey ? event.code.replace(/^(Key|Digit)/, "")
    : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return pressed === key
    && (event.ctrlKey || event.metaKey) === parts.includes("Ctrl")
    && event.altKey === parts.includes("Alt")
    && (event.shiftKey || !parts.includes("Shift")); // some keyboards have the full stop above Shift
}
