import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { standardWebhooks } from "../../../lambdas/providers/mod.ts";
import { measure } from "../../../operate/measure/measure.ts";
import { summaryOf } from "../../../operate/measure/summary.ts";

/** A source of this machine that answers as it is given. */
async function served(listener: RequestListener) {
  const server = createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/canary`;
  return {
    source: { url, secret: "whsec_c2VjcmV0", provider: standardWebhooks, type: "canary.ping" },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const answered = (milliseconds: number, status = 200, outcome = "accepted") => ({ milliseconds, status, outcome });

describe("a measurement", () => {
  it("ends with an error where the secret has not its form, and shows nothing of it", async () => {
    const source = {
      url: "http://127.0.0.1:1",
      secret: '{"not":"one"}',
      provider: standardWebhooks,
      type: "canary.ping",
    };
    // The rejection of the first is there before the second is due.
    const pause = async () => await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(measure(source, { events: 2, rate: 1 }, { prefix: "measure-", pause }), {
      message: 'Cannot sign delivery: the secret is not of the form "whsec"',
    });
  });

  it("posts each delivery at its time, although no answer has come yet", async () => {
    const held: ServerResponse[] = [];
    const ids = new Set<unknown>();
    const { source, close } = await served((request, response) => {
      request.resume();
      ids.add(request.headers["webhook-id"]);
      // Whoever waited for an answer before the next delivery would wait for ever.
      if (held.push(response) === 20) for (const one of held) one.end('{"outcome":"accepted"}');
    });
    const dues: number[] = [];
    const pause = async (milliseconds: number) => void dues.push(milliseconds);
    try {
      const all = await measure(source, { events: 20, rate: 10 }, { prefix: "measure-", pause });
      assert.equal(all.length, 20);
      assert.deepEqual(summaryOf(all).outcomes, [{ status: 200, outcome: "accepted", deliveries: 20 }]);
    } finally {
      close();
    }
    assert.equal(ids.size, 20);
    assert.ok(ids.has("measure-0") && ids.has("measure-19"));
    // The first is due at once; each other one a tenth of a second behind the one before it.
    assert.equal(dues.length, 19);
    assert.ok(dues.every((due, index) => due <= (index + 1) * 100));
    assert.ok((dues[18] ?? 0) > (dues[0] ?? 0));
  });

  it("counts an answer that is no acknowledgement, and one that never came", async () => {
    let count = 0;
    const { source, close } = await served((request, response) => {
      request.resume();
      count += 1;
      if (count === 1) response.writeHead(503).end('{"error":"queue"}');
      else if (count === 2) response.writeHead(502).end("Bad Gateway");
      else request.socket.destroy();
    });
    try {
      const all = await measure(source, { events: 3, rate: 200 }, { prefix: "measure-" });
      const { outcomes, acknowledged, times } = summaryOf(all);
      assert.deepEqual(outcomes.map(({ status, outcome }) => `${status} ${outcome}`).toSorted(), [
        "0 no connection",
        "502 answered",
        "503 queue",
      ]);
      assert.deepEqual([acknowledged, times], [0, undefined]);
    } finally {
      close();
    }
  });

  it("ends where it is interrupted, with the answers to what was posted", async () => {
    const stop = new AbortController();
    const { source, close } = await served((request, response) => {
      request.resume();
      response.end("{}");
    });
    try {
      let seen = 0;
      const onAnswered = () => {
        seen += 1;
        if (seen === 2) stop.abort();
      };
      const pause = async (milliseconds: number) => await new Promise((resolve) => setTimeout(resolve, milliseconds));
      const all = await measure(
        source,
        { events: 10_000, rate: 50 },
        { prefix: "m-", signal: stop.signal, onAnswered, pause },
      );
      assert.ok(all.length >= 2 && all.length < 10_000);
    } finally {
      close();
    }
  });

  it("has percentiles of the acknowledged deliveries alone", () => {
    const all = [...Array.from({ length: 100 }, (_, index) => answered(index + 1.4)), answered(9000, 503, "queue")];
    const { outcomes, acknowledged, times } = summaryOf(all.reverse());
    assert.deepEqual(times, { p50: 50, p95: 95, p99: 99, slowest: 100 });
    assert.equal(acknowledged, 100);
    assert.deepEqual(
      outcomes.map(({ deliveries }) => deliveries),
      [100, 1],
    );
    assert.deepEqual(summaryOf([answered(7)]).times, { p50: 7, p95: 7, p99: 7, slowest: 7 });
  });
});
