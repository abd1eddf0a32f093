import { describe, expect, it } from 'vitest';

import {
  actionOf,
  DEFAULT_KEYS,
  digitOf,
  readKey,
  showKey,
  withKeys,
} from '../../src/review/model/keys';

function press(key: string, held: KeyboardEventInit = {}): string {
  return readKey(new KeyboardEvent('keydown', { key, ...held }));
}

describe('keys', () => {
  it('are those of Prodigy', () => {
    const pressed = ['a', 'x', ' ', 'Backspace', 'f', 'h'].map((key) => press(key));
    expect(pressed.map((key) => actionOf(DEFAULT_KEYS, key))).toEqual([
      'accept',
      'reject',
      'skip',
      'undo',
      'flag',
      'help',
    ]);
    expect(actionOf(DEFAULT_KEYS, press('z', { ctrlKey: true }))).toBe('undo');
    expect(actionOf(DEFAULT_KEYS, press('z', { metaKey: true }))).toBe('undo');
  });

  it('with control or alt are other keys', () => {
    expect(actionOf(DEFAULT_KEYS, press('a', { ctrlKey: true }))).toBeNull();
    expect(actionOf(DEFAULT_KEYS, press('x', { altKey: true }))).toBeNull();
  });

  it('are the same letters with the capital lock, and not with shift', () => {
    expect(press('A')).toBe('a');
    expect(press('A', { shiftKey: true })).toBe('shift+a');
    expect(press('?', { shiftKey: true })).toBe('?');
  });

  it('can be mapped anew, and others keep theirs', () => {
    const keys = withKeys({ accept: ['Enter', ' '], flag: [] });
    expect(actionOf(keys, 'enter')).toBe('accept');
    expect(actionOf(keys, 'f')).toBeNull();
    expect(actionOf(keys, 'x')).toBe('reject');
  });

  it('from 1 to 9 are labels', () => {
    expect(['1', '9', '0', 'a'].map(digitOf)).toEqual([0, 8, null, null]);
  });

  it('are written as on the keyboard', () => {
    expect(['a', 'space', 'ctrl+z', 'backspace'].map(showKey)).toEqual(['a', '␣', 'Ctrl+Z', '⌫']);
  });
});
