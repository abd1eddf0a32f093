/** The charts of a task, drawn by the kernel when somebody looks at them. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Rpc } from '../../protocol/client';
import type { Charted, ChartName, Click, Filter } from '../../protocol/messages';
import { Refreshing } from './refreshing';

export const CHARTS: readonly ChartName[] = [
  'labels',
  'scores',
  'confusion',
  'agreement',
  'annotators',
];

/** Every answer changes the charts; to draw them each time would keep the kernel busy. */
const PAUSE_MS = 4000;

export type Shown = Readonly<Partial<Record<ChartName, Charted>>>;

export class Charts {
  private readonly _shown = signal<Shown>({});
  private readonly _problem = signal('');
  private readonly refreshing: Refreshing;
  private visible = false;
  private stale = true;

  constructor(
    private readonly rpc: Rpc,
    readonly task: string,
    pauseMs = PAUSE_MS,
  ) {
    this.refreshing = new Refreshing(() => this.fetch(), pauseMs);
  }

  get shown(): ReadonlySignal<Shown> {
    return this._shown;
  }

  get problem(): ReadonlySignal<string> {
    return this._problem;
  }

  /** The charts are looked at, or no longer. */
  look(visible: boolean): void {
    this.visible = visible;
    if (!visible) {
      this.refreshing.stop();
    } else if (this.stale) {
      this.refreshing.now();
    }
  }

  /** The task has other answers than the charts show. */
  change(): void {
    this.stale = true;
    if (this.visible) {
      this.refreshing.soon();
    }
  }

  dispose(): void {
    this.visible = false;
    this.refreshing.stop();
  }

  private async fetch(): Promise<void> {
    this.stale = false;
    for (const name of CHARTS) {
      if (!this.visible) {
        this.stale = true;
        return;
      }
      try {
        const charted = await this.rpc.request('chart', { task: this.task, name });
        this._shown.value = { ...this._shown.peek(), [name]: charted };
        this._problem.value = '';
      } catch (reason) {
        this.stale = true;
        this._problem.value = reason instanceof Error ? reason.message : String(reason);
        return;
      }
    }
  }
}

/** What a click on a mark asks for: a filter, or `null` where the mark is only looked at. */
export function pickedFilter(
  clicks: readonly Click[],
  datum: Readonly<Record<string, unknown>>,
): Filter | null {
  const entries = clicks.flatMap(({ field, sets }) => {
    const value = cell(datum[field], sets);
    return value === undefined ? [] : [[sets, value]];
  });
  return entries.length > 0 ? (Object.fromEntries(entries) as Filter) : null;
}

function cell(value: unknown, sets: Click['sets']): string | number | undefined {
  if (sets === 'low' || sets === 'high') {
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }
  return typeof value === 'string' ? value : undefined;
}

/** The chart without its title, which the panel writes itself, and what stands below the title. */
export function untitled(spec: Spec): { readonly spec: Spec; readonly note: string } {
  const { title, ...rest } = spec;
  const { text = title, subtitle } = isObject(title) ? title : {};
  return { spec: { description: oneText(text), ...rest }, note: oneText(subtitle) };
}

export type Spec = Readonly<Record<string, unknown>>;

function oneText(text: unknown): string {
  const lines: unknown[] = Array.isArray(text) ? text : [text];
  return lines.filter((line) => typeof line === 'string').join(' ');
}

/** Every filter that the marks of a chart stand for, once each, in the order of the data. */
export function offeredFilters(charted: Charted): Filter[] {
  const found = new Map<string, Filter>();
  for (const row of rowsOf(charted.spec)) {
    const filter = pickedFilter(charted.clicks, row);
    if (filter) {
      found.set(JSON.stringify(filter), filter);
    }
  }
  return [...found.values()];
}

function rowsOf(part: unknown): Readonly<Record<string, unknown>>[] {
  if (Array.isArray(part)) {
    return part.flatMap(rowsOf);
  }
  if (!isObject(part)) {
    return [];
  }
  const { values, datasets, ...others } = part;
  const own = [values, ...(isObject(datasets) ? Object.values(datasets) : [])].flatMap((rows) =>
    Array.isArray(rows) ? rows.filter(isObject) : [],
  );
  return [...own, ...Object.values(others).flatMap(rowsOf)];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
