import { describe, expect, it } from 'vitest';

import schema from '../../schema/panel.json';
import { readKeys } from '../../src/panel/settings';
import { DEFAULT_KEYS } from '../../src/review/model/keys';

describe('the settings', () => {
  const { keys } = schema.properties;

  it('have the keys of the review as their defaults', () => {
    expect(keys.default).toEqual(DEFAULT_KEYS);
  });

  it('describe every action', () => {
    expect(Object.keys(keys.properties)).toEqual(Object.keys(DEFAULT_KEYS));
    const defaults = Object.entries(keys.properties).map(([name, each]) => [name, each.default]);
    expect(Object.fromEntries(defaults)).toEqual(DEFAULT_KEYS);
  });
});

describe('readKeys', () => {
  it('takes lists of keys, and nothing else', () => {
    expect(readKeys({ accept: ['enter'], reject: 'x', skip: [1], flag: [] })).toEqual({
      accept: ['enter'],
      flag: [],
    });
    expect(readKeys(null)).toEqual({});
    expect(readKeys('a')).toEqual({});
  });
});
