import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { createSqliteStores } from "../../lambdas/stores/sqlite.ts";

// One of several processes that claim the same events in one file. Arguments: file, its name, the other's, how many.
const [file = "", name = "", other = "", count = "0"] = process.argv.slice(2);
const database = new DatabaseSync(file);
const { dedupe, processing } = createSqliteStores(database);
const [now, expires] = [new Date(), new Date(Date.now() + 3_600_000)];
const won: { readonly ingress: string[]; readonly processing: string[] } = { ingress: [], processing: [] };

for (let key = 0; key < Number(count); key += 1) {
  // Neither goes on before the other is there: each event has its race.
  await dedupe.mark(`ready#${name}#${key}`, { owner: name, expires, sent: new Date() });
  while ((await dedupe.read(`ready#${other}#${key}`)) === undefined) await new Promise((then) => setImmediate(then));
  const record = { state: "received", owner: name, bodyHash: "", at: now, expires } as const;
  if ((await dedupe.claim(`github#${key}`, record)).won) won.ingress.push(String(key));
  const mine = { owner: name, messageId: name, received: now, now, leaseUntil: expires, expires };
  if ((await processing.claim(`p#${key}`, mine)).won) won.processing.push(String(key));
}
database.close();
console.log(JSON.stringify(won));
