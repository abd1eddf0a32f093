/** The whole surface, and its keyboard. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { Answer } from './Answer';
import { OpenDrawer } from './Drawer';
import { Foot } from './Foot';
import { Head } from './Head';
import { onKey } from './keyboard';
import { Record } from './Record';
import { Refused } from './Saved';
import { Speech } from './Speech';
import { Stand } from './Stand';
import { useSurface } from './surface';

export function Review(): JSX.Element {
  const surface = useSurface();
  const { session, desk, trans } = surface;
  const root = useRef<HTMLElement>(null);
  const item = session.table.item.value;
  const view = session.view.value;
  const wish = desk.wish.value;
  useEffect(() => {
    if (wish === 'surface') {
      desk.wish.value = null;
      root.current?.focus({ preventScroll: true });
    }
  }, [wish, desk]);
  return (
    <section
      ref={root}
      class="sm-Review"
      tabIndex={0}
      aria-label={trans.__('Review of %1', session.task)}
      // What is pressed here is not a shortcut of the page.
      data-lm-suppress-shortcuts="true"
      onFocusIn={keepShortcutsAway}
      onKeyDown={(event) => {
        onKey(event, surface);
      }}
      onMouseDown={keepFocus}
    >
      <Head />
      <div class={`sm-Review-body${view?.input === 'image' ? ' sm-has-image' : ''}`}>
        {item && view ? (
          <>
            <Record item={item} view={view} />
            <Answer view={view} />
          </>
        ) : (
          <Stand />
        )}
        <OpenDrawer />
      </div>
      <Refused />
      <Foot />
      <Speech />
    </section>
  );
}

/**
 * Notebook 7 asks whether an element is one of its own before it looks at those around it: each that
 * has the focus says for itself that its keys are not shortcuts.
 */
function keepShortcutsAway(event: FocusEvent): void {
  (event.target as HTMLElement).dataset.lmSuppressShortcuts = 'true';
}

/** A click on a button leaves the keyboard with the surface: the next key answers. */
function keepFocus(event: MouseEvent & { currentTarget: HTMLElement }): void {
  const target = event.target as HTMLElement;
  if (target.closest('button') && !target.closest('.sm-Review-drawer')) {
    event.preventDefault();
    if (!event.currentTarget.contains(document.activeElement)) {
      event.currentTarget.focus({ preventScroll: true });
    }
  }
}
