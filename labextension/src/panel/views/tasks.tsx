/** The tasks of the store, and how far each has come. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import type { Counts, Kind, TaskView } from '../../protocol/messages';
import { useWriting, type Writing } from './writing';

export interface TasksProps {
  readonly tasks: readonly TaskView[];
  readonly onOpen: (task: string) => void;
  /** The task that the person comes back from: the keyboard goes on there. */
  readonly from: string | null;
}

export function TasksView({ tasks, onOpen, from }: TasksProps): VNode {
  const { trans } = useWriting();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const at = from === null ? -1 : tasks.findIndex(({ name }) => name === from);
    list.current?.querySelectorAll('button')[at]?.focus();
    // Only when the list is shown: later the person moves the keyboard.
  }, []);
  if (tasks.length === 0) {
    return (
      <div class="sm-Panel-empty">
        <p>{trans.__('There is no task yet.')}</p>
        <p class="sm-Panel-soft">
          {trans.__('Label a column in a cell, and the task is listed here:')}
        </p>
        <pre class="sm-Panel-code">{EXAMPLE}</pre>
      </div>
    );
  }
  return (
    <ul ref={list} class="sm-Panel-tasks" aria-label={trans.__('Tasks')}>
      {tasks.map((task) => (
        <li key={task.name}>
          <TaskCard task={task} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
}

const EXAMPLE = `%%annotate df --column abstract --task topic
labels:
  genomics: sequencing and gene expression
  imaging: MRI, CT or microscopy`;

function TaskCard({ task, onOpen }: { task: TaskView; onOpen: (task: string) => void }): VNode {
  const writing = useWriting();
  const { counts } = task;
  return (
    <button
      type="button"
      class="sm-Panel-task"
      onClick={() => {
        onOpen(task.name);
      }}
    >
      <span class="sm-Panel-taskHead">
        <bdi class="sm-Panel-taskName">{task.name}</bdi>
        <span class="sm-Panel-kind">{kindOf(task, writing)}</span>
      </span>
      <CountsBar counts={counts} />
      <span class="sm-Panel-soft">{countsInWords(counts, writing)}</span>
    </button>
  );
}

/** The shares of what was said, each in its colour; the words beside it say the same. */
function CountsBar({ counts }: { counts: Counts }): VNode {
  const parts = PARTS.map((part) => ({ part, share: counts[part] / Math.max(counts.records, 1) }));
  return (
    <span class="sm-Panel-bar" aria-hidden="true">
      {parts.map(
        ({ part, share }) =>
          share > 0 && (
            <span
              key={part}
              class="sm-Panel-barPart"
              data-part={part}
              style={{ width: `${String(share * 100)}%` }}
            />
          ),
      )}
    </span>
  );
}

const PARTS = ['accepted', 'corrected', 'rejected', 'flagged', 'skipped'] as const;

function countsInWords(counts: Counts, writing: Writing): string {
  const { trans } = writing;
  if (counts.records === 0) {
    return trans.__('no records yet');
  }
  return [
    trans.__('%1 of %2 answered', writing.number(counts.answered), writing.number(counts.records)),
    counts.agreement !== null &&
      trans.__('%1 of suggestions kept', writing.percent(counts.agreement)),
    counts.flagged > 0 && trans._n('%1 flagged', '%1 flagged', counts.flagged),
  ]
    .filter(Boolean)
    .join(' · ');
}

function kindOf(task: TaskView, { trans }: Writing): string {
  const kinds: Partial<Record<Kind, string>> = {
    label: trans.__('one label'),
    labels: trans.__('several labels'),
    spans: trans.__('spans'),
    text: trans.__('text'),
    value: trans.__('new values'),
  };
  const kind = kinds[task.kind] ?? task.kind;
  return task.input === 'image' ? trans.__('images, %1', kind) : kind;
}
