/** The labels to choose from: with digits, scores and guidelines; searched where they are many. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { FEW_LABELS, MANY_LABELS, type Choice } from '../model/choices';
import { percentOf } from './Details';
import { Icon } from './icons';
import { Key } from './Key';
import { useSurface } from './surface';
import { useWish } from './wish';

export function Choices(): JSX.Element {
  const { session, desk, trans } = useSurface();
  const kind = session.view.value?.kind;
  const { shown, more } = desk.choices.value;
  const many = (session.view.value?.labels.length ?? 0) > FEW_LABELS;
  const list = useRef<HTMLDivElement>(null);
  const record = session.table.item.value?.record;
  const chosen = shown.find((choice) => choice.chosen)?.name;
  useEffect(() => {
    if (list.current) {
      reveal(list.current);
    }
  }, [record, chosen]);
  return (
    <div class="sm-Review-choices">
      {many && <Search list={list} />}
      <div
        ref={list}
        class="sm-Review-labels"
        role={kind === 'label' || kind === 'spans' ? 'radiogroup' : 'group'}
        aria-label={kind === 'spans' ? trans.__('Label for marking') : trans.__('Labels')}
        onKeyDown={moveFocus}
      >
        {shown.map((choice, at) => (
          <Row key={choice.name} choice={choice} at={at} />
        ))}
      </div>
      {!shown.length && <p class="sm-Review-hint">{trans.__('No label has this in its name.')}</p>}
      {more > 0 && (
        <p class="sm-Review-hint">
          {trans._n('%1 more label: type to find it', '%1 more labels: type to find them', more)}
        </p>
      )}
    </div>
  );
}

export function Row({ choice, at }: { readonly choice: Choice; readonly at: number }): JSX.Element {
  const { session, desk, trans } = useSurface();
  const kind = session.view.value?.kind;
  const several = kind === 'labels';
  const chosen = kind === 'spans' ? desk.pen.value === choice.name : choice.chosen;
  const score = choice.score === null ? '' : percentOf(choice.score);
  return (
    <button
      type="button"
      class="sm-Review-label"
      role={several ? 'checkbox' : 'radio'}
      aria-checked={chosen}
      aria-keyshortcuts={choice.digit === null ? undefined : String(choice.digit)}
      data-colour={choice.place % 10}
      tabIndex={several || chosen || (at === 0 && !hasChosen(desk.choices.value.shown)) ? 0 : -1}
      onClick={() => {
        desk.choose(choice);
      }}
    >
      {choice.score !== null && (
        <span class="sm-Review-likely" style={{ width: `${choice.score * 100}%` }} />
      )}
      <Key name={choice.digit === null ? '' : String(choice.digit)} />
      <span class="sm-Review-mark" aria-hidden="true" />
      <span class="sm-Review-labelText">
        <bdi class="sm-Review-labelName">
          {choice.name || <span class="sm-Review-hint">{trans.__('empty')}</span>}
        </bdi>
        {choice.description && (
          <span class="sm-Review-description" dir="auto">
            {choice.description}
          </span>
        )}
      </span>
      {choice.suggested && (
        <span class="sm-Review-suggested" title={trans.__('The model suggests this')}>
          <Icon name="model" />
          <span class="sm-Review-unseen">{trans.__('suggested')}</span>
        </span>
      )}
      {score && <span class="sm-Review-score">{score}</span>}
    </button>
  );
}

function hasChosen(shown: readonly Choice[]): boolean {
  return shown.some(({ chosen }) => chosen);
}

interface SearchProps {
  readonly list: { readonly current: HTMLElement | null };
}

function Search({ list }: SearchProps): JSX.Element {
  const { session, desk, keys, trans } = useSurface();
  const input = useWish('search');
  const onKeyDown = (event: KeyboardEvent): void => {
    const [first] = desk.choices.peek().shown;
    if (event.key === 'Enter' && first) {
      desk.choose(first);
      desk.search.value = '';
      desk.wish.value = 'surface';
    } else if (event.key === 'ArrowDown') {
      list.current?.querySelector('button')?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const count = session.view.value?.labels.length ?? 0;
  return (
    <div class="sm-Review-search">
      <Icon name="search" />
      <input
        ref={input}
        type="text"
        aria-label={trans.__('Find a label')}
        aria-keyshortcuts={keys.search[0]}
        placeholder={
          count > MANY_LABELS ? trans.__('Find one of %1 labels', count) : trans.__('Find a label')
        }
        autocomplete="off"
        spellcheck={false}
        value={desk.search.value}
        onInput={({ currentTarget }) => {
          desk.search.value = currentTarget.value;
        }}
        onKeyDown={onKeyDown}
      />
      <Key name={keys.search[0]} />
    </div>
  );
}

/** Scroll the list, and nothing around it, to what is chosen. */
function reveal(list: HTMLElement): void {
  const row = list.querySelector('[aria-checked="true"]');
  if (!row) {
    list.scrollTop = 0;
    return;
  }
  const frame = list.getBoundingClientRect();
  const place = row.getBoundingClientRect();
  if (place.top < frame.top) {
    list.scrollTop -= frame.top - place.top;
  } else if (place.bottom > frame.bottom) {
    list.scrollTop += place.bottom - frame.bottom;
  }
}

/** Arrows walk through the rows. */
export function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const rows = [...event.currentTarget.querySelectorAll('button')];
  const at = rows.findIndex((row) => row === event.target);
  if (step && at >= 0) {
    rows[(at + step + rows.length) % rows.length]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }
}
