import { describe, expect, it } from 'vitest';

import type { Click } from '../../src/protocol/messages';
import { offeredFilters, pickedFilter, untitled } from '../../src/panel/model/charts';

const LABEL: Click = { field: 'key', sets: 'suggested' };
const RANGE: Click[] = [
  { field: 'low', sets: 'low' },
  { field: 'high', sets: 'high' },
];

describe('pickedFilter', () => {
  it('sets what the datum has', () => {
    expect(pickedFilter([LABEL], { key: 'imaging', count: 3 })).toEqual({ suggested: 'imaging' });
    expect(pickedFilter(RANGE, { low: 0, high: 0.05 })).toEqual({ low: 0, high: 0.05 });
  });

  it('takes the empty text for records without a label', () => {
    expect(pickedFilter([LABEL], { key: '' })).toEqual({ suggested: '' });
  });

  it.each([
    ['an axis label', { value: 'imaging' }],
    ['the bar of all others', { key: null }],
    ['a chart that is not what it says', { key: { $ne: 1 } }],
  ])('is nothing for %s', (_what, datum) => {
    expect(pickedFilter([LABEL], datum)).toBeNull();
  });

  it('leaves out the fields that a mark does not have', () => {
    const clicks: Click[] = [LABEL, { field: 'said', sets: 'answered' }];
    expect(pickedFilter(clicks, { key: 'imaging', said: null })).toEqual({ suggested: 'imaging' });
  });

  it('is nothing in a chart that is only looked at', () => {
    expect(pickedFilter([], { key: 'imaging' })).toBeNull();
  });
});

describe('offeredFilters', () => {
  it('finds each filter once, wherever the rows are', () => {
    const spec = {
      datasets: { rows: [{ key: 'imaging' }, { key: 'imaging', state: 'open' }, { key: null }] },
      layer: [{ data: { values: [{ key: 'genomics' }] } }],
    };
    expect(offeredFilters({ spec, problem: '', clicks: [LABEL] })).toEqual([
      { suggested: 'imaging' },
      { suggested: 'genomics' },
    ]);
  });
});

describe('untitled', () => {
  it('gives the title to screen readers, and the rest of it to the panel', () => {
    const title = { text: ['topic:', 'scores'], subtitle: 'all of them' };
    expect(untitled({ mark: 'bar', title })).toEqual({
      spec: { mark: 'bar', description: 'topic: scores' },
      note: 'all of them',
    });
  });

  it("keeps a chart's own words", () => {
    const { spec } = untitled({ mark: 'bar', title: 'topic', description: 'in words' });
    expect(spec).toEqual({ mark: 'bar', description: 'in words' });
  });
});
