// Runs Python in a tab and prints the answers as one line of JSON:
//   node run.mjs '{"archives": ["engine.zip"], "programs": [["code", "async"]], …}'
// The other options are those of `open` in tab.mjs.
import { open } from "./tab.mjs";

const { programs, ...options } = JSON.parse(process.argv[2]);
const tab = await open(options);
const answers = [];
try {
  for (const [code, entry] of programs) answers.push(await tab.run(code, entry));
} finally {
  await tab.close();
}
console.log(JSON.stringify(answers));
