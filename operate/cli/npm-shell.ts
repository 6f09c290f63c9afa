import process from "node:process";

const lookEachMilliseconds = 1000;

/** A script that runs `hookline start`, in the foreground, and nothing else: its shell waits for it. */
const soleProgram = /^(node( --import [\w./-]+)? \S*hookline\.[jt]s|(npx (--no-install )?)?hookline) start\b[^&;|\n]*$/;

/**
 * Resolves once the shell is gone by which npm runs this process. npm hands a signal on to that shell, and the shell to nobody: it
 * ends, and this process goes on.
 *
 * @param script The text of the script, as npm tells it.
 * @returns Undefined where a parent may go while this process stays: one that npm did not start, as under `nohup` or in the step
 * of a pipeline, or whose script leaves it behind on purpose.
 */
export function npmShellGone(
  script: string | undefined = process.env.npm_lifecycle_script,
  parent: () => number = () => process.ppid,
): Promise<void> | undefined {
  const shell = parent();
  // In a container npm itself may be the first process; Windows tells no new parent.
  if (script === undefined || !soleProgram.test(script) || shell <= 1 || process.platform === "win32") return undefined;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (parent() === shell) return;
      clearInterval(timer);
      resolve();
    }, lookEachMilliseconds);
    timer.unref();
  });
}
