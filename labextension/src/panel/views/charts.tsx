/** The charts of a task. A click on a mark, or a choice from a list, filters the queue. */
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';

import type { Charted, ChartName, Filter } from '../../protocol/messages';
import {
  CHARTS,
  offeredFilters,
  pickedFilter,
  untitled,
  type Charts,
  type Spec,
} from '../model/charts';
import { useWriting, type Writing } from './writing';

/** A chart on the page. */
export interface DrawnChart {
  show(spec: unknown): Promise<void>;
  dispose(): void;
}

/** Puts a chart into an element; `onPick` is told of the datum of a clicked mark. */
export type MakeChart = (
  node: HTMLElement,
  onPick: (datum: Readonly<Record<string, unknown>>) => void,
) => DrawnChart;

export interface ChartsProps {
  readonly charts: Charts;
  readonly make: MakeChart;
  readonly onFilter: (filter: Filter) => void;
}

export function ChartsView({ charts, make, onFilter }: ChartsProps): VNode {
  const { trans } = useWriting();
  const shown = charts.shown.value;
  const problem = charts.problem.value;
  const drawn = CHARTS.filter((name) => shown[name]);
  return (
    <div class="sm-Panel-charts" aria-busy={drawn.length < CHARTS.length && !problem}>
      {problem && (
        <p class="sm-Panel-mistake" role="alert">
          {problem}
        </p>
      )}
      {drawn.length === 0 && !problem && (
        <p class="sm-Panel-soft sm-Panel-wait">{trans.__('The kernel draws the charts…')}</p>
      )}
      {drawn.map((name) => {
        const charted = shown[name];
        return (
          charted && (
            <ChartView key={name} name={name} charted={charted} make={make} onFilter={onFilter} />
          )
        );
      })}
    </div>
  );
}

interface ChartProps extends Omit<ChartsProps, 'charts'> {
  readonly name: ChartName;
  readonly charted: Charted;
}

function ChartView({ name, charted, make, onFilter }: ChartProps): VNode {
  const writing = useWriting();
  const title = titleOf(name, writing);
  const shown = useMemo(() => charted.spec && untitled(charted.spec), [charted.spec]);
  return (
    <section class="sm-Panel-chart" aria-label={title}>
      <h3 class="sm-Panel-chartTitle">{title}</h3>
      {shown ? (
        <>
          {shown.note && <p class="sm-Panel-soft">{shown.note}</p>}
          <Drawing
            spec={shown.spec}
            make={make}
            onPick={(datum) => {
              const filter = pickedFilter(charted.clicks, datum);
              if (filter) {
                onFilter(filter);
              }
            }}
          />
          <FilterChoice charted={charted} onFilter={onFilter} />
        </>
      ) : (
        <p class="sm-Panel-soft">{charted.problem}</p>
      )}
    </section>
  );
}

type Pick = Parameters<MakeChart>[1];

function Drawing(props: { spec: Spec; make: MakeChart; onPick: Pick }): VNode {
  const { spec, make, onPick } = props;
  const node = useRef<HTMLDivElement>(null);
  const chart = useRef<DrawnChart | null>(null);
  const pick = useRef<Pick>(onPick);
  pick.current = onPick;
  useEffect(() => {
    if (!node.current) {
      return undefined;
    }
    const made = make(node.current, (datum) => {
      pick.current(datum);
    });
    chart.current = made;
    return () => {
      made.dispose();
    };
  }, [make]);
  useEffect(() => {
    void chart.current?.show(spec);
  }, [make, spec]);
  return <div ref={node} />;
}

/** What can be clicked in the drawing, for those who have no pointer. */
function FilterChoice({ charted, onFilter }: Omit<ChartProps, 'name' | 'make'>): VNode | null {
  const writing = useWriting();
  const { trans } = writing;
  const filters = offeredFilters(charted);
  if (filters.length === 0) {
    return null;
  }
  return (
    <label class="sm-Panel-choice">
      <span class="sm-Panel-soft">{trans.__('Review only')}</span>
      <select
        class="sm-Panel-select"
        value=""
        onChange={(event) => {
          const filter = filters[Number(event.currentTarget.value)];
          event.currentTarget.value = '';
          if (filter) {
            onFilter(filter);
          }
        }}
      >
        <option value="">{trans.__('choose…')}</option>
        {filters.map((filter, at) => (
          <option key={at} value={String(at)}>
            {filterInWords(filter, writing)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A filter that a chart offers, in a few words. */
export function filterInWords(filter: Filter, writing: Writing): string {
  const { trans } = writing;
  const { low, high, suggested, answered, annotator, decision } = filter;
  const label = (name: string) => name || trans.__('no label');
  return [
    typeof suggested === 'string' && label(suggested),
    typeof answered === 'string' && trans.__('answered %1', label(answered)),
    typeof annotator === 'string' && annotator,
    typeof decision === 'string' && decisionInWords(decision, writing),
    typeof low === 'number' &&
      typeof high === 'number' &&
      trans.__('score %1 to %2', writing.number(low), writing.number(high)),
  ]
    .filter(Boolean)
    .join(', ');
}

function decisionInWords(decision: string, { trans }: Writing): string {
  const words: Partial<Record<string, string>> = {
    accepted: trans.__('accepted'),
    corrected: trans.__('corrected'),
    rejected: trans.__('rejected'),
    skipped: trans.__('skipped'),
    flagged: trans.__('flagged'),
    open: trans.__('open'),
  };
  return words[decision] ?? decision;
}

function titleOf(name: ChartName, { trans }: Writing): string {
  const titles: Record<ChartName, string> = {
    labels: trans.__('Labels'),
    scores: trans.__('Scores'),
    confusion: trans.__('Suggestion and answer'),
    agreement: trans.__('Agreement over time'),
    annotators: trans.__('Annotators'),
  };
  return titles[name];
}
