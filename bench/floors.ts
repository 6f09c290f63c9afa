import { createHash, createHmac, generateKeyPairSync, sign, timingSafeEqual, verify } from "node:crypto";
import { headerTexts } from "../lambdas/core/events/sent-headers.ts";
import type { Delivery, Provider, Scheme } from "../lambdas/core/provider.ts";
import type { Contestant } from "./rounds.ts";

/**
 * The least that verification takes by `node:crypto`: the content of the scheme, hashed once with a key as text, and one
 * comparison in constant time. It checks no header, no form and no time window.
 */
export function floorOf(provider: Provider, scheme: Scheme, delivery: Delivery, secret: string): Contestant {
  const [before, after] = textsAround(provider, scheme, delivery);
  const { body } = delivery;
  const { algorithm } = scheme;
  if (algorithm === "token") {
    const sent = secret;
    const hash = (text: string) => createHash("sha256").update(text).digest();
    return { name: "floor", run: () => held(timingSafeEqual(hash(sent), hash(secret))) };
  }
  if (algorithm === "hmac-sha256" || algorithm === "hmac-sha1") {
    const name = algorithm === "hmac-sha1" ? "sha1" : "sha256";
    const digest = () => {
      const hmac = createHmac(name, secret);
      if (before !== "") hmac.update(before);
      hmac.update(body);
      if (after !== "") hmac.update(after);
      return hmac.digest();
    };
    const sent = digest().toString("hex");
    return { name: "floor", run: () => held(timingSafeEqual(digest(), Buffer.from(sent, "hex"))) };
  }
  const hash = algorithm === "ed25519" ? null : "sha256";
  const { publicKey, privateKey } =
    algorithm === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const content = () => Buffer.concat([Buffer.from(before), body, Buffer.from(after)]);
  const sent = sign(hash, content(), privateKey).toString("base64");
  return { name: "floor", run: () => held(verify(hash, content(), publicKey, Buffer.from(sent, "base64"))) };
}

/** The floor, and the body's JSON parsed. */
export function parsingFloor(floor: Contestant, { body }: Delivery): Contestant {
  return {
    name: "floor + JSON.parse",
    run() {
      floor.run();
      return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
    },
  };
}

/** @throws {Error} What does not verify must not be measured. */
export function held(isRight: boolean): true {
  if (!isRight) throw new Error("Cannot measure: the signature does not match");
  return true;
}

/** The signed texts before the body and after it; a part that is read from the body is not signed apart. */
function textsAround(provider: Provider, scheme: Scheme, delivery: Delivery): readonly [string, string] {
  const texts = scheme.signed.map((part) => {
    if (part === "body") return "\0";
    if (part === "method") return delivery.method;
    if (part === "url") return delivery.url;
    if (typeof part === "object") return part.text;
    const { events } = provider;
    const id = typeof events === "object" && events.id !== undefined && "header" in events.id ? events.id : undefined;
    const value = part === "id" ? id : scheme.timestamp;
    return value !== undefined && "header" in value ? (headerTexts(delivery.headers, value)?.[0] ?? "") : "";
  });
  const [before = "", after = ""] = texts.join("").split("\0");
  return [before, after];
}
