// The program that a new visitor finds, and a program as a notebook.

/** The guide's first program. */
export const FIRST_PROGRAM = `import gradtape as tf

x = tf.Variable(3.0)

with tf.GradientTape() as tape:
    y = x**2

# dy = 2x * dx
dy_dx = tape.gradient(y, x)
print(dy_dx.numpy())
`;

/** `code` as the text of a Jupyter notebook with one cell. */
export function notebook(code: string): string {
  return JSON.stringify({
    nbformat: 4, nbformat_minor: 5, metadata: { language_info: { name: "python" } },
    cells: [{ id: "program", cell_type: "code", execution_count: null, metadata: {}, outputs: [], source: code }],
  }, null, 1);
}
