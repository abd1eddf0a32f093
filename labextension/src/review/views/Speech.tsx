/** What a screen reader says by itself: the next record, and what could not be done. */
import type { JSX } from 'preact';

import type { Item } from '../../protocol/messages';
import { valueInWords } from '../model/draft';
import type { Words } from '../model/words';
import { percentOf } from './Details';
import { useSurface } from './surface';

export function Speech(): JSX.Element {
  const { session, trans } = useSurface();
  const item = session.table.item.value;
  return (
    <>
      <p class="sm-Review-unseen" aria-live="polite" aria-atomic="true">
        {item ? itemInWords(item, trans) : ''}
      </p>
      {/* Made anew for every saying, so that it is shown and read again. */}
      <div role="alert">
        <p key={session.said.value} class="sm-Review-said">
          {session.said.value}
        </p>
      </div>
    </>
  );
}

/** So much of a record is read out; the rest is read in its place. */
const MOST_READ = 300;

function itemInWords(item: Item, trans: Words): string {
  const text = item.fields.map(({ column, text: its }) => `${column}: ${its.slice(0, MOST_READ)}`);
  const { suggestion } = item;
  const suggested = !suggestion
    ? ''
    : trans.__(
        'Suggested: %1',
        suggestion.score === null
          ? valueInWords(suggestion.value, trans)
          : `${valueInWords(suggestion.value, trans)}, ${percentOf(suggestion.score)}`,
      );
  return [item.why, ...text, suggested].filter(Boolean).join('. ');
}
