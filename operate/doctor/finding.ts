import { fetchFailure } from "../fetch-failure.ts";
import { RefusedCallError } from "../stage/refused-call.ts";

/** The finding of a check. */
export type Finding = {
  readonly check: string;
  readonly state: "ok" | "warn" | "FAIL" | "not checked here";
  /** The fact that was found. */
  readonly says: string;
  /** The remedy, where something is wrong. */
  readonly remedy?: string;
};

/** The findings as a table, one row each with its state, what to do behind an arrow. */
export function tableOf(findings: readonly Finding[]): readonly (readonly [line: string, state: Finding["state"]])[] {
  const width = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const checks = width(findings.map(({ check }) => check));
  const states = width(findings.map(({ state }) => state));
  return findings.map(({ check, state, says, remedy }) => {
    const row = `${check.padEnd(checks)}  ${state.padEnd(states)}  ${says}`;
    return [remedy === undefined ? row : `${row} → ${remedy}`, state];
  });
}

/** A finding of a check that cannot fail: what it throws is found. */
export async function checked(check: string, run: () => Promise<Omit<Finding, "check">>): Promise<Finding> {
  try {
    return { check, ...(await run()) };
  } catch (error) {
    if (error instanceof RefusedCallError) {
      const [what] = error.message.split("; ");
      return { check, state: "FAIL", says: `could not be checked: ${what}`, remedy: error.remedy };
    }
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const reason = message === "fetch failed" ? `no answer (${fetchFailure(error)})` : `${name}: ${message}`;
    const says = `could not be checked: ${reason}`;
    return { check, state: "FAIL", says, remedy: "see that it can be reached, with credentials that may ask" };
  }
}
