import { execFileSync } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { StatementSync } from "node:sqlite";

/** A disk that can be filled, with what the run keeps on it. */
export type Disk = { fill(): void; makeRoom(): void; remove(): void };

/** A small file system in memory; a text where nobody lets us mount one. */
export function mountDisk(at: string): Disk | string {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", at], { stdio: "pipe" });
  } catch {
    return "only who may mount a file system can fill one";
  }
  const filler = join(at, "filler");
  return {
    fill() {
      for (let size = 1 << 20; size >= 1; ) {
        try {
          appendFileSync(filler, Buffer.alloc(size));
        } catch {
          size >>= 1;
        }
      }
    },
    makeRoom: () => rmSync(filler, { force: true }),
    remove: () => void execFileSync("umount", ["-l", at]),
  };
}

export type Method = (this: object, ...given: unknown[]) => unknown;

const requireLevel = createRequire(createRequire(import.meta.url).resolve("dynalite"));
export const { ClassicLevel } = createRequire(requireLevel.resolve("level"))("classic-level") as {
  readonly ClassicLevel: { readonly prototype: Record<"_put" | "_get", Method> };
};

/** What the stores hear of a full disk, said to them without one; of SQL, to those statements alone. */
export function feignDisk(statements: RegExp = /./): Disk {
  const replaced: (() => void)[] = [];
  const replace = (of: object, name: string, by: (was: Method) => Method) => {
    const was: Method = Reflect.get(of, name);
    Reflect.set(of, name, by(was));
    replaced.push(() => Reflect.set(of, name, was));
  };
  return {
    fill() {
      for (const name of ["_put", "_del", "_batch", "_open"]) {
        replace(ClassicLevel.prototype, name, () => async () => {
          throw Object.assign(new Error("IO error: 000003.log: No space left on device"), { code: "LEVEL_IO_ERROR" });
        });
      }
      replace(
        StatementSync.prototype,
        "run",
        (was) =>
          function run(...given) {
            if (statements.test((this as StatementSync).sourceSQL)) throw new Error("database or disk is full");
            return was.apply(this, given);
          },
      );
    },
    makeRoom() {
      for (const restore of replaced.splice(0)) restore();
    },
    remove() {},
  };
}
