import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { formatLine } from "../../local/lines.ts";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { pause, resume } from "../../operate/cli/pause.ts";
import { send } from "../../operate/cli/send.ts";
import { type Disk, feignDisk, mountDisk } from "./aws/disk-fixture.ts";

process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

const disks: Readonly<Record<string, (at: string) => Disk | string>> = {
  "that is full": mountDisk,
  "that says it is full": () => feignDisk(),
};

for (const [name, open] of Object.entries(disks)) {
  describe(`a local run that keeps its state on a disk ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), "hookline-full-"));
    const events = join(folder, "events");
    const kept = join(folder, "kept");
    const lines: string[] = [];
    const waiting = new Set<() => void>();
    let disk: Disk | undefined;
    let stack: LocalStack | undefined;

    async function run(): Promise<LocalStack> {
      const log = (report: Parameters<typeof formatLine>[0]) => {
        lines.push(formatLine(report));
        for (const wake of waiting) wake();
      };
      return await runLocal({ port: 0, folder, events, keep: true, fastRetries: true, log });
    }
    /** Resolves with the first line, from `from` on, that holds the words. */
    async function line(from: number, ...words: readonly string[]): Promise<void> {
      while (!lines.slice(from).some((text) => words.every((word) => text.includes(word)))) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    }
    async function deliver(id: string): Promise<string> {
      const printed: string[] = [];
      await send(["github/push", "--id", id], (text) => printed.push(text), folder);
      return printed.join("\n");
    }
    const processor = (command: typeof pause) => command(["github/push"], () => {}, { folder });

    after(async () => {
      disk?.makeRoom();
      await stack?.close();
      disk?.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    it("answers 503, loses nothing that it has taken, and goes on once there is room", async (test) => {
      mkdirSync(kept);
      const opened = open(kept);
      if (typeof opened === "string") return test.skip(opened);
      disk = opened;
      const file = join(events, "github", "push.ts");
      mkdirSync(join(file, ".."), { recursive: true });
      const text = readFileSync(new URL("../fixtures/events/github/push.ts", import.meta.url), "utf8");
      const lambdas = fileURLToPath(new URL("../../lambdas/", import.meta.url));
      writeFileSync(file, text.replace("../../../../lambdas/", lambdas));

      stack = await run();
      assert.equal(await deliver("before"), "200 accepted before");
      await line(0, "process", "before", "done");
      await processor(pause);
      assert.equal(await deliver("waits"), "200 accepted waits");

      disk.fill();
      const taken: string[] = [];
      const refused: string[] = [];
      // The last bytes of blocks that files have already still take some.
      for (let n = 0; refused.length < 5; n += 1) {
        const id = `full-${n}`;
        const answer = await deliver(id);
        if (answer === `200 accepted ${id}`) taken.push(id);
        else {
          assert.match(answer, /^503 /);
          refused.push(id);
        }
      }
      const mark = lines.length;
      await processor(resume);
      // The table may still have some room in its blocks, where the queues have none.
      await Promise.race([line(mark, "process", "claim failed"), line(mark, "Cannot delete")]);

      disk.makeRoom();
      for (const id of refused) assert.match(await deliver(id), /^200 (accepted|duplicate) /);
      assert.equal(await deliver("after"), "200 accepted after");
      const all = ["waits", ...taken, ...refused, "after"];
      for (const id of all) await line(mark, "process", `${id} `, "done");

      await stack.close();
      stack = await run();
      for (const id of ["before", ...all]) assert.equal(await deliver(id), `200 duplicate ${id}`, "after a restart");
    });
  });
}
