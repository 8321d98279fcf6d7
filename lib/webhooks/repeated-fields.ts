/** The field that lists the repeated fields. A real event lacks it. A forged event can only make its own fields unreadable. */
const REPEATED = '\0repeated';

/**
 * Adds a field that came twice to a payload. Reading the field throws, because two programs could read different values. The
 * field is not enumerable.
 */
export const addRepeated = (payload: object, name: string, read: () => never): void => {
  Object.defineProperty(payload, name, { get: read });
};

/** Writes a payload as JSON for another process. The names of repeated fields are part of it. */
export const serializePayload = (payload: unknown): string =>
  JSON.stringify(payload, (_, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const repeated = Object.getOwnPropertyNames(value).filter((name) => !isListed.call(value, name));
    return repeated.length > 0 ? { ...value, [REPEATED]: repeated } : value;
  });

const { propertyIsEnumerable: isListed } = Object.prototype;

/** Reads the text of `serializePayload`. */
export const parsePayload = (text: string): unknown =>
  JSON.parse(text, (_, value) => {
    const repeated = value?.[REPEATED];
    if (!Array.isArray(repeated)) return value;
    delete value[REPEATED];
    for (const name of repeated) addRepeated(value, name, refuseRepeated);
    return value;
  });

function refuseRepeated(): never {
  throw { code: 'repeated field' };
}
