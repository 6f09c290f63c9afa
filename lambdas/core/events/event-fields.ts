/**
 * One value: a header, or RFC 6901 pointers into the JSON body, first hit wins. `echo` names a header that repeats what
 * the body says: the body's counts, and where both are there they must say the same.
 */
export type Field = { readonly header: string } | { readonly json: string | readonly string[]; readonly echo?: string };

/** Where each delivery says what of its one event. */
export type EventPlaces = {
  readonly id?: Field;
  readonly type?: Field;
  /** Where the provider says more of what happened: `confirmed` of `payments`. */
  readonly subtype?: Field;
  readonly tenant?: Field;
  readonly livemode?: Field;
  /** The field of a form that holds the JSON: that is then the event's body, and what pointers are read in. */
  readonly form?: string;
};

/** What a delivery says about one event in it. */
export type EventFields = {
  readonly id?: string;
  readonly type?: string;
  /** Makes the type finer: see `fineType` in `fields.ts`. No part of the key. */
  readonly subtype?: string;
  readonly tenant?: string;
  readonly livemode?: boolean;
  /**
   * The event's own bytes, where they are not the delivery's: one item's of several, or JSON that a form wraps. Of several
   * each should be made when it is read, by `get body()`: with what surrounds them they are far more than the delivery.
   */
  readonly body?: Uint8Array<ArrayBuffer>;
  /** What those bytes are, where it is not what the delivery's header says. */
  readonly contentType?: string;
  /** Which of the fields stand in an unsigned header only. */
  readonly unsigned?: readonly ("id" | "type")[];
};

/** What an event should say of itself and does not. */
export type MissingFields = readonly ("id" | "type")[];
