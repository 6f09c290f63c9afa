import { PermanentError, processor } from "@hookline/hookline";

export default processor<{ readonly ref?: string }>(
  { impact: "Pushes are not announced" },
  async ({ payload, log }) => {
    if (payload.ref === undefined) throw new PermanentError("It is no push");
    log.info("pushed", { ref: payload.ref });
  },
);
