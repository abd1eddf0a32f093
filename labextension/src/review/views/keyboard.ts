/** What the keys do. None that means something here reaches the page around. */
import { actionOf, digitOf, readKey, type Action } from '../model/keys';
import type { Surface } from './surface';

/** Actions that a drawer lying over the record leaves alone. */
const OVER_DRAWER: ReadonlySet<Action> = new Set([
  'undo',
  'help',
  'guidelines',
  'history',
  'bulk',
  'filter',
]);

export function onKey(
  event: KeyboardEvent & { readonly currentTarget: HTMLElement },
  surface: Surface,
): void {
  if (event.defaultPrevented || event.isComposing) {
    return;
  }
  const target = event.target as HTMLElement;
  const pressed = readKey(event);
  const done = isField(target)
    ? inField(pressed, surface)
    : ownsKey(target, pressed)
      ? null
      : press(pressed, event, surface);
  if (done) {
    event.preventDefault();
  }
  if (done !== false) {
    event.stopPropagation();
  } else {
    passOn(event);
  }
}

/** While something is written, letters are letters. Whether the key did something here. */
function inField(pressed: string, { desk }: Surface): boolean | null {
  if (pressed === 'escape') {
    desk.wish.value = 'surface';
    return true;
  }
  if (pressed === 'ctrl+enter') {
    if (desk.act('accept')) {
      desk.wish.value = 'surface';
    }
    return true;
  }
  return null;
}

function press(pressed: string, event: KeyboardEvent, surface: Surface): boolean {
  const { desk, keys, session } = surface;
  const over = desk.drawer.peek() !== null;
  if (pressed === 'escape') {
    return desk.close();
  }
  const action = actionOf(keys, pressed);
  if (action) {
    // A key that is held down answers once.
    if (!event.repeat && (!over || OVER_DRAWER.has(action))) {
      desk.act(action);
    }
    return true;
  }
  const digit = digitOf(pressed);
  if (digit !== null) {
    return !over && desk.pressDigit(digit);
  }
  if (over) {
    return false;
  }
  return session.view.peek()?.kind === 'spans'
    ? walk(event, surface)
    : toLabels(event, event.currentTarget as HTMLElement);
}

/** Arrows walk through a text that is marked. */
function walk(event: KeyboardEvent, { desk }: Surface): boolean {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (step) {
    desk.walk(step, { grow: event.shiftKey, other: event.altKey });
    return true;
  }
  return event.key === 'Enter' && desk.markStretch();
}

/** Up and down go to the labels. */
function toLabels(event: KeyboardEvent, root: HTMLElement): boolean {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') {
    return false;
  }
  const row = root.querySelector<HTMLElement>('.sm-Review-label[tabindex="0"]');
  row?.focus();
  return row !== null;
}

function isField(target: HTMLElement): boolean {
  return (
    target.isContentEditable ||
    target.tagName === 'TEXTAREA' ||
    target.tagName === 'SELECT' ||
    (target.tagName === 'INPUT' && (target as HTMLInputElement).type !== 'radio')
  );
}

/** Space and enter press the button that has the keyboard, and arrows move between radios. */
function ownsKey(target: HTMLElement, pressed: string): boolean {
  if (target.tagName === 'BUTTON') {
    return pressed === 'space' || pressed === 'enter';
  }
  return target.tagName === 'INPUT' && /^(space|arrow\w+)$/.test(pressed);
}

/** Keys of editing: they belong to the field or the browser, wherever they are pressed. */
const EDITING = /^(?:a|c|v|x|y|z|enter|backspace|delete|home|end|arrow\w+|control|meta)$/;

/**
 * Give the page around a shortcut that means nothing here, such as the one that saves the notebook.
 *
 * The page does not listen to keys in the surface, so it is told of them beside it.
 */
function passOn(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  event.stopPropagation();
  if (!(event.ctrlKey || event.metaKey) || EDITING.test(event.key.toLowerCase())) {
    return;
  }
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- JupyterLab reads shortcuts by it
  const { key, code, ctrlKey, metaKey, altKey, shiftKey, keyCode } = event;
  const copy = new KeyboardEvent('keydown', {
    ...{ key, code, ctrlKey, metaKey, altKey, shiftKey, keyCode },
    bubbles: true,
    cancelable: true,
  });
  if (event.currentTarget.parentElement?.dispatchEvent(copy) === false) {
    event.preventDefault();
  }
}
