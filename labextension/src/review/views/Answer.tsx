/** Where the person answers, after the kind of the task. */
import type { JSX } from 'preact';

import type { TaskView } from '../../protocol/messages';
import { Choices } from './Choices';
import { FreeText } from './FreeText';
import { NewValue } from './NewValue';
import { useSurface } from './surface';
import { useWish } from './wish';

export function Answer({ view }: { readonly view: TaskView }): JSX.Element {
  const { trans } = useSurface();
  return (
    <section class="sm-Review-side" aria-label={trans.__('Answer')}>
      {view.instructions && (
        <p class="sm-Review-instructions" dir="auto">
          {view.instructions}
        </p>
      )}
      <Editor view={view} />
      <Note />
    </section>
  );
}

function Editor({ view }: { readonly view: TaskView }): JSX.Element {
  switch (view.kind) {
    case 'label':
    case 'labels':
    case 'spans':
      return <Choices />;
    case 'text':
      return <FreeText />;
    case 'value':
      return <NewValue />;
  }
}

/** A remark that goes with the answer. */
function Note(): JSX.Element {
  const { session, desk, keys, trans } = useSurface();
  const input = useWish('note');
  return (
    <input
      ref={input}
      type="text"
      class="sm-Review-note"
      dir="auto"
      aria-label={trans.__('Note')}
      aria-keyshortcuts={keys.note[0]}
      placeholder={
        keys.note[0] === undefined ? trans.__('Note') : trans.__('Note (%1)', keys.note[0])
      }
      value={session.table.draft.value.note}
      onInput={({ currentTarget }) => {
        session.table.note(currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.isComposing) {
          desk.wish.value = 'surface';
          event.preventDefault();
        }
      }}
    />
  );
}
