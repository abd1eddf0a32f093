/** Runs of the kernel: a bar each, and a way to stop it. */
import type { VNode } from 'preact';

import type { Progress } from '../../protocol/messages';
import type { Run } from '../model/runs';
import { useWriting, type Writing } from './writing';

export interface RunsProps {
  readonly runs: readonly Run[];
  readonly onCancel: (task: string) => void;
}

export function RunsView({ runs, onCancel }: RunsProps): VNode | null {
  const { trans } = useWriting();
  if (runs.length === 0) {
    return null;
  }
  return (
    <section class="sm-Panel-runs" aria-label={trans.__('Running')}>
      {runs.map((run) => (
        <RunView key={run.progress.task} run={run} onCancel={onCancel} />
      ))}
    </section>
  );
}

function RunView({ run, onCancel }: { run: Run; onCancel: (task: string) => void }): VNode {
  const writing = useWriting();
  const { trans } = writing;
  const { task, phase } = run.progress;
  const words = momentOf(run, writing);
  const percent = Math.floor(100 * shareOf(run.progress));
  return (
    <div class="sm-Panel-run" data-phase={phase}>
      <div class="sm-Panel-runHead">
        <bdi class="sm-Panel-runName">{task}</bdi>
        {!run.ended && (
          <button
            type="button"
            class="sm-Panel-button"
            disabled={run.stopping}
            aria-label={trans.__('Stop %1', task)}
            title={trans.__('Stop as the interrupt button would; what is done so far is kept')}
            onClick={() => {
              onCancel(task);
            }}
          >
            {run.stopping ? trans.__('Stopping…') : trans.__('Stop')}
          </button>
        )}
      </div>
      <div
        class="sm-Panel-bar"
        role="progressbar"
        aria-label={task}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={words}
      >
        <div class="sm-Panel-barFill" style={{ width: `${String(percent)}%` }} />
      </div>
      <div class="sm-Panel-soft">{words}</div>
      {/* Only its end is read out: every moment would drown everything else. */}
      <div class="sm-Panel-unseen" role="status">
        {run.ended && `${task}: ${words}`}
      </div>
    </div>
  );
}

function shareOf({ phase, total, done }: Progress): number {
  if (phase === 'evaluating' || phase === 'writing' || phase === 'done') {
    return 1;
  }
  return total > 0 ? Math.min(done / total, 1) : 0;
}

function momentOf(run: Run, writing: Writing): string {
  const { trans } = writing;
  const { phase, total, done, rate, remaining, reused, loss, validation } = run.progress;
  const training = loss !== null;
  const phases: Partial<Record<string, string>> = {
    reading: trans.__('reading the frame'),
    loading: trans.__('loading the model'),
    training: trans.__('training'),
    evaluating: trans.__('evaluating'),
    writing: trans.__('writing the columns'),
    done: trans.__('done'),
    stopped: trans.__('stopped'),
    failed: trans.__('failed'),
  };
  return [
    phases[phase],
    total > 0 &&
      (training
        ? trans.__('%1 of %2 steps', writing.number(done), writing.number(total))
        : trans.__('%1 of %2', writing.number(done), writing.number(total))),
    training && trans.__('loss %1', writing.number(loss)),
    validation !== null && trans.__('validation %1', writing.number(validation)),
    phase === 'running' && rate > 0 && writing.rate(rate),
    (phase === 'running' || phase === 'training') &&
      remaining !== null &&
      trans.__('%1 left', writing.duration(remaining)),
    reused > 0 && trans.__('%1 reused', writing.number(reused)),
  ]
    .filter(Boolean)
    .join(' · ');
}
