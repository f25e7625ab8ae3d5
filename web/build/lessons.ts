// Reads the lessons: every Markdown file in web/lessons becomes data that the page can show as it is.
// README.md there says how one is written; what is wrong in a lesson is said here, with its line.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pythonLanguage } from "@codemirror/lang-python";
import { classHighlighter, highlightCode } from "@lezer/highlight";
import type { Element, ElementContent, Root as Tree } from "hast";
import type { Code, Heading, Root, RootContent } from "mdast";
import rehypeKatex from "rehype-katex";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import type { Exercise, Lesson, Markup, Piece, Step } from "../src/page/lessons/lesson.ts";
import type { Example } from "../src/python/site.ts";

const HEAD = /^---\n([^]*?)\n---\n/;
const FIELDS = ["title", "summary", "part"] as const;
/** What a fence may be: `python`, one word after it, and blocks of other kinds. */
const ROLES = ["", "exercise", "check", "solution"];
const NEEDED = { check: "what is checked (```python check)", solution: "an answer (```python solution)" };

/** What of a program has a colour. */
const COLOURED = ["keyword", "string", "number", "bool", "comment"];

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkMath);
// Markup in a lesson's text is dropped, what is left is what the schema allows, and formulas become
// MathML, which needs neither a style sheet nor fonts of its own.
const renderer = unified().use(remarkRehype).use(rehypeSanitize, {
  ...defaultSchema,
  attributes: { ...defaultSchema.attributes, code: [["className", /^language-./, "math-inline", "math-display"]] },
}).use(rehypeKatex, { output: "mathml", strict: "error" });
const ATTRIBUTES = new Set(["href", "title", "start", "align", "display", "mathvariant", "stretchy", "fence", "separator",
  "lspace", "rspace", "width", "minsize", "maxsize", "linethickness", "displaystyle", "scriptlevel", "accent", "accentunder"]);

/** A place in a file, for who wrote it. */
class Fault extends Error {
  constructor(file: string, line: number, why: string) {
    super(`web/lessons/${file}:${line}: ${why}`);
  }
}

function compact(nodes: (ElementContent | Tree["children"][number])[]): Markup[] {
  return nodes.flatMap((node): Markup[] => {
    if (node.type === "text") return [node.value];
    if (node.type !== "element") return [];
    const { tagName, properties, children } = node as Element;
    // Of a formula the presentation; what KaTeX puts around it and its source are left out.
    if (tagName === "annotation") return [];
    if (tagName === "semantics" || tagName === "span") return compact(children);
    const attributes = Object.fromEntries(Object.entries(properties)
      .filter(([name, value]) => ATTRIBUTES.has(name) && value !== false && value != null).map(([name, value]) => [name, String(value)]));
    return [[tagName, attributes, ...compact(children)]];
  });
}

function rendered(nodes: RootContent[]): Markup[] {
  const content = compact(renderer.runSync({ type: "root", children: nodes } as Root).children);
  return content.filter((node) => node !== "\n");
}

function coloured(code: string): Piece[] {
  const pieces: [string, string][] = [];
  const add = (text: string, kind: string): void => {
    const last = pieces.at(-1);
    if (last?.[1] === kind) last[0] += text;
    else pieces.push([text, kind]);
  };
  highlightCode(code, pythonLanguage.parser.parse(code), classHighlighter,
    (text, classes) => add(text, COLOURED.find((kind) => classes.includes(`tok-${kind}`)) ?? ""), () => add("\n", ""));
  return pieces;
}

function wordsOf({ children }: Pick<Heading, "children">): string {
  return children.map((child) => ("value" in child ? child.value : "children" in child ? wordsOf(child) : "")).join("");
}

