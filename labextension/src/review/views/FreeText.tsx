/** A free answer. */
import type { JSX } from 'preact';

import { useSurface } from './surface';
import { useWish } from './wish';

export function FreeText(): JSX.Element {
  const { session, keys, trans } = useSurface();
  const { value } = session.table.draft.value;
  const area = useWish<HTMLTextAreaElement>('answer');
  return (
    <div class="sm-Review-answer">
      <label class="sm-Review-answerLabel">
        {trans.__('Answer')}
        <textarea
          ref={area}
          dir="auto"
          rows={6}
          aria-keyshortcuts={keys.edit[0]}
          value={typeof value === 'string' ? value : ''}
          onInput={({ currentTarget }) => {
            session.table.write(currentTarget.value);
          }}
        />
      </label>
      <p class="sm-Review-hint">{trans.__('Ctrl+Enter accepts; Esc goes back to the keys.')}</p>
    </div>
  );
}
