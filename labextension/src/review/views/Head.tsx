/** The upper edge: which task, in what order, and how far it has come. */
import type { JSX } from 'preact';

import type { Counts, Filter, Order } from '../../protocol/messages';
import type { Drawer } from '../model/desk';
import type { Words } from '../model/words';
import { Icon } from './icons';
import { decisionName } from './names';
import { useSurface } from './surface';

export function Head(): JSX.Element {
  const { session, trans } = useSurface();
  const view = session.view.value;
  const counts = session.counts.value;
  return (
    <header class="sm-Review-head">
      <div class="sm-Review-headRow">
        <h2 class="sm-Review-title" title={session.task}>
          <bdi>{session.task}</bdi>
          {view && view.version > 1 && (
            <small title={trans.__('Version of the task')}>v{view.version}</small>
          )}
        </h2>
        <OrderMenu />
        <DrawerButton drawer="filter" icon="filter" label={trans.__('Choose records')}>
          <FilterBadge />
        </DrawerButton>
        <span class="sm-Review-space" />
        <DrawerButton drawer="guidelines" icon="guidelines" label={trans.__('Guidelines')} />
        <DrawerButton drawer="history" icon="history" label={trans.__('History')} />
        <DrawerButton drawer="bulk" icon="bulk" label={trans.__('Answer many at once')} />
        <DrawerButton drawer="help" icon="help" label={trans.__('Keys')} />
      </div>
      {counts && <Progress counts={counts} />}
    </header>
  );
}

function OrderMenu(): JSX.Element {
  const { session, trans } = useSurface();
  const order = session.options.value.order ?? 'mixed';
  return (
    <select
      class="sm-Review-select"
      aria-label={trans.__('Order of the records')}
      value={order}
      onChange={({ currentTarget }) => {
        session.reopen({ order: currentTarget.value as Order });
      }}
    >
      {orders(trans).map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** The orders, in words. */
export function orders(trans: Words): readonly (readonly [Order, string])[] {
  return [
    ['mixed', trans.__('Mixed')],
    ['uncertain', trans.__('Uncertain first')],
    ['margin', trans.__('Two labels close')],
    ['least_confident', trans.__('Least confident')],
    ['models', trans.__('Models disagree')],
    ['annotators', trans.__('People disagree')],
    ['errors', trans.__('Likely label errors')],
    ['diverse', trans.__('Unlike the answered')],
    ['random', trans.__('Random')],
    ['audit', trans.__('Audit')],
  ];
}

function FilterBadge(): JSX.Element | null {
  const { session } = useSurface();
  const set = countParts(session.options.value.filter ?? {});
  return set ? <span class="sm-Review-badge">{set}</span> : null;
}

function countParts(filter: Filter): number {
  return Object.values(filter).filter((part) => part !== null && part !== undefined).length;
}

interface DrawerButtonProps {
  readonly drawer: Drawer;
  readonly icon: Parameters<typeof Icon>[0]['name'];
  readonly label: string;
  readonly children?: JSX.Element;
}

function DrawerButton({ drawer, icon, label, children }: DrawerButtonProps): JSX.Element {
  const { desk, keys } = useSurface();
  const open = desk.drawer.value === drawer;
  const key = keys[drawer][0];
  return (
    <button
      type="button"
      class="sm-Review-tool"
      aria-expanded={open}
      aria-label={label}
      aria-keyshortcuts={key}
      title={key === undefined ? label : `${label} (${key})`}
      onClick={() => {
        desk.toggle(drawer);
      }}
    >
      <Icon name={icon} />
      {children}
    </button>
  );
}

const PARTS = ['accepted', 'corrected', 'rejected', 'skipped', 'flagged'] as const;

function Progress({ counts }: { readonly counts: Counts }): JSX.Element {
  const { trans } = useSurface();
  const said = trans.__('%1 of %2 answered', number(counts.answered), number(counts.records));
  return (
    <div class="sm-Review-progress">
      <div
        class="sm-Review-bar"
        role="progressbar"
        aria-label={trans.__('Answered records')}
        aria-valuemin={0}
        aria-valuemax={counts.records}
        aria-valuenow={counts.answered}
        aria-valuetext={said}
        title={PARTS.map((part) => `${decisionName(part, trans)}: ${number(counts[part])}`).join(
          '\n',
        )}
      >
        {PARTS.map((part) => (
          <span
            key={part}
            class={`sm-Review-part sm-is-${part}`}
            style={{ width: `${percent(counts[part], counts.records)}%` }}
          />
        ))}
      </div>
      <p class="sm-Review-figures">
        <span>
          <b>{number(counts.answered)}</b> / {number(counts.records)}
        </span>
        {counts.agreement !== null && (
          <span title={trans.__('Suggestions that you kept, of those you answered')}>
            {trans.__('%1 % agree', Math.round(counts.agreement * 100))}
          </span>
        )}
        {counts.rate !== null && (
          <span title={trans.__('Your pace in the last ten minutes')}>
            {trans.__('%1 / h', number(Math.round(counts.rate)))}
          </span>
        )}
        {counts.seconds_left !== null && counts.left > 0 && (
          <span title={trans.__('At this pace, for what is left')}>
            {trans.__('%1 left', duration(counts.seconds_left, trans))}
          </span>
        )}
      </p>
    </div>
  );
}

function percent(part: number, whole: number): number {
  return whole ? (100 * part) / whole : 0;
}

function number(value: number): string {
  return value.toLocaleString();
}

/** A duration to the precision in which people plan. */
export function duration(seconds: number, trans: Words): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) {
    return trans.__('%1 min', minutes);
  }
  const hours = Math.round(minutes / 60);
  return hours < 48 ? trans.__('%1 h', hours) : trans.__('%1 days', Math.round(hours / 24));
}
