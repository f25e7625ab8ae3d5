# Newton's method: the Hessian of Rosenbrock's valley finds its floor in a few steps.
import gradtape as tf

x = tf.Variable([-1.2, 1.0], dtype=tf.float64)


def valley(x):
    return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] ** 2) ** 2


for step in range(8):
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = valley(x)
        gradient = inner.gradient(y, x)
    hessian = outer.jacobian(gradient, x)
    print(f"step {step}: f = {y:.6f} at ({x[0]:.4f}, {x[1]:.4f})")
    move = tf.linalg.solve(hessian, gradient[:, tf.newaxis])[:, 0]
    x.assign_sub(move)

print(f"minimum at ({x[0]:.4f}, {x[1]:.4f})")
