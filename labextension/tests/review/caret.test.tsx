import { beforeEach, describe, expect, it } from 'vitest';

import { pointOf, select, selectedStretch } from '../../src/review/views/caret';

let root: HTMLElement;

beforeEach(() => {
  // "👩‍🔬 mouse" with "mouse" marked, its label after it, then " brains".
  root = document.createElement('div');
  root.innerHTML =
    '<span data-start="0">👩‍🔬 </span><span><span data-start="4">mouse</span>' +
    '<span data-at="9"><button>organism</button></span></span><span data-start="9"> brains</span>';
  document.body.replaceChildren(root);
});

function textOf(words: string): Text {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if ((walker.currentNode as Text).data.includes(words)) {
      return walker.currentNode as Text;
    }
  }
  throw new Error(words);
}

describe('places in marked text', () => {
  it('are code points, whatever pairs of units the text has', () => {
    expect(pointOf(root, textOf('👩‍🔬'), 5)).toBe(3);
    expect(pointOf(root, textOf('mouse'), 2)).toBe(6);
    expect(pointOf(root, textOf('brains'), 1)).toBe(10);
  });

  it('in a label are the end of its mark', () => {
    expect(pointOf(root, textOf('organism'), 3)).toBe(9);
  });

  it('between nodes are the beginning of the next, and after the last the end', () => {
    expect(pointOf(root, root, 0)).toBe(0);
    expect(pointOf(root, root, 2)).toBe(9);
    expect(pointOf(root, root, 3)).toBe(16);
  });

  it('elsewhere in the page are none', () => {
    expect(pointOf(root, document.body, 0)).toBeNull();
  });

  it('survive selecting and reading the selection', () => {
    for (const stretch of [
      { start: 0, end: 3 },
      { start: 4, end: 9 },
      { start: 2, end: 12 },
      { start: 9, end: 16 },
    ]) {
      select(root, stretch);
      expect(selectedStretch(root)).toEqual(stretch);
    }
  });
});
