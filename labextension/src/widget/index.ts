/** The review surface as an anywidget: under a cell of any notebook that shows ipywidgets. */
import type { RenderProps } from '@anywidget/types';

import '../../style/review.css';
import '../../style/widget.css';
import { Client } from '../protocol/client';
import type { Open } from '../protocol/messages';
import { mountReview, type ReviewOptions } from '../review/mount';
import { connect } from './connect';
import { wordsFor } from './words';

/** The traits of the widget. */
interface Traits {
  /** Parameters of the request `open`. */
  readonly review: Open;
  readonly store: string | null;
  readonly shortcuts: NonNullable<ReviewOptions['keys']>;
}

export function render({ model, el }: Pick<RenderProps<Traits>, 'model' | 'el'>): () => void {
  el.classList.add('sm-ReviewWidget');
  const place = document.createElement('div');
  el.append(place);
  const client = new Client('widget', () => '', model.get('store'));
  const disconnect = connect(client, model);
  const { task, ...open } = model.get('review');
  const review = mountReview(place, {
    rpc: client,
    events: client,
    task,
    open,
    keys: model.get('shortcuts'),
    trans: wordsFor(document.documentElement.lang),
  });
  const onKeys = (): void => {
    review.setKeys(model.get('shortcuts'));
  };
  model.on('change:shortcuts', onKeys);
  return () => {
    model.off('change:shortcuts', onKeys);
    review.dispose();
    disconnect();
  };
}

export default { render };
