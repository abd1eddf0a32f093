/** What other people said of the record, for whoever decides between them. */
import type { JSX } from 'preact';

import type { Item, ResponseView } from '../../protocol/messages';
import { valueInWords } from '../model/draft';
import { Icon } from './icons';
import { decisionName } from './names';
import { useSurface } from './surface';

export function Others({ item }: { readonly item: Item }): JSX.Element | null {
  const { session, trans } = useSurface();
  if (!item.others.length) {
    return null;
  }
  const take = ({ value }: ResponseView): void => {
    session.table.write(value);
  };
  return (
    <section class="sm-Review-others" aria-label={trans.__('Answers of other people')}>
      <h3>
        <Icon name="people" />
        {trans.__('Answers so far')}
      </h3>
      <ul>
        {item.others.map((other) => (
          <li key={other.id}>
            <bdi class="sm-Review-who">{other.annotator}</bdi>
            {other.value === null ? (
              <span class={`sm-Review-decision sm-is-${other.decision}`}>
                {decisionName(other.decision, trans)}
              </span>
            ) : (
              <button
                type="button"
                class="sm-Review-take"
                title={trans.__('Take this answer')}
                onClick={() => {
                  take(other);
                }}
              >
                <bdi>{valueInWords(other.value, trans)}</bdi>
              </button>
            )}
            {other.note && <q dir="auto">{other.note}</q>}
          </li>
        ))}
      </ul>
    </section>
  );
}
