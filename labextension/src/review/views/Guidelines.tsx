/** The annotation guidelines: what the task asks, and when each label applies. */
import type { JSX } from 'preact';

import { Key } from './Key';
import { useSurface } from './surface';

const MOST = 500;

export function Guidelines(): JSX.Element {
  const { session, trans } = useSurface();
  const view = session.view.value;
  const labels = view?.labels ?? [];
  const nothing = !view?.instructions && !labels.some(({ description }) => description);
  return (
    <>
      {view?.instructions && (
        <p class="sm-Review-text" dir="auto">
          {view.instructions}
        </p>
      )}
      {nothing && (
        <p class="sm-Review-hint">
          {trans.__('This task has no guidelines: write them into the cell that defines it.')}
        </p>
      )}
      <dl class="sm-Review-scheme">
        {labels.slice(0, MOST).map(({ name, description }, at) => (
          <div key={name} data-colour={at % 10}>
            <dt>
              <span class="sm-Review-swatch" />
              <bdi>{name}</bdi>
              {at < 9 && labels.length <= 20 && <Key name={String(at + 1)} />}
            </dt>
            {description && <dd dir="auto">{description}</dd>}
          </div>
        ))}
      </dl>
      {labels.length > MOST && (
        <p class="sm-Review-hint">{trans.__('and %1 more', labels.length - MOST)}</p>
      )}
    </>
  );
}
