/** Repairing a cell: the value that stands there, and the one that shall. */
import type { JSX } from 'preact';

import { moveFocus, Row } from './Choices';
import { useSurface } from './surface';
import { useWish } from './wish';

/** The old value; what the new one changes of it is struck out. */
export function OldValue({ text }: { readonly text: string }): JSX.Element {
  const { session, trans } = useSurface();
  const { value } = session.table.draft.value;
  const { before, changed, after } = difference(text, typeof value === 'string' ? value : text);
  return (
    <p class="sm-Review-text sm-is-old" dir="auto" aria-label={trans.__('Value now')}>
      {text ? (
        <>
          {before}
          {changed && <del>{changed}</del>}
          {after}
        </>
      ) : (
        <span class="sm-Review-hint">{trans.__('empty')}</span>
      )}
    </p>
  );
}

/** The new value, which can be written over. */
export function NewValue(): JSX.Element {
  const { session, desk, keys, trans } = useSurface();
  const { item, draft } = session.table;
  const input = useWish('answer');
  const old = item.value?.fields[0]?.text ?? '';
  const { value } = draft.value;
  const written = typeof value === 'string' ? value : null;
  const { before, changed, after } = difference(written ?? '', old);
  return (
    <div class="sm-Review-answer">
      <Candidates />
      <label class="sm-Review-answerLabel">
        {trans.__('New value')}
        <input
          ref={input}
          type="text"
          dir="auto"
          spellcheck={false}
          autocomplete="off"
          aria-keyshortcuts={keys.edit[0]}
          placeholder={old}
          value={written ?? ''}
          onInput={({ currentTarget }) => {
            session.table.write(currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && desk.act('accept')) {
              desk.wish.value = 'surface';
              event.preventDefault();
            }
          }}
        />
      </label>
      {written !== null && written !== old && (
        <p class="sm-Review-text sm-is-new" dir="auto" aria-hidden="true">
          {before}
          {changed && <ins>{changed}</ins>}
          {after}
        </p>
      )}
      {written === null && (
        <p class="sm-Review-hint">{trans.__('The model has no value for this cell.')}</p>
      )}
    </div>
  );
}

/** The values that the model thought of, with a digit and a reason each. */
function Candidates(): JSX.Element | null {
  const { desk, trans } = useSurface();
  const { shown } = desk.choices.value;
  return shown.length ? (
    <div
      class="sm-Review-labels"
      role="radiogroup"
      aria-label={trans.__('Values to choose from')}
      onKeyDown={moveFocus}
    >
      {shown.map((choice, at) => (
        <Row key={choice.name} choice={choice} at={at} />
      ))}
    </div>
  ) : null;
}

/** What of a text is not in another: the same beginning and the same end are left out. */
export function difference(
  text: string,
  other: string,
): { readonly before: string; readonly changed: string; readonly after: string } {
  const one = Array.from(text);
  const two = Array.from(other);
  const most = Math.min(one.length, two.length);
  let head = 0;
  while (head < most && one[head] === two[head]) {
    head += 1;
  }
  let tail = 0;
  while (tail < most - head && one[one.length - 1 - tail] === two[two.length - 1 - tail]) {
    tail += 1;
  }
  return {
    before: one.slice(0, head).join(''),
    changed: one.slice(head, one.length - tail).join(''),
    after: one.slice(one.length - tail).join(''),
  };
}
