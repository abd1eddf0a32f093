/** Tooltips as text: what a cell of a frame holds is never taken as HTML. */
import { formatValue } from 'vega-tooltip';

/**
 * Vega's tooltip, with two fields that it treats in a special way shown like any other.
 *
 * `image` would load a picture from the address in the data; `title` would be taken out of the
 * table, and a column of that name would lose its own.
 */
export function tooltipHtml(
  value: unknown,
  _escape: (value: unknown) => string,
  maxDepth: number,
): string {
  return formatValue(withoutSpecialFields(value), escapeHtml, maxDepth);
}

function withoutSpecialFields(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  // A space at the end is not seen, and makes the name an ordinary one.
  return Object.fromEntries(
    Object.entries(value).map(([name, cell]) => [SPECIAL.has(name) ? `${name} ` : name, cell]),
  );
}

const SPECIAL = new Set(['image', 'title']);

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(value: unknown): string {
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
