/** Which records: the parts of a filter. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { Filter } from '../../protocol/messages';
import { LabelPicker } from './LabelPicker';
import { decisionName } from './names';
import { useSurface } from './surface';

interface FilterFormProps {
  readonly filter: Filter;
  readonly change: (filter: Filter) => void;
  /** Only records without an answer are meant: what was answered is not asked for. */
  readonly onlyOpen?: boolean;
}

export function FilterForm({ filter, change, onlyOpen }: FilterFormProps): JSX.Element {
  const { trans } = useSurface();
  const set = (part: Partial<Filter>): void => {
    change(tidy({ ...filter, ...part }));
  };
  return (
    <div class="sm-Review-form">
      <label>
        {trans.__('Suggested')}
        <LabelPicker
          open
          value={filter.suggested ?? null}
          change={(suggested) => {
            set({ suggested });
          }}
        />
      </label>
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
      {!onlyOpen && <AnsweredFields filter={filter} set={set} />}
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

function AnsweredFields({ filter, set }: PartProps): JSX.Element {
  const { trans } = useSurface();
  return (
    <>
      <label>
        {trans.__('Answered')}
        <LabelPicker
          open
          value={filter.answered ?? null}
          change={(answered) => {
            set({ answered });
          }}
        />
      </label>
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
