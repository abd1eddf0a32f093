/** One label out of the scheme, in a form: from a menu, or typed where they are many. */
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

import { matching } from '../model/choices';
import { useSurface } from './surface';

interface LabelPickerProps {
  /** The name for screen readers, where no text stands beside it. */
  readonly name?: string;
  readonly value: string | null;
  readonly change: (value: string | null) => void;
  /** Offer "any" and "none", too. */
  readonly open?: boolean;
}

/** A menu of more labels is slow, and nobody reads it. */
const MOST_IN_MENU = 100;
const MOST_OFFERED = 30;
/** The empty label means that there is none, so "any" needs a sign of its own. */
const ANY = '\u0000any';

export function LabelPicker(props: LabelPickerProps): JSX.Element {
  const { session } = useSurface();
  const labels = session.view.value?.labels.map(({ name }) => name) ?? [];
  return labels.length > MOST_IN_MENU ? <Typed {...props} /> : <Menu {...props} labels={labels} />;
}

function Menu({
  name,
  value,
  change,
  open,
  labels,
}: LabelPickerProps & { readonly labels: readonly string[] }): JSX.Element {
  const { trans } = useSurface();
  const known = value && !labels.includes(value) ? [value, ...labels] : labels;
  return (
    <select
      aria-label={name}
      value={value ?? ANY}
      onChange={({ currentTarget }) => {
        change(currentTarget.value === ANY ? null : currentTarget.value);
      }}
    >
      {open && <option value={ANY}>{trans.__('any')}</option>}
      {open && <option value="">{trans.__('none')}</option>}
      {known.map((label) => (
        <option key={label} value={label}>
          {label}
        </option>
      ))}
    </select>
  );
}

function Typed({ name, value, change, open }: LabelPickerProps): JSX.Element {
  const { session, trans } = useSurface();
  const id = useId();
  const view = session.view.value;
  const offered = view && value ? matching(view, value).slice(0, MOST_OFFERED) : [];
  return (
    <>
      <input
        type="text"
        dir="auto"
        autocomplete="off"
        aria-label={name}
        list={id}
        placeholder={open ? trans.__('any') : ''}
        value={value ?? ''}
        onInput={({ currentTarget }) => {
          change(currentTarget.value || null);
        }}
      />
      <datalist id={id}>
        {offered.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </>
  );
}
