import contact, { keepContact } from "../../../lambdas/events/standard-webhooks/contact.created.ts";
import { testExample } from "../example.ts";

testExample("standard-webhooks/contact.created", {
  processor: contact,
  run: (attempt, ledger) => keepContact(attempt, { ledger }),
  needs: ["/data/id"],
  entry: { kind: "contact", contact: "contact_sample" },
});
