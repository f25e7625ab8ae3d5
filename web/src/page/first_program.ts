// The program that a new visitor finds.

/** The guide's first program. */
export const FIRST_PROGRAM = `import gradtape as tf

x = tf.Variable(3.0)

with tf.GradientTape() as tape:
    y = x**2

# dy = 2x * dx
dy_dx = tape.gradient(y, x)
print(dy_dx.numpy())
`;
