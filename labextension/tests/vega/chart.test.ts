import { describe, expect, it } from 'vitest';

import { MOST_SVG_ROWS, countRows, readChart } from '../../src/vega/chart';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.4.1.json';
const BARS = { $schema: SCHEMA, mark: 'bar', data: { values: [{ a: 1 }] } };

const withOptions = (embedOptions: unknown) =>
  readChart({ ...BARS, usermeta: { embedOptions, note: 1 } });

describe('readChart', () => {
  it('takes the specification without what it says to the page', () => {
    const chart = withOptions({ actions: false });
    expect(chart.spec).toEqual(BARS);
  });

  it('keeps no option that could load, style, run or send anything', () => {
    const { options } = withOptions({
      loader: { baseURL: 'https://example.org' },
      patch: 'https://example.org/patch.json',
      config: 'https://example.org/config.json',
      defaultStyle: '<script>',
      sourceHeader: '<script>',
      editorUrl: 'https://example.org',
      ast: false,
      tooltip: { disableDefaultStyle: true },
      bind: 'body',
      theme: 'dark',
      renderer: 'canvas',
      formatLocale: { decimal: ',' },
    });
    expect(options).toEqual({
      renderer: 'canvas',
      save: true,
      fileName: 'chart',
      theme: 'dark',
      formatLocale: { decimal: ',' },
    });
  });

  it.each([
    [undefined, true],
    [{}, true],
    [{ actions: false }, false],
    [{ actions: { export: false } }, false],
    [{ actions: { export: true, editor: false } }, true],
  ])('offers to save as %j asks', (asked, save) => {
    expect(withOptions(asked).options.save).toBe(save);
  });

  it.each([
    [{ description: 'In words' }, 'In words'],
    [{ title: 'A title' }, 'A title'],
    [{ title: { text: ['Two', 'lines'] } }, 'Two lines'],
    [{ title: { text: { expr: 'name' } } }, ''],
    [{ description: 'In words', title: 'A title' }, 'In words'],
    [{}, ''],
  ])('names %j', (more, words) => {
    expect(readChart({ ...BARS, ...more }).words).toBe(words);
  });

  it('knows a chart that is as wide as its place', () => {
    expect(readChart({ ...BARS, width: 'container' }).fluid).toBe(true);
    expect(readChart({ ...BARS, width: 300 }).fluid).toBe(false);
  });

  it('draws many rows on a canvas, unless the chart says how', () => {
    const many = { ...BARS, data: { values: Array.from({ length: MOST_SVG_ROWS + 1 }, () => 0) } };
    expect(readChart(BARS).options.renderer).toBe('svg');
    expect(readChart(many).options.renderer).toBe('canvas');
    const asked = { ...many, usermeta: { embedOptions: { renderer: 'svg' } } };
    expect(readChart(asked).options.renderer).toBe('svg');
  });

  it.each([null, 'https://example.org/spec.json', 3, [BARS], undefined])(
    'refuses %j, which is no specification',
    (data) => {
      expect(() => readChart(data)).toThrow('is an object');
    },
  );

  it('refuses a specification of Vega, whose expressions are not made for this', () => {
    const vega = { $schema: 'https://vega.github.io/schema/vega/v6.json', marks: [] };
    expect(() => readChart(vega)).toThrow('vega specification');
  });
});

describe('countRows', () => {
  it('finds the rows of every part', () => {
    const spec = {
      datasets: { one: [1, 2], two: [3] },
      hconcat: [{ data: { values: [1, 2, 3] } }, { layer: [{ data: { name: 'one' } }] }],
    };
    expect(countRows(spec)).toBe(6);
  });
});
