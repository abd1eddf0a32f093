import type { NotebookPanel } from '@jupyterlab/notebook';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { enter, leave, reviewAround, reviewNear } from '../../src/panel/nearby';
import { entryKeys, tellEntry } from '../../src/review/entry';

/** A notebook of three cells, the first of which has a review below. */
function notebookAt(activeCellIndex: number) {
  const node = document.createElement('div');
  const widgets = [0, 1, 2].map((at) => {
    const cell = document.createElement('div');
    cell.innerHTML = at === 0 ? '<section class="sm-Review" tabindex="0"></section>' : '';
    node.append(cell);
    return { node: cell };
  });
  document.body.append(node);
  const content = {
    node,
    widgets,
    activeCellIndex,
    mode: 'edit',
    activate: () => {
      (document.activeElement as HTMLElement | null)?.blur();
    },
  };
  return { content } as unknown as NotebookPanel;
}

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
});

afterEach(() => {
  document.body.replaceChildren();
});

describe('a review under a cell', () => {
  it.each([
    [0, true],
    [1, true],
    [2, false],
  ])('is near the active cell %i: %s', (at, near) => {
    expect(reviewNear(notebookAt(at)) !== null).toBe(near);
  });

  it('is entered from the cell below, and left for it', () => {
    const notebook = notebookAt(1);
    const review = reviewNear(notebook);
    if (!review) {
      throw new Error('no review is near');
    }
    expect(reviewAround(notebook)).toBeNull();
    enter(notebook, review);
    expect(document.activeElement).toBe(review);
    expect(reviewAround(notebook)).toBe(review);
    // The notebook makes the cell active whose review has the keyboard.
    notebook.content.activeCellIndex = 0;
    leave(notebook, review);
    expect(notebook.content.activeCellIndex).toBe(1);
    expect(notebook.content.mode).toBe('command');
    expect(reviewAround(notebook)).toBeNull();
  });

  it('is nowhere without a notebook', () => {
    expect(reviewNear(null)).toBeNull();
    expect(reviewAround(null)).toBeNull();
  });
});

describe('the shortcut that leads in', () => {
  it('is told by the page', () => {
    expect(entryKeys()).toBeNull();
    tellEntry('Ctrl+Alt+R');
    expect(entryKeys()).toBe('Ctrl+Alt+R');
    tellEntry(null);
    expect(entryKeys()).toBeNull();
  });
});
