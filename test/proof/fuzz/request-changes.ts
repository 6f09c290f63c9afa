import { Buffer } from "node:buffer";
import { rows } from "../../providers/rows.ts";
import { changedBytes, changedText } from "./bytes.ts";
import type { Chance } from "./chance.ts";
import { type Draft, seconds, setHeader, signDraft } from "./drafts.ts";
import { judges } from "./rightly-signed.ts";

type Change = (draft: Draft, chance: Chance) => void;

const megabyte = "v".repeat(1_048_576);
const paths: readonly string[] = [
  ...["/", "//github", "/GitHub", "/../github", "/github/..", "/github%2f..", "/github%00", "/github/x", "/__proto__"],
  ...["/constructor", "/toString", "/hasOwnProperty", "/stripe\n", "/stripe ", "/\u017ftripe", `/${"a".repeat(9000)}`],
];
const methods: readonly string[] = ["GET", "PUT", "HEAD", "post", "", "POST ", "__proto__"];
const names: readonly string[] = [
  ...["__proto__", "constructor", "hasOwnProperty", "content-encoding", "x-other", "content-length", "bad name", ""],
  ...["x\u0000y", "x:y", "\u00e9", "Host", "transfer-encoding", "x-webhook-id", "x-webhook-event", "webhook-id"],
];
const values: readonly string[] = [
  ...[
    "evt_1",
    "",
    "gzip",
    "chunked",
    "-1",
    "a\u0000b",
    "a\r\nx-hub-signature-256: b",
    "a\nb",
    "\ud800",
    "🦊",
    "\u0100",
  ],
  ...["\u00ff", "\u001b[0m", "[object Object]", " \t ", "a,b", "\u00a0"],
];

/** What may happen to a request on its way. */
const changes: readonly Change[] = [
  // Its body, under the old signature or a right one of the new bytes.
  (draft, chance) => {
    draft.body = changedBytes(draft.body, chance);
    if (chance.once(2)) signDraft(draft);
  },
  // Its signature's header, or another of its own.
  (draft, chance) => changeHeader(draft, chance, (value) => changedText(value, chance)),
  (draft, chance) =>
    changeHeader(draft, chance, (value) => value + chance.pick([" ", "\t", "=", "\u00a0", ",", "00", "\v"])),
  (draft, chance) =>
    changeHeader(draft, chance, (value) => (chance.once(2) ? value.toUpperCase() : value.toLowerCase())),
  (draft, chance) =>
    changeHeader(draft, chance, (value) => value.replace(/=|,/, chance.pick(["", "==", ":", " ", ",v1="]))),
  (draft, chance) =>
    changeHeader(draft, chance, (value) => [value, value].join(chance.pick([",", ", ", " ", ";", ""]))),
  (draft, chance) =>
    changeHeader(draft, chance, (value) => `${chance.pick(values)}${chance.pick([",", ", ", " "])}${value}`),
  (draft, chance) => changeHeader(draft, chance, () => (chance.once(50) ? megabyte : chance.pick(values))),
  (draft, chance) => draft.headers.splice(chance.below(draft.headers.length), 1),
  // A header twice, under names that differ in case, or with the right one second.
  (draft, chance) => {
    const [name, value] = draft.headers[chance.below(draft.headers.length)] ?? ["x-other", ""];
    const twin: [string, string] = [name.toUpperCase(), chance.once(2) ? value : chance.pick(values)];
    draft.headers = chance.once(2) ? [...draft.headers, twin] : [twin, ...draft.headers];
  },
  (draft, chance) => draft.headers.push([chance.pick(names), chance.once(50) ? megabyte : chance.pick(values)]),
  // Signed by a secret that is not the source's, by none, or as another provider signs.
  (draft, chance) => signDraft(draft, chance.pick([rows[draft.provider]?.otherSecret ?? "x", "x", " ", "whsec_"])),
  (draft) =>
    Object.entries(rows[draft.provider]?.strangers(draft.body) ?? {}).map((header) => draft.headers.push(header)),
  (draft, chance) => {
    draft.path = `/${chance.pick(Object.keys(judges))}${chance.pick(["", "", "/", "?x=1", "#x", "//"])}`;
  },
  (draft, chance) => {
    draft.path = chance.pick(paths);
  },
  (draft, chance) => {
    draft.method = chance.once(50) ? megabyte : chance.pick(methods);
  },
  // Many signatures before the right one.
  (draft, chance) => {
    const row = rows[draft.provider];
    if (row === undefined) return;
    const wrong = row.sign(draft.body, `${seconds}`, row.otherSecret);
    const all = [
      ...Array<string>(chance.pick([1, 15, 16, 5000])).fill(wrong),
      row.sign(draft.body, `${seconds}`, row.secret),
    ];
    setHeader(draft, row.header, row.write(all, [`${seconds}`]));
  },
  (draft, chance) => {
    draft.travels = chance.pick(["flagged wrongly", "flagged as nothing", "not at all"]);
  },
  (draft, chance) => {
    draft.clockSeconds = chance.pick([-1200, -301, -300, -299, 299, 300, 301, 1200]);
  },
  // More than is taken, rightly signed.
  (draft, chance) => {
    if (!chance.once(10)) return;
    draft.body = new Uint8Array(Buffer.alloc(65_536 + chance.below(2), chance.pick(["{", "\0", "\u00e9"])));
    signDraft(draft);
  },
];

/** Changes a request none to four times. */
export function changeRequest(draft: Draft, chance: Chance): void {
  for (let left = chance.below(5); left > 0; left -= 1) chance.pick(changes)(draft, chance);
}

/** Mostly the signature's header, else any. */
function changeHeader(draft: Draft, chance: Chance, change: (value: string) => string): void {
  const signature = draft.headers.findIndex(([name]) => name === rows[draft.provider]?.header);
  const at = signature >= 0 && chance.once(2) ? signature : chance.below(draft.headers.length);
  const header = draft.headers[at];
  if (header !== undefined) draft.headers[at] = [header[0], change(header[1])];
}
