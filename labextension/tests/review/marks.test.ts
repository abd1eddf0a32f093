import { describe, expect, it } from 'vitest';

import type { SpanView } from '../../src/protocol/messages';
import { CodePoints } from '../../src/review/model/codePoints';
import { levels, mark, pieces, resize, wordBeside } from '../../src/review/model/marks';

const text = new CodePoints('👩‍🔬 mouse brains, 基因');

function span(start: number, end: number, label = 'x'): SpanView {
  return { start, end, label, text: text.slice(start, end) };
}

describe('pieces', () => {
  it('are the whole text, cut where marks begin and end', () => {
    const marks = [span(4, 16), span(10, 16), span(0, 9)];
    const found = pieces(text.length, marks);
    expect(found.map(({ start, end }) => [start, end])).toEqual([
      [0, 4],
      [4, 9],
      [9, 10],
      [10, 16],
      [16, 20],
    ]);
    expect(found.map((piece) => piece.marks)).toEqual([[2], [0, 2], [0], [0, 1], []]);
  });

  it('of a text without marks are one', () => {
    expect(pieces(3, [])).toEqual([{ start: 0, end: 3, marks: [] }]);
    expect(pieces(0, [])).toEqual([]);
  });
});

describe('levels', () => {
  it('part marks that share text, and use a level again after that', () => {
    expect(levels([span(0, 5), span(3, 9), span(5, 7), span(9, 12)])).toEqual([0, 1, 0, 0]);
  });
});

describe('marking', () => {
  it('leaves out white space at the edges, and quotes the text', () => {
    const made = mark([], text, { start: 3, end: 10 }, 'x', false);
    expect(made).toEqual([{ start: 4, end: 9, label: 'x', text: 'mouse' }]);
  });

  it('of white space alone marks nothing', () => {
    expect(mark([], text, { start: 3, end: 4 }, 'x', false)).toBeNull();
  });

  it('makes way for the new mark unless marks may overlap', () => {
    const old = span(4, 9, 'old');
    const stretch = { start: 6, end: 16 };
    expect(mark([old], text, stretch, 'new', false)?.map(({ label }) => label)).toEqual(['new']);
    expect(mark([old], text, stretch, 'new', true)?.map(({ label }) => label)).toEqual([
      'old',
      'new',
    ]);
  });

  it('says the same twice only once', () => {
    expect(mark([span(4, 9)], text, { start: 4, end: 9 }, 'x', true)).toHaveLength(1);
  });
});

describe('resizing', () => {
  it('moves an edge, keeps a character, and tells where the mark is now', () => {
    const marks = [span(0, 3, 'a'), span(4, 9, 'b')];
    const moved = resize(marks, text, 1, { start: 4, end: 16 }, false);
    expect(moved.marks[moved.at]).toEqual({ start: 4, end: 16, label: 'b', text: 'mouse brains' });
    const least = resize(marks, text, 1, { start: 40, end: 9 }, false);
    expect(least.marks[least.at]).toEqual({ start: 8, end: 9, label: 'b', text: 'e' });
  });

  it('pushes away marks that may not overlap', () => {
    const marks = [span(0, 3, 'a'), span(4, 9, 'b')];
    expect(resize(marks, text, 1, { start: 2, end: 9 }, false).marks).toHaveLength(1);
    expect(resize(marks, text, 1, { start: 2, end: 9 }, true).marks).toHaveLength(2);
  });
});

describe('words', () => {
  it('are found after and before a place', () => {
    expect(wordBeside(text, 3, 1)).toEqual({ start: 4, end: 9 });
    expect(wordBeside(text, 9, 1)).toEqual({ start: 10, end: 16 });
    expect(wordBeside(text, 10, -1)).toEqual({ start: 4, end: 9 });
    expect(wordBeside(text, 20, 1)).toBeNull();
  });
});
