/** One task: its review and its charts. */
import type { ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import type { MountedReview, ReviewOptions } from '../../review/mount';
import type { NotebookModel, Tab } from '../model/notebook';
import { ChartsView, type MakeChart } from './charts';
import { useWriting } from './writing';

export interface Tools {
  readonly mountReview: (el: HTMLElement, options: ReviewOptions) => MountedReview;
  readonly makeChart: MakeChart;
  readonly keys: ReadonlySignal<NonNullable<ReviewOptions['keys']>>;
}

export interface TaskProps {
  readonly model: NotebookModel;
  readonly task: string;
  readonly tools: Tools;
  readonly onMounted: (mounted: MountedReview | null) => void;
}

export function TaskPage(props: TaskProps): VNode {
  const { model, task, tools } = props;
  const { trans } = useWriting();
  const { tab } = model.sight.value;
  const charts = model.charts.value;
  return (
    <div class="sm-Panel-page">
      <div class="sm-Panel-pageHead">
        <button
          type="button"
          class="sm-Panel-back"
          onClick={() => {
            model.open(null);
          }}
        >
          <span aria-hidden="true">‹ </span>
          {trans.__('All tasks')}
        </button>
        <Tabs
          tab={tab}
          onTurn={(next) => {
            model.turn(next);
          }}
        />
      </div>
      <div
        class="sm-Panel-side"
        role="tabpanel"
        id={sideId('review')}
        aria-labelledby={tabId('review')}
        hidden={tab !== 'review'}
      >
        <Review {...props} />
      </div>
      <div
        class="sm-Panel-side sm-Panel-scroll"
        role="tabpanel"
        id={sideId('charts')}
        aria-labelledby={tabId('charts')}
        hidden={tab !== 'charts'}
      >
        <h2 class="sm-Panel-title">
          <bdi>{task}</bdi>
        </h2>
        {tab === 'charts' && charts && (
          <ChartsView
            charts={charts}
            make={tools.makeChart}
            onFilter={(filter) => {
              model.filter({ filter });
            }}
          />
        )}
      </div>
    </div>
  );
}

const tabId = (tab: Tab) => `sm-Panel-tab-${tab}`;
const sideId = (tab: Tab) => `sm-Panel-side-${tab}`;

function Tabs({ tab, onTurn }: { tab: Tab; onTurn: (tab: Tab) => void }): VNode {
  const { trans } = useWriting();
  const names: Record<Tab, string> = { review: trans.__('Review'), charts: trans.__('Charts') };
  const other: Record<Tab, Tab> = { review: 'charts', charts: 'review' };
  return (
    <div class="sm-Panel-tabs" role="tablist" aria-label={trans.__('What to see of the task')}>
      {TABS.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={tabId(each)}
          class="sm-Panel-tab"
          aria-selected={tab === each}
          aria-controls={sideId(each)}
          tabIndex={tab === each ? 0 : -1}
          onClick={() => {
            onTurn(each);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
              event.preventDefault();
              event.stopPropagation();
              onTurn(other[each]);
              document.getElementById(tabId(other[each]))?.focus();
            }
          }}
        >
          {names[each]}
        </button>
      ))}
    </div>
  );
}

const TABS: readonly Tab[] = ['review', 'charts'];

/** The review surface, which is the same here and in a cell. */
function Review({ model, task, tools, onMounted }: TaskProps): VNode {
  const { trans } = useWriting();
  const node = useRef<HTMLDivElement>(null);
  const mounted = useRef<MountedReview | null>(null);
  const shown = useRef(0);
  const keys = tools.keys.value;
  const wish = model.wish.value;
  useEffect(() => {
    if (!node.current) {
      return undefined;
    }
    const { number, opening } = model.wish.peek();
    shown.current = number;
    const review = tools.mountReview(node.current, {
      rpc: model.client,
      events: model.client,
      task,
      open: opening,
      trans,
      keys: tools.keys.peek(),
    });
    mounted.current = review;
    onMounted(review);
    return () => {
      onMounted(null);
      mounted.current = null;
      review.dispose();
    };
  }, [model, task, tools, trans, onMounted]);
  useEffect(() => {
    mounted.current?.setKeys(keys);
  }, [keys]);
  useEffect(() => {
    if (wish.number !== shown.current) {
      shown.current = wish.number;
      mounted.current?.show(task, wish.opening);
    }
  }, [task, wish]);
  return <div ref={node} class="sm-Panel-review" />;
}
