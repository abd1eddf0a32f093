/** The pictures on buttons. They take the colour of the text, and say nothing to a screen reader. */
import type { JSX } from 'preact';

const PATHS = {
  accept: 'M3 8.5l3.2 3.2L13 4.8',
  reject: 'M4 4l8 8M12 4l-8 8',
  skip: 'M4 3.5L9.5 8 4 12.5M12 3.5v9',
  flag: 'M4 14V2.5M4 3h8l-2 2.75L12 8.5H4',
  undo: 'M6.5 3L3 6.5 6.5 10M3 6.5h6a4 4 0 010 8H7',
  note: 'M3 13l.6-2.6 7-7 2 2-7 7zM9.2 4.8l2 2',
  history: 'M8 4.5V8l2.5 1.5M2.5 8a5.5 5.5 0 111.6 3.9M2.5 13v-2.7h2.7',
  bulk: 'M2.5 5l1.5 1.5L6.5 4M2.5 11L4 12.5 6.5 10M9 5.5h4.5M9 11.5h4.5',
  filter: 'M2.5 3.5h11L9.3 8.6v3.9l-2.6-1.3V8.6z',
  help: 'M5.8 6.2a2.2 2.2 0 113.3 1.9c-.8.4-1.1.9-1.1 1.6M8 12.2v.1',
  guidelines:
    'M3 3h4.2c.5 0 .8.3.8.8V13c0-.6-.4-1-1-1H3zM13 3H8.8c-.5 0-.8.3-.8.8V13c0-.6.4-1 1-1h4z',
  close: 'M4 4l8 8M12 4l-8 8',
  search: 'M7 11.5a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM10.4 10.4l3.1 3.1',
  model: 'M8 2.2l1.5 4.3 4.3 1.5-4.3 1.5L8 13.8 6.5 9.5 2.2 8l4.3-1.5z',
  eye: 'M2 8s2.2-4 6-4c.9 0 1.7.2 2.4.5M14 8s-2.2 4-6 4c-.9 0-1.7-.2-2.4-.5M3 13L13 3',
  more: 'M4 6l4 4 4-4',
  people:
    'M6 7.5a2.2 2.2 0 100-4.4 2.2 2.2 0 000 4.4zM2 13c.3-2.4 1.8-3.8 4-3.8s3.7 1.4 4 3.8M10.5 3.4a2.1 2.1 0 010 3.9M11.6 9.5c1.4.5 2.2 1.7 2.4 3.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="sm-Review-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
