import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { readChart } from '../../src/vega/chart';
import { draw, type Datum } from '../../src/vega/draw';
import { PAPER } from '../../src/vega/theme';

const BARS = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  data: { values: [{ topic: 'imaging', count: 3 }] },
  mark: 'bar',
  encoding: {
    x: { field: 'count', type: 'quantitative' },
    y: { field: 'topic', type: 'nominal' },
  },
};

let place: HTMLElement;

beforeEach(() => {
  place = document.createElement('div');
  document.body.append(place);
});

afterEach(() => {
  place.remove();
});

const drawn = (onPick: (datum: Datum) => void) =>
  draw(place, readChart(BARS), {
    theme: PAPER,
    findLocal: () => Promise.resolve(null),
    onRefused: () => undefined,
    width: 300,
    onPick,
  });

const bar = () => place.querySelector('[aria-roledescription=bar]');

describe('draw', () => {
  it('tells of the datum of a mark that is clicked', async () => {
    const picked = vi.fn();
    const drawing = await drawn(picked);
    bar()?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(picked).toHaveBeenCalledOnce();
    expect(picked.mock.calls[0]?.[0]).toMatchObject({ topic: 'imaging', count: 3 });
    drawing.dispose();
  });
});
