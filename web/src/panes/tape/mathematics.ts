// Derivatives as they stand in the engine's documentation ("1/√(1 − x²)"), typeset: MathML, built
// element by element. What is no formula stays the words that it is.

const SPACE = "http://www.w3.org/1998/Math/MathML";
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ˣʸⁿᵀᵃᵇ";
const PLAIN = "0123456789+−xynTab";
const COTANGENT = /\bg\b|\bcotangents?\b/; // the sentence is of what is sent, and not of a factor
const FUNCTIONS = new Set(["sin", "cos", "tan", "log", "ln", "exp", "sinh", "cosh", "tanh", "sign", "erf", "Γ", "ψ", "softmax", "sigmoid", "onehot", "diag", "sum", "max", "min"]);

export type Names = Record<string, string>;

/** A MathML element. */
export function math(tag: string, ...children: (Element | string)[]): Element {
  const element = document.createElementNS(SPACE, tag);
  element.append(...children);
  return element;
}

export function row(...children: Element[]): Element {
  return children.length === 1 ? children[0] as Element : math("mrow", ...children);
}

/** A name of the program: upright, as it stands in the text. */
export function named(name: string): Element {
  if (/^[-−]?[\d.]/.test(name)) return math("mn", name.replace("-", "−"));
  const element = math("mi", name);
  if (name.length > 1) element.setAttribute("mathvariant", "normal");
  return element;
}

/** ∂a/∂b. */
export function partial(above: string, below: string): Element {
  return math("mfrac", row(math("mo", "∂"), named(above)), row(math("mo", "∂"), named(below)));
}

/** The formula for the operand `k` in a documentation's sentence, and the letters of all operands. */
export function formulaFor(sentence: string, k: number, operands: number): { text: string; letters: string[] } {
  const clean = sentence.replace(/\s*\([^()]*\b(?:nan|inf|also|where|for|taken)\b[^()]*\)/g, "");
  if (operands > 1) {
    const each = /^(.*?) with respect to (?:each|both)/.exec(clean)?.[1];
    if (each !== undefined) return { text: each.trim(), letters: [] };
    const found = [...clean.matchAll(/(?:^|,? and |,\s)((?:(?!,? and |,\s).)*?) with respect to (\w+)/g)];
    const own = found[k]?.[1];
    if (own !== undefined) return { text: own.trim(), letters: found.map(([, , letter]) => letter ?? "") };
  }
  const cases = /\bwhere\b.*\belse\b/.test(clean);
  return { text: (cases ? clean : clean.split(/[,;]\s/)[0] ?? clean).trim(), letters: ["x"] };
}

/** Whether a formula gives what is sent whole, and not what the cotangent is multiplied by. */
export function isWhole(text: string): boolean {
  return COTANGENT.test(text);
}

/** Whether a formula is a sum, which stands in brackets beside a factor. */
export function isSum(text: string): boolean {
  return /[^(]\s[+−]\s/.test(text.replace(/\([^()]*\)/g, "()"));
}

/** Whether a formula says something in words, which numbers do not belong into. */
export function hasWords(text: string, letters: string[]): boolean {
  return (text.match(/[A-Za-z]{2,}/g) ?? []).some((word) => !FUNCTIONS.has(word) && !letters.includes(word));
}

/** The formula typeset, with other names for its letters. */
export function formula(text: string, names: Names = {}): Element {
  const tokens = text.match(/[A-Za-zΓψλα]+|[\d.]+|½|\s+|./gu) ?? [];
  let at = 0;

  function expression(end: string): Element {
    const parts: Element[] = [];
    while (at < tokens.length && tokens[at] !== end) {
      const part = factor();
      if (part === null) continue;
      if (tokens[at] === "/" ) {
        at += 1;
        skip();
        parts.push(math("mfrac", bare(part), bare(factor() ?? math("mn", "1"))));
      } else parts.push(part);
    }
    at += 1;
    return row(...parts);
  }

  function skip(): void {
    while (/^\s+$/.test(tokens[at] ?? "")) at += 1;
  }

  function raised(base: Element): Element {
    let power = "";
    while (at < tokens.length && RAISED.includes(tokens[at] as string)) {
      power += PLAIN[[...RAISED].indexOf(tokens[at] as string)] ?? "";
      at += 1;
    }
    if (power === "") return base;
    return math("msup", base, row(...[...power].map((sign) => (/[+−]/.test(sign) ? math("mo", sign) : letter(sign)))));
  }

  function letter(word: string): Element {
    const name = names[word];
    if (name !== undefined) return named(name);
    return /^\d/.test(word) ? math("mn", word) : math("mi", word);
  }

  function factor(): Element | null {
    const token = tokens[at] as string;
    at += 1;
    if (/^\s+$/.test(token)) return null;
    if (token === "(" || token === "⌊" || token === "|") {
      const end = { "(": ")", "⌊": "⌋", "|": "|" }[token] as string;
      const inner = expression(end);
      const group = math("mrow", math("mo", token), inner, math("mo", end));
      if (token === "(") group.setAttribute("data-bare", "");
      return raised(group);
    }
    if (token === "√") return math("msqrt", bare(factor() ?? math("mn", "")));
    if (/^[\d.]+$/.test(token)) return raised(math("mn", token));
    if (token === "½") return math("mfrac", math("mn", "1"), math("mn", "2"));
    if (/^\p{L}+$/u.test(token)) {
      if (token.length === 1 || names[token] !== undefined) return raised(letter(token));
      if (FUNCTIONS.has(token)) return raised(math("mi", token));
      // A run of letters without vowels that are all known is a product: xy.
      return math("mtext", ` ${token} `);
    }
    return math("mo", token);
  }

  return expression("\n");
}

/** What stands in brackets, without them: a fraction's bar and a root's roof do their work. */
function bare(element: Element): Element {
  if (element.hasAttribute("data-bare")) return element.children[1] ?? element;
  return element;
}

/** A line of mathematics. */
export function displayed(...parts: Element[]): Element {
  const element = math("math", ...parts);
  element.setAttribute("display", "block");
  return element;
}
