/** Why a record is here, and what the model has to say for its suggestion. */
import type { JSX } from 'preact';

import type { Item, Share, SuggestionView } from '../../protocol/messages';
import { valueInWords } from '../model/draft';
import type { Words } from '../model/words';
import { Icon } from './icons';
import { useSurface } from './surface';

/** One line above the record. */
export function Why({ item }: { readonly item: Item }): JSX.Element {
  const { desk, keys, trans } = useSurface();
  const open = desk.details.value;
  return (
    <div class="sm-Review-why">
      <span class={`sm-Review-share sm-is-${item.share}`}>
        {item.blind && <Icon name="eye" />}
        {shareName(item.share, trans)}
      </span>
      <span class="sm-Review-reason" dir="auto">
        {item.why}
      </span>
      {item.suggestion && (
        <button
          type="button"
          class="sm-Review-link"
          aria-expanded={open}
          aria-keyshortcuts={keys.details[0]}
          title={keys.details[0]}
          onClick={() => {
            desk.act('details');
          }}
        >
          {trans.__('Details')}
          <Icon name="more" />
        </button>
      )}
    </div>
  );
}

/** What the model thought, in full. */
export function Details({ item }: { readonly item: Item }): JSX.Element | null {
  const { session, desk, trans } = useSurface();
  const { suggestion } = item;
  const kind = session.view.value?.kind;
  if (!desk.details.value || !suggestion) {
    return null;
  }
  return (
    <div class="sm-Review-details">
      <dl>
        <dt>{trans.__('Suggested')}</dt>
        <dd dir="auto">
          {valueInWords(suggestion.value, trans)}
          {suggestion.score !== null && ` · ${percentOf(suggestion.score)}`}
        </dd>
        {suggestion.reason && (
          <>
            <dt>{trans.__('Remark')}</dt>
            <dd dir="auto">{suggestion.reason}</dd>
          </>
        )}
        <dt>{trans.__('Model')}</dt>
        <dd>
          <bdi>{suggestion.model}</bdi>{' '}
          {trans.__('(run %1, %2)', suggestion.run, new Date(suggestion.created).toLocaleString())}
        </dd>
        {Object.entries(suggestion.evidence)
          // The words stand beside what there is to choose from.
          .filter(([name]) => name !== 'words')
          .map(([name, value]) => (
            <Evidence key={name} name={name} value={value} />
          ))}
      </dl>
      {kind !== 'label' && kind !== 'labels' && <Alternatives suggestion={suggestion} />}
    </div>
  );
}

function Evidence({ name, value }: { name: string; value: unknown }): JSX.Element {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <>
      <dt dir="auto">{name.replaceAll('_', ' ')}</dt>
      <dd dir="auto">{text}</dd>
    </>
  );
}

function Alternatives({ suggestion }: { suggestion: SuggestionView }): JSX.Element | null {
  const { trans } = useSurface();
  if (!suggestion.alternatives.length) {
    return null;
  }
  return (
    <table class="sm-Review-alternatives">
      <caption>{trans.__('What the model thought of')}</caption>
      <tbody>
        {suggestion.alternatives.slice(0, 10).map(({ label, score }) => (
          <tr key={label}>
            <th scope="row" dir="auto">
              {label}
            </th>
            <td>
              <span class="sm-Review-meter" style={{ width: `${score * 100}%` }} />
            </td>
            <td>{percentOf(score)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A probability for people: two digits where they tell something. */
export function percentOf(score: number): string {
  const percent = score * 100;
  if (percent > 99 && percent < 100) {
    return `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
  }
  return percent > 0 && percent < 1 ? '< 1 %' : `${Math.round(percent)} %`;
}

export function shareName(share: Share, trans: Words): string {
  switch (share) {
    case 'uncertain':
      return trans.__('Unsure');
    case 'models':
      return trans.__('Models disagree');
    case 'annotators':
      return trans.__('People disagree');
    case 'errors':
      return trans.__('Likely error');
    case 'diverse':
      return trans.__('New kind');
    case 'random':
      return trans.__('Random');
    case 'audit':
      return trans.__('Audit');
    case 'blind':
      return trans.__('Blind');
    case 'chosen':
      return trans.__('Chosen');
  }
}