/** A heading's words, and its name in the address: `{#name}` at its end, or made from the words. */
function named(node: Heading): { title: string; id: string } {
  const words = wordsOf(node);
  const given = /\s*\{#([a-z0-9-]+)\}$/.exec(words);
  const title = given === null ? words : words.slice(0, given.index);
  return { title, id: given?.[1] ?? title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") };
}

/** One step while its blocks are read. */
class Writing {
  readonly step: Step;
  private prose: RootContent[] = [];
  private exercise: (Partial<Exercise> & { line: number }) | null = null;

  constructor(private readonly file: string, heading: { title: string; id: string }, private readonly exampleFor: (code: string) => string | null) {
    this.step = { ...heading, parts: [] };
  }

  block(node: RootContent, line: number): void {
    if (node.type !== "code") return void this.prose.push(node);
    const { lang, meta, value } = node as Code;
    const code = `${value}\n`;
    const role = meta?.trim() ?? "";
    const last = this.step.parts.at(-1);
    if (lang === "hint") {
      this.begun(line).hints?.push(rendered(parser.parse(value).children));
    } else if (lang === "text" && this.prose.length === 0 && last?.kind === "program") {
      last.prints = code;
    } else if (lang !== "python") {
      this.prose.push(node);
    } else if (!ROLES.includes(role)) {
      throw new Fault(this.file, line, `\`\`\`python may be followed by ${ROLES.filter(Boolean).join(", ")}, not by “${role}”`);
    } else if (role === "") {
      this.flush();
      this.step.parts.push({ kind: "program", pieces: coloured(code), prints: null, example: this.exampleFor(code) });
    } else if (role === "exercise") {
      if (this.exercise !== null) throw new Fault(this.file, line, "a step has one exercise; begin another step with ##");
      this.flush();
      this.exercise = { kind: "exercise", pieces: coloured(code), hints: [], example: this.exampleFor(code), line };
      this.step.parts.push(this.exercise as unknown as Exercise);
    } else {
      this.begun(line)[role as "check" | "solution"] = code;
    }
  }

  end(): Step {
    this.flush();
    for (const [role, what] of Object.entries(NEEDED)) {
      if (this.exercise !== null && this.exercise[role as "check"] === undefined) {
        throw new Fault(this.file, this.exercise.line, `the exercise needs ${what}`);
      }
    }
    if (this.exercise !== null) delete (this.exercise as { line?: number }).line;
    return this.step;
  }

  private begun(line: number): Partial<Exercise> {
    if (this.exercise === null) throw new Fault(this.file, line, "this belongs to an exercise, and none has begun (```python exercise)");
    return this.exercise;
  }

  private flush(): void {
    if (this.prose.length > 0) this.step.parts.push({ kind: "prose", content: rendered(this.prose) });
    this.prose = [];
  }
}

/** A lesson from its text; `file` is the name that troubles are told with. */
export function readLesson(file: string, text: string, exampleFor: (code: string) => string | null): Lesson {
  const head = HEAD.exec(text);
  if (head === null) throw new Fault(file, 1, "a lesson begins with its title, summary and part between two lines ---");
  const fields = Object.fromEntries((head[1] ?? "").split("\n").map((line) => {
    const [name = "", ...value] = line.split(":");
    return [name.trim(), value.join(":").trim()];
  }));
  for (const field of FIELDS) if (!fields[field]) throw new Fault(file, 1, `the head of the lesson lacks “${field}:”`);
  const before = head[0].split("\n").length - 1;
  const steps: Step[] = [];
  let writing: Writing | null = null;
  for (const node of parser.parse(text.slice(head[0].length)).children) {
    const line = before + (node.position?.start.line ?? 1);
    if (node.type === "heading" && node.depth <= 2) {
      if (node.depth === 1) throw new Fault(file, line, "the title stands in the lesson's head; steps begin with ##");
      if (writing !== null) steps.push(writing.end());
      writing = new Writing(file, named(node), exampleFor);
      if (steps.some(({ id }) => id === writing?.step.id)) throw new Fault(file, line, `two steps have the address #${writing.step.id}`);
    } else if (writing === null) {
      throw new Fault(file, line, "a lesson is made of steps, and a step begins with ##");
    } else {
      writing.block(node, line);
    }
  }
  if (writing === null) throw new Fault(file, before, "a lesson has steps, and each begins with ##");
  steps.push(writing.end());
  const { title = "", summary = "", part = "" } = fields;
  return { name: file.replace(/^\d+-|\.md$/g, ""), title, summary, part, steps };
}

/** All lessons in the order of their files; `examples` have the data files that their programs open. */
export function readLessons(folder: string, examples: Example[]): Lesson[] {
  if (!existsSync(folder)) return [];
  const withData = examples.flatMap(({ name, data }) => Object.keys(data).map((file) => ({ name, file })));
  const exampleFor = (code: string): string | null => withData.find(({ file }) => code.includes(file))?.name ?? null;
  const files = readdirSync(folder).filter((name) => /^\d+-.*\.md$/.test(name)).sort();
  return files.map((file) => readLesson(file, readFileSync(join(folder, file), "utf8"), exampleFor));
}
