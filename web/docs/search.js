// The documentation's search: every word of the question is looked for in names and first lines.
const box = globalThis.document?.getElementById("search");
const list = globalThis.document?.getElementById("found");
const MOST = 30;
let index = null;

/** Words that say nothing of what is looked for. */
const FILLING = new Set("a an and are can do does for how i in is it my of on or the to what when where which why with".split(" "));
/** Where the same is told again for those who come from elsewhere. */
const AGAIN = /\.(raw_ops|backend|v1)\./;

/** How well an entry answers; less is better, null where no word is there. */
export function rank([name, , summary], words) {
  const own = name.toLowerCase();
  const last = own.slice(own.lastIndexOf(".") + 1);
  const told = summary.toLowerCase();
  let sum = own.length / 100 + (AGAIN.test(own) ? 2 : 0);
  let missing = 0;
  for (const word of words) {
    if (last === word) sum += 0.1;
    else if (last.endsWith(`_${word}`)) sum += 0.2;
    else if (last.startsWith(word)) sum += 1;
    else if (own.includes(word)) sum += 2;
    else if (told.includes(word)) sum += 4;
    else missing += 1;
  }
  return missing === words.length ? null : sum + 9 * missing;
}

/** The entries that answer a question, best first. */
export function answers(entries, question) {
  const words = question.toLowerCase().split(/\s+/).filter((word) => word !== "" && !FILLING.has(word));
  if (words.length === 0) return [];
  return entries.flatMap((entry) => {
    const at = rank(entry, words);
    return at === null ? [] : [[at, entry]];
  }).sort(([a], [b]) => a - b).slice(0, MOST).map(([, entry]) => entry);
}

async function search() {
  index ??= fetch("search.json").then((answer) => answer.json());
  const entries = await index;
  list.replaceChildren(...answers(entries, box.value).map(([name, file, summary]) => {
    const link = Object.assign(document.createElement("a"), { href: file, textContent: name });
    const item = document.createElement("li");
    item.append(link, ` ${summary}`);
    return item;
  }));
}

box?.addEventListener("input", () => void search());
