/**
 * One value: a header, or RFC 6901 pointers into the JSON body, of which the first with a value counts. `echo` names a header
 * that repeats the body's value: the body's counts, and where both are there they must be equal. Where the body has none, an
 * id or a type is the header's, it is marked as unsigned, and the body belongs to the identity.
 */
export type Field = { readonly header: string } | { readonly json: string | readonly string[]; readonly echo?: string };

/** The places of an event's fields in a delivery with one event. */
export type EventPlaces = {
  readonly id?: Field;
  readonly type?: Field;
  /** The place of a finer type: `confirmed` of `payments`. */
  readonly subtype?: Field;
  readonly tenant?: Field;
  readonly livemode?: Field;
  /** The field of a form that holds JSON, which is then the event's body, and the target of pointers. */
  readonly form?: string;
};

/** A delivery's fields of one event in it. */
export type EventFields = {
  readonly id?: string;
  readonly type?: string;
  /** Makes the type finer: see `fineType` in `fields.ts`. No part of the key. */
  readonly subtype?: string;
  readonly tenant?: string;
  readonly livemode?: boolean;
  /**
   * The event's own bytes, where they are not the delivery's: one item of several, or the JSON inside a form. With several
   * events, make each on reading, by `get body()`: with their surroundings they are far larger than the delivery.
   */
  readonly body?: Uint8Array<ArrayBuffer>;
  /** The content type of those bytes, where it differs from the delivery's header. */
  readonly contentType?: string;
  /** Which of the fields are in an unsigned header alone. */
  readonly unsigned?: readonly ("id" | "type")[];
};

/** The fields that the event should have and lacks. */
export type MissingFields = readonly ("id" | "type")[];
