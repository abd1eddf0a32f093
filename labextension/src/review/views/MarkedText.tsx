/** A text whose stretches are marked: select to mark, click to change, drag the edges. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';

import type { SpanView } from '../../protocol/messages';
import type { Desk } from '../model/desk';
import { asSpans, labelNames } from '../model/draft';
import { levels, pieces, type Piece } from '../model/marks';
import { pointAt, select, selectedStretch, unselect } from './caret';
import { Icon } from './icons';
import { useSurface } from './surface';

/** How many labels have a colour of their own. */
export const COLOURS = 10;

interface Root {
  readonly current: HTMLElement | null;
}

/** A mark as it is drawn. */
interface Drawn {
  readonly span: SpanView;
  readonly at: number;
  readonly colour: number;
  readonly level: number;
}

export function MarkedText(): JSX.Element {
  const { session, desk, trans } = useSurface();
  const { item, draft, chosenMark } = session.table;
  const root = useRef<HTMLDivElement>(null);
  const text = desk.text.value;
  const view = session.view.value;
  const marks = useMemo(() => asSpans(draft.value.value), [draft.value.value]);
  const parts = useMemo(() => pieces(text.length, marks), [text, marks]);
  const drawn = useMemo(() => {
    const names = view ? labelNames(view, item.value) : [];
    const lines = levels(marks);
    return marks.map((span, at) => {
      const colour = Math.max(0, names.indexOf(span.label)) % COLOURS;
      return { span, at, colour, level: lines[at] ?? 0 };
    });
  }, [view, item.value, marks]);
  useSelection(root, desk);
  const lines = Math.max(1, ...drawn.map(({ level }) => level + 1));
  return (
    <div
      ref={root}
      class="sm-Review-marked"
      role="group"
      aria-label={trans.__('Text to mark')}
      dir="auto"
      style={{ '--sm-lines': lines }}
      onPointerUp={() => {
        markSelected(root, desk);
      }}
    >
      {parts.map((piece) => (
        <PieceView
          key={piece.start}
          piece={piece}
          words={text.slice(piece.start, piece.end)}
          drawn={drawn}
          chosen={chosenMark.value}
          root={root}
        />
      ))}
      <span data-at={text.length} />
    </div>
  );
}

interface PieceProps {
  readonly piece: Piece;
  readonly words: string;
  readonly drawn: readonly Drawn[];
  readonly chosen: number | null;
  readonly root: Root;
}

function PieceView({ piece, words, drawn, chosen, root }: PieceProps): JSX.Element {
  const { session } = useSurface();
  const over = piece.marks.flatMap((at) => drawn[at] ?? []);
  const inner = over.at(-1);
  if (!inner) {
    return <span data-start={piece.start}>{words}</span>;
  }
  const ended = over.filter(({ span }) => span.end === piece.end);
  const on = over.find(({ at }) => at === chosen);
  return (
    <span>
      {on?.span.start === piece.start && <Handle edge="start" at={piece.start} root={root} />}
      <span
        data-start={piece.start}
        data-colour={inner.colour}
        class={`sm-Review-stretch${on ? ' sm-is-on' : ''}`}
        style={{ backgroundImage: layers(over), backgroundPosition: places(over) }}
        onClick={() => {
          session.table.chosenMark.value = inner.at;
        }}
      >
        {words}
      </span>
      {on?.span.end === piece.end && <Handle edge="end" at={piece.end} root={root} />}
      {ended.map((mark) => (
        <Tag key={mark.at} mark={mark} on={mark.at === chosen} />
      ))}
    </span>
  );
}

/** A line for every mark, one under the other. */
function layers(over: readonly Drawn[]): string {
  return over
    .map(({ colour }) => `var(--sm-colour-${colour})`)
    .map((colour) => `linear-gradient(${colour}, ${colour})`)
    .join(', ');
}

function places(over: readonly Drawn[]): string {
  return over.map(({ level }) => `0 calc(1.45em + ${level * 3}px)`).join(', ');
}

/** The label after a mark; the keyboard reaches the mark by it. */
function Tag({ mark, on }: { readonly mark: Drawn; readonly on: boolean }): JSX.Element {
  const { session, desk, keys, trans } = useSurface();
  const { span, at, colour } = mark;
  return (
    <span class={`sm-Review-tag${on ? ' sm-is-on' : ''}`} data-at={span.end} data-colour={colour}>
      <button
        type="button"
        aria-pressed={on}
        aria-label={trans.__('%1: “%2”', span.label, span.text)}
        title={span.label}
        onFocus={() => {
          session.table.chosenMark.value = at;
        }}
        onClick={() => {
          session.table.chosenMark.value = at;
        }}
      >
        <bdi>{span.label}</bdi>
      </button>
      {on && (
        <button
          type="button"
          aria-label={trans.__('Remove the mark')}
          aria-keyshortcuts={keys.remove[0]}
          title={trans.__('Remove the mark')}
          onClick={() => {
            desk.act('remove');
          }}
        >
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}

interface HandleProps {
  readonly edge: 'start' | 'end';
  readonly at: number;
  readonly root: Root;
}

/** An edge of the chosen mark, to be dragged. */
function Handle({ edge, at, root }: HandleProps): JSX.Element {
  const { session, desk } = useSurface();
  const drag = (event: PointerEvent): void => {
    const here = session.table.chosenMark.peek();
    const span = here === null ? undefined : asSpans(session.table.draft.peek().value)[here];
    const point = root.current && pointAt(root.current, event.clientX, event.clientY);
    if (span && point !== null) {
      desk.moveEdges(
        edge === 'start' ? { start: point, end: span.end } : { start: span.start, end: point },
      );
    }
  };
  const begin = (event: PointerEvent): void => {
    const page = root.current?.ownerDocument;
    const end = (): void => {
      page?.removeEventListener('pointermove', drag);
      page?.removeEventListener('pointerup', end);
      page?.removeEventListener('pointercancel', end);
    };
    // The handle is drawn anew while it moves, so the page listens in its place.
    page?.addEventListener('pointermove', drag);
    page?.addEventListener('pointerup', end);
    page?.addEventListener('pointercancel', end);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span
      class={`sm-Review-handle sm-is-${edge}`}
      data-at={at}
      aria-hidden="true"
      onPointerDown={begin}
      onMouseDown={stop}
      onPointerUp={stop}
    />
  );
}

function stop(event: Event): void {
  event.preventDefault();
}

/** Mark what the pointer has selected. */
function markSelected(root: Root, desk: Desk): void {
  const stretch = root.current && selectedStretch(root.current);
  if (root.current && stretch) {
    desk.session.table.chosenMark.value = null;
    desk.stretch.value = stretch;
    desk.markStretch();
    unselect(root.current);
  }
}

/** Keep what is selected in the page and what the keyboard selects the same. */
function useSelection(root: Root, desk: Desk): void {
  const stretch = desk.stretch.value;
  useEffect(() => {
    if (!root.current) {
      return;
    }
    if (stretch) {
      select(root.current, stretch);
    } else {
      unselect(root.current);
    }
  }, [stretch, root]);
}
