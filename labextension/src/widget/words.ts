/** The words of the widget in the language of the page; no host gives it a translator. */
import chinese from '../../../sciml_magics/locale/zh_CN/LC_MESSAGES/sciml_magics.json';
import { ENGLISH, fill, type Words } from '../review/model/words';

/** A catalogue as JupyterLab reads it: for every text its forms, and what it is under no text. */
type Catalogue = Readonly<Record<string, readonly string[] | object>>;

/** The words for a language tag, such as `zh-CN`. */
export function wordsFor(language: string): Words {
  return /^zh\b(?!-(?:Hant|TW|HK|MO))/i.test(language.replaceAll('_', '-')) ? CHINESE : ENGLISH;
}

/** Words out of a catalogue whose language has one form for all numbers. */
function wordsOf(catalogue: Catalogue): Words {
  const find = (text: string): string => {
    const forms = catalogue[text];
    return (Array.isArray(forms) && (forms[0] as string)) || text;
  };
  return {
    __: (text, ...args) => fill(find(text), args),
    _n: (singular, plural, n, ...args) => {
      const found = find(singular);
      return fill(found === singular && n !== 1 ? plural : found, [n, ...args]);
    },
  };
}

const CHINESE = wordsOf(chinese);
