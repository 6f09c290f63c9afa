import { type CheckName, type Finding, failed, passed } from "./checks.ts";
import type { Posted } from "./courier.ts";

/** Every one must be answered 2xx. */
export function judgeTaken(check: CheckName, posts: readonly Posted[]): Finding {
  const isSilent = posts.every(({ status }) => status === undefined);
  return judge(check, posts, (status) => status >= 200 && status < 300, isSilent ? silent : {});
}

const silent = {
  harm: "Nothing answers there, so the event is lost once the provider gives up.",
  remedy: "See that the server is on, that the URL is its own, and that it answers before the provider hangs up.",
};

/** Every one must be answered 4xx, by what refuses it and not by what limits a rate. */
export function judgeRefused(check: CheckName, posts: readonly Posted[]): Finding {
  const isTaken = posts.some(({ status = 0 }) => status >= 200 && status < 300);
  const fits = (status: number) => status >= 400 && status < 500 && status !== 429;
  return judge(check, posts, fits, isTaken ? {} : notTold);
}

const notTold = {
  harm: "It was not taken, but its sender is told of a fault here and not of its own, and retries.",
};

/** Every one must be answered 5xx. */
export function judgeFailure(check: CheckName, posts: readonly Posted[]): Finding {
  return judge(check, posts, (status) => status >= 500);
}

function judge(
  check: CheckName,
  posts: readonly Posted[],
  fits: (status: number) => boolean,
  given?: Parameters<typeof failed>[2],
): Finding {
  const wrong = posts.filter(({ status }) => status === undefined || !fits(status));
  return wrong.length === 0 ? passed(check, seen(posts)) : failed(check, seen(wrong, posts.length), given);
}

/** `answered 200`, `3 of 20 answered 429, no answer (time ran out)`. */
function seen(posts: readonly Posted[], all = posts.length): string {
  const answers = new Set(
    posts.map(({ status, said }) => (status === undefined ? `no answer (${said})` : `answered ${status}`)),
  );
  return `${posts.length < all ? `${posts.length} of ${all} ` : ""}${[...answers].join(", ")}`;
}

/** The measured times of all answers. */
export function judgeTime(posts: readonly Posted[], withinSeconds: number): Finding {
  const slow = posts.filter((one) => one.milliseconds > withinSeconds * 1000);
  const slowest = Math.max(...posts.map(({ milliseconds }) => milliseconds));
  const took = `the slowest took ${slowest} ms, and the provider waits ${withinSeconds} s`;
  return slow.length === 0
    ? passed("in-time", took)
    : failed("in-time", `${slow.length} of ${posts.length} late: ${took}`);
}
