/** Hands the keyboard to a field when somebody wishes it there. */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import type { Field } from '../model/desk';
import { useSurface } from './surface';

/** The reference of a field that takes the keyboard, its text selected, when it is wished there. */
export function useWish<T extends HTMLInputElement | HTMLTextAreaElement = HTMLInputElement>(
  field: Field,
): RefObject<T | null> {
  const { desk } = useSurface();
  const ref = useRef<T>(null);
  const wish = desk.wish.value;
  useEffect(() => {
    if (wish === field && ref.current) {
      desk.wish.value = null;
      ref.current.focus();
      ref.current.select();
    }
  }, [wish, field, desk]);
  return ref;
}
