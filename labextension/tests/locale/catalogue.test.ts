/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';

import { allStrings } from './strings';

const texts = new Map(allStrings().map((each) => [each.text, each]));

type Catalogue = Record<string, string[]> & { '': { domain: string; plural_forms: string } };

const CATALOGUES = import.meta.glob<Catalogue>(
  '../../../sciml_magics/locale/*/LC_MESSAGES/sciml_magics.json',
  { import: 'default', eager: true },
);

const placesOf = (text: string) => [...text.matchAll(/%\d+/g)].map(([place]) => place).sort();

describe.each(Object.entries(CATALOGUES))('the catalogue %s', (_path, catalogue) => {
  const { '': head, ...entries } = catalogue;
  const forms = Number(/nplurals=(\d)/.exec(head.plural_forms)?.[1]);

  it('is found under the name that the sources load', () => {
    expect(head.domain).toBe('sciml_magics');
  });

  it('has every text of the sources', () => {
    expect([...texts.keys()].filter((text) => !(text in entries))).toEqual([]);
  });

  it('has no text that is nowhere shown', () => {
    expect(Object.keys(entries).filter((text) => !texts.has(text))).toEqual([]);
  });

  it.each(Object.entries(entries))('keeps the places of %j', (text, translations) => {
    expect(translations).toHaveLength(texts.get(text)?.plural === undefined ? 1 : forms);
    translations.forEach((translation) => {
      expect(translation).not.toBe('');
      expect(placesOf(translation)).toEqual(placesOf(text));
    });
  });
});
