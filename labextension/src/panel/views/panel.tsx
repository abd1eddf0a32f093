/** The panel of a notebook: the state of its kernel, what runs, the tasks or one of them. */
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';

import type { MountedReview } from '../../review/mount';
import type { NotebookModel } from '../model/notebook';
import { NoticeView, isReady } from './notice';
import { RunsView } from './run';
import { TaskPage, type Tools } from './task';
import { TasksView } from './tasks';
import { useWriting } from './writing';

export interface PanelProps {
  readonly model: NotebookModel;
  /** Name of the notebook's file. */
  readonly name: string;
  readonly tools: Tools;
  readonly onMounted: (mounted: MountedReview | null) => void;
  /** The person opens a task here, and wants the keyboard in it. */
  readonly onEnter: () => void;
}

export function PanelView(props: PanelProps): VNode {
  const { model, tools, onMounted } = props;
  const { trans } = useWriting();
  const { task } = model.sight.value;
  const way = model.connector.way.value;
  const link = model.client.link.value;
  const ready = isReady(way, link);
  const tasks = model.tasks.value;
  const problem = model.problem.value;
  const from = useRef<string | null>(null);
  if (task !== null) {
    from.current = task;
  }
  return (
    <div class="sm-Panel-body">
      <Head {...props} />
      <NoticeView
        way={way}
        link={link}
        busy={model.connector.busy.value}
        onLoad={() => {
          void model.connector.load();
        }}
        onRetry={() => {
          model.connector.retry();
        }}
      />
      <RunsView
        runs={model.runs.all.value}
        onCancel={(name) => {
          void model.cancel(name);
        }}
      />
      {problem && (
        <p class="sm-Panel-mistake" role="alert">
          {problem}
        </p>
      )}
      {task !== null ? (
        <TaskPage key={task} model={model} task={task} tools={tools} onMounted={onMounted} />
      ) : (
        <div class="sm-Panel-scroll">
          {tasks && (ready || tasks.length > 0) ? (
            <TasksView
              tasks={tasks}
              from={from.current}
              onOpen={(name) => {
                props.onEnter();
                model.open(name);
              }}
            />
          ) : (
            ready &&
            !problem && <p class="sm-Panel-soft sm-Panel-wait">{trans.__('Looking for tasks…')}</p>
          )}
        </div>
      )}
    </div>
  );
}

/** Whose panel it is, and whether its kernel answers. */
function Head({ model, name }: PanelProps): VNode {
  const { trans } = useWriting();
  const way = model.connector.way.value;
  const link = model.client.link.value;
  const busy = model.connector.busy.value;
  const waits = busy && link.state === 'ready' && !link.welcome.subshells;
  const state = !isReady(way, link) ? 'away' : waits ? 'waiting' : busy ? 'busy' : 'ready';
  const words = {
    away: trans.__('not connected'),
    waiting: trans.__('kernel busy: answers wait for the cell'),
    busy: trans.__('a cell runs'),
    ready: trans.__('ready'),
  };
  return (
    <header class="sm-Panel-head">
      <bdi class="sm-Panel-where" title={name}>
        {name}
      </bdi>
      <span
        class="sm-Panel-state"
        data-state={state}
        title={
          link.state === 'ready' ? trans.__('Answers go to %1', link.welcome.store) : undefined
        }
      >
        <span class="sm-Panel-dot" aria-hidden="true" />
        {words[state]}
        {link.state === 'ready' && link.welcome.annotator && (
          <>
            {' · '}
            <bdi>{link.welcome.annotator}</bdi>
          </>
        )}
      </span>
    </header>
  );
}
