/** Which records: the parts of a filter. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { Filter } from '../../protocol/messages';
import type { Words } from '../model/words';
import { decisionName } from './names';
import { useSurface } from './surface';

interface FilterFormProps {
  readonly filter: Filter;
  readonly change: (filter: Filter) => void;
  /** Only records without an answer are meant: what was answered is not asked for. */
  readonly onlyOpen?: boolean;
}

export function FilterForm({ filter, change, onlyOpen }: FilterFormProps): JSX.Element {
  const { session, trans } = useSurface();
  const set = (part: Partial<Filter>): void => {
    change(tidy({ ...filter, ...part }));
  };
  const labels = session.view.value?.labels.map(({ name }) => name) ?? [];
  return (
    <div class="sm-Review-form">
      <LabelField
        title={trans.__('Suggested')}
        labels={labels}
        value={filter.suggested ?? null}
        change={(suggested) => {
          set({ suggested });
        }}
      />
      <ScoreFields filter={filter} set={set} />
      <label>
        {trans.__('Text contains')}
        <input
          type="text"
          dir="auto"
          value={filter.text ?? ''}
          onInput={({ currentTarget }) => {
            set({ text: currentTarget.value || null });
          }}
        />
      </label>
      {!onlyOpen && <AnsweredFields filter={filter} labels={labels} set={set} />}
      {filter.selection && (
        <p class="sm-Review-hint">
          {trans.__('Only the rows that were chosen in the notebook.')}{' '}
          <button
            type="button"
            class="sm-Review-link"
            onClick={() => {
              set({ selection: null });
            }}
          >
            {trans.__('All rows')}
          </button>
        </p>
      )}
    </div>
  );
}

interface PartProps {
  readonly filter: Filter;
  readonly set: (part: Partial<Filter>) => void;
}

function ScoreFields({ filter, set }: PartProps): JSX.Element {
  const { trans } = useSurface();
  const field = (name: 'low' | 'high', title: string): JSX.Element => (
    <input
      type="number"
      min={0}
      max={1}
      step={0.05}
      aria-label={title}
      placeholder={name === 'low' ? '0' : '1'}
      value={filter[name] ?? ''}
      onInput={({ currentTarget }) => {
        set({ [name]: currentTarget.value === '' ? null : currentTarget.valueAsNumber });
      }}
    />
  );
  return (
    <fieldset class="sm-Review-range">
      <legend>{trans.__('Score')}</legend>
      {field('low', trans.__('Score from'))}
      <span aria-hidden="true">–</span>
      {field('high', trans.__('Score to'))}
    </fieldset>
  );
}

function AnsweredFields({
  filter,
  labels,
  set,
}: PartProps & { readonly labels: readonly string[] }): JSX.Element {
  const { trans } = useSurface();
  return (
    <>
      <LabelField
        title={trans.__('Answered')}
        labels={labels}
        value={filter.answered ?? null}
        change={(answered) => {
          set({ answered });
        }}
      />
      <label>
        {trans.__('Decision')}
        <select
          value={filter.decision ?? ''}
          onChange={({ currentTarget }) => {
            set({ decision: (currentTarget.value || null) as Filter['decision'] & string });
          }}
        >
          <option value="">{trans.__('any')}</option>
          <option value="open">{trans.__('Not answered')}</option>
          {(['accepted', 'corrected', 'rejected', 'skipped', 'flagged'] as const).map((name) => (
            <option key={name} value={name}>
              {decisionName(name, trans)}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

interface LabelFieldProps {
  readonly title: string;
  readonly labels: readonly string[];
  readonly value: string | null;
  readonly change: (value: string | null) => void;
}

/** The empty label means that there is none, so "any" needs a sign of its own. */
const ANY = '\u0000any';

function LabelField({ title, labels, value, change }: LabelFieldProps): JSX.Element {
  const { trans } = useSurface();
  const known = value && !labels.includes(value) ? [value, ...labels] : labels;
  return (
    <label>
      {title}
      <select
        value={value ?? ANY}
        onChange={({ currentTarget }) => {
          change(currentTarget.value === ANY ? null : currentTarget.value);
        }}
      >
        <option value={ANY}>{trans.__('any')}</option>
        <option value="">{trans.__('none')}</option>
        {known.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The drawer that asks for other records. */
export function FilterDrawer(): JSX.Element {
  const { session, desk, trans } = useSurface();
  const [filter, setFilter] = useState<Filter>(session.options.peek().filter ?? {});
  const apply = (next: Filter): void => {
    setFilter(next);
    session.reopen({ filter: next });
    desk.toggle('filter');
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        apply(filter);
      }}
    >
      <FilterForm filter={filter} change={setFilter} />
      <div class="sm-Review-formEnd">
        <button type="submit" class="sm-Review-main">
          {trans.__('Show these')}
        </button>
        <button
          type="button"
          class="sm-Review-plain"
          onClick={() => {
            apply({});
          }}
        >
          {trans.__('Show all')}
        </button>
      </div>
    </form>
  );
}

/** A filter without the parts that say nothing. */
function tidy(filter: Filter): Filter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, part]) => part !== null && part !== undefined),
  );
}

/** A filter in words. */
export function filterInWords(filter: Filter, trans: Words): string {
  const { suggested, low, high, text } = filter;
  const parts = [
    suggested === undefined || suggested === null
      ? ''
      : trans.__('suggested: %1', suggested || trans.__('none')),
    typeof low === 'number' || typeof high === 'number'
      ? trans.__('score %1 to %2', low ?? 0, high ?? 1)
      : '',
    text ? trans.__('with “%1”', text) : '',
  ];
  return parts.filter(Boolean).join(', ');
}
