/**
 * The shortcut that leads into the review and out of it.
 *
 * The page has it or not; a review under a cell is a widget, and hears of it by the page alone.
 */
export function tellEntry(keys: string | null): void {
  if (keys === null) {
    delete document.documentElement.dataset.smEntry;
  } else {
    document.documentElement.dataset.smEntry = keys;
  }
}

/** The shortcut as people read it, or `null` where there is none. */
export function entryKeys(): string | null {
  return document.documentElement.dataset.smEntry ?? null;
}
