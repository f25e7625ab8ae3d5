// Reads the examples gallery: every program in web/examples, its title from its docstring, and the
// data files that it names.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { Example } from "../src/python/site.ts";
import { described, hashed, type HashedFile } from "./content.ts";

const GROUPS: [RegExp, string][] = [
  [/^[01]\d-/, "The guide"],
  [/^[23]\d-/, "The advanced guide"],
  [/./, "Real problems"],
];

function title(name: string, code: string): string {
  const docstring = /^\s*(?:#[^\n]*\n)*\s*(?:"""|''')\s*([^\n]+?)\s*(?:"""|'''|\n)/.exec(code)?.[1];
  const comment = /^#\s*([^\n]+)/.exec(code)?.[1];
  const words = docstring ?? comment ?? name.replace(/^\d+-/, "").replaceAll("-", " ");
  return words.replace(/\.$/, "");
}

export function readExamples(folder: string): { examples: Example[]; files: HashedFile[] } {
  if (!existsSync(folder)) return { examples: [], files: [] };
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile()).sort();
  const data = new Map(
    names.filter((name) => extname(name) !== ".py").map((name) => [name, hashed("data", name, join(folder, name))]),
  );
  const used = new Map<string, HashedFile>();
  const examples = names.filter((name) => extname(name) === ".py" && !name.startsWith("_")).map((file) => {
    const code = readFileSync(join(folder, file), "utf8");
    const wanted = [...data].filter(([name]) => code.includes(name));
    for (const [name, file] of wanted) used.set(name, file);
    const name = file.slice(0, -3);
    const group = GROUPS.find(([pattern]) => pattern.test(name))?.[1] ?? "";
    return {
      name, code, group, title: title(name, code),
      data: Object.fromEntries(wanted.map(([key, file]) => [key, described(file)])),
    };
  });
  return { examples, files: [...used.values()] };
}
