/** Texts of a PBX are cut to this many characters before they reach a message, a response or a log. */
export const MAX_TEXT_LENGTH = 500;

export const cutText = (text: string): string =>
  text.length > MAX_TEXT_LENGTH ? text.slice(0, MAX_TEXT_LENGTH) : text;

/** Returns the text cut, on one line and without control characters, which could change a terminal. */
export const readableText = (text: string): string =>
  cutText(text)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
