/** Places in marked text: between the nodes of the page and code points of the text. */
import { CodePoints } from '../model/codePoints';
import type { Stretch } from '../model/desk';

/**
 * The code point at a place of the page, or `null` if it is not in the text.
 *
 * Pieces of the text carry `data-start`, what is not text carries `data-at`, its place.
 */
export function pointOf(root: HTMLElement, node: Node, offset: number): number | null {
  if (!root.contains(node)) {
    return null;
  }
  if (node.nodeType !== Node.TEXT_NODE) {
    return pointOfElement(root, node as HTMLElement, offset);
  }
  const element = node.parentElement;
  const piece = element?.closest<HTMLElement>('[data-start]');
  const other = element?.closest<HTMLElement>('[data-at]');
  if (other) {
    return Number(other.dataset.at);
  }
  if (!piece) {
    return null;
  }
  return Number(piece.dataset.start) + new CodePoints((node as Text).data).toPoint(offset);
}

function pointOfElement(root: HTMLElement, element: HTMLElement, offset: number): number | null {
  const child = element.childNodes[offset];
  if (child) {
    return pointOf(root, child, 0);
  }
  const last = element.lastChild;
  if (!last) {
    return element.dataset.at === undefined ? null : Number(element.dataset.at);
  }
  const length = last.nodeType === Node.TEXT_NODE ? (last as Text).length : last.childNodes.length;
  return pointOf(root, last, length);
}

/** The stretch of text that is selected in the page, or `null`. */
export function selectedStretch(root: HTMLElement): Stretch | null {
  const selection = root.ownerDocument.getSelection();
  if (!selection || selection.isCollapsed || !selection.anchorNode || !selection.focusNode) {
    return null;
  }
  const anchor = pointOf(root, selection.anchorNode, selection.anchorOffset);
  const focus = pointOf(root, selection.focusNode, selection.focusOffset);
  if (anchor === null || focus === null || anchor === focus) {
    return null;
  }
  return { start: Math.min(anchor, focus), end: Math.max(anchor, focus) };
}

/** Select a stretch in the page. */
export function select(root: HTMLElement, { start, end }: Stretch): void {
  const from = nodeAt(root, start, false);
  const to = nodeAt(root, end, true);
  if (from && to) {
    root.ownerDocument.getSelection()?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
    to.node.parentElement?.scrollIntoView({ block: 'nearest' });
  }
}

/** Remove the selection, if it is in the text. */
export function unselect(root: HTMLElement): void {
  const selection = root.ownerDocument.getSelection();
  if (selection?.anchorNode && root.contains(selection.anchorNode)) {
    selection.removeAllRanges();
  }
}

/** The code point under the pointer. */
export function pointAt(root: HTMLElement, x: number, y: number): number | null {
  // Older browsers do not have it; there edges are moved by keyboard.
  const place =
    'caretPositionFromPoint' in root.ownerDocument
      ? root.ownerDocument.caretPositionFromPoint(x, y)
      : null;
  return place && pointOf(root, place.offsetNode, place.offset);
}

function nodeAt(
  root: HTMLElement,
  point: number,
  closing: boolean,
): { readonly node: Text; readonly offset: number } | null {
  for (const piece of root.querySelectorAll<HTMLElement>('[data-start]')) {
    const start = Number(piece.dataset.start);
    const node = piece.firstChild;
    if (!(node instanceof Text)) {
      continue;
    }
    const points = new CodePoints(node.data);
    const end = start + points.length;
    if (point >= start && (closing ? point <= end : point < end)) {
      return { node, offset: points.toUnit(point - start) };
    }
  }
  return null;
}
