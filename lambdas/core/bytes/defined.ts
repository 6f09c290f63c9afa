/** The object without its undefined properties: optional fields are left out, never undefined. */
export function defined<T extends Readonly<Record<string, unknown>>>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/**
 * An object with other properties beside its own, or in their place. What is made only when it is read, as the bodies of
 * a delivery's events are, stays so: a spread would make it at once, and all of them are far larger than the delivery.
 */
export function withFields<T extends object, More extends Partial<T>>(object: T, more: More): T & More {
  const properties = { ...Object.getOwnPropertyDescriptors(object), ...Object.getOwnPropertyDescriptors(more) };
  return Object.defineProperties({}, properties) as T & More;
}
