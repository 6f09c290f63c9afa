/** The object without its undefined properties: optional fields are omitted, never undefined. */
export function defined<T extends Readonly<Record<string, unknown>>>(fields: T): Defined<T> {
  const made: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) made[name] = value;
  return made as Defined<T>;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/**
 * An object with further properties, or with others in their place. Getters stay getters, as the bodies of a delivery's events:
 * a spread would call them all at once, and the bodies together are far larger than the delivery.
 */
export function withFields<T extends object, More extends Partial<T>>(object: T, more: More): T & More {
  const properties = { ...Object.getOwnPropertyDescriptors(object), ...Object.getOwnPropertyDescriptors(more) };
  return Object.defineProperties({}, properties) as T & More;
}
