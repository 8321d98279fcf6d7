/** Every text from a PBX is cut to this many characters before it reaches a message, a reply or a log. */
export const MAX_TEXT_LENGTH = 500;

export const cutText = (text: string): string =>
  text.length > MAX_TEXT_LENGTH ? text.slice(0, MAX_TEXT_LENGTH) : text;

/** Returns the text on one line, cut, and without control characters, which a terminal would obey. */
export const readableText = (text: string): string =>
  cutText(text)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
