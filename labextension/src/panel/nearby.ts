/** Reviews under cells: the keyboard goes there from the cell below, and back to it. */
import type { NotebookPanel } from '@jupyterlab/notebook';

/** Where the keyboard came from. */
const from = new WeakMap<HTMLElement, number>();

/** The review that has the keyboard, or `null`. */
export function reviewAround(notebook: NotebookPanel | null): HTMLElement | null {
  const review = document.activeElement?.closest<HTMLElement>('.sm-Review') ?? null;
  return review && notebook?.content.node.contains(review) ? review : null;
}

/** The review under the active cell or the one above, which was run last, or `null`. */
export function reviewNear(notebook: NotebookPanel | null): HTMLElement | null {
  if (!notebook) {
    return null;
  }
  const { widgets, activeCellIndex } = notebook.content;
  const cells = [widgets[activeCellIndex], widgets[activeCellIndex - 1]];
  return cells.reduce<HTMLElement | null>(
    (found, cell) => found ?? cell?.node.querySelector<HTMLElement>('.sm-Review') ?? null,
    null,
  );
}

/** Give a review under a cell the keyboard. */
export function enter(notebook: NotebookPanel, review: HTMLElement): void {
  from.set(review, notebook.content.activeCellIndex);
  review.scrollIntoView({ block: 'nearest' });
  review.focus({ preventScroll: true });
}

/** Give the notebook the keyboard back, at the cell where it was before. */
export function leave(notebook: NotebookPanel, review: HTMLElement | null): void {
  const at = review && from.get(review);
  if (typeof at === 'number' && at < notebook.content.widgets.length) {
    notebook.content.activeCellIndex = at;
  }
  notebook.content.mode = 'command';
  notebook.content.activate();
}
