/** The translation of what is shown. JupyterLab's `TranslationBundle` is one. */
export interface Words {
  /** The text in the reader's language; `%1`, `%2` … stand for the arguments. */
  __(text: string, ...args: unknown[]): string;
  /** The same where a number decides between two forms; `%1` is the number. */
  _n(singular: string, plural: string, n: number, ...args: unknown[]): string;
}

/** English, where nobody translates. */
export const ENGLISH: Words = {
  __: (text, ...args) => fill(text, args),
  _n: (singular, plural, n, ...args) => fill(n === 1 ? singular : plural, [n, ...args]),
};

/** A text with its places filled. */
export function fill(text: string, args: readonly unknown[]): string {
  return text.replace(/%(\d+)/g, (whole, place: string) => {
    const at = Number(place) - 1;
    return at < args.length ? String(args[at]) : whole;
  });
}
