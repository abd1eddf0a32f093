/** Every key, and what it does. */
import type { JSX } from 'preact';

import { entryKeys } from '../entry';
import type { Action } from '../model/keys';
import type { Words } from '../model/words';
import { Key } from './Key';
import { useSurface } from './surface';

export function Help(): JSX.Element {
  const { session, keys, trans } = useSurface();
  const entry = entryKeys();
  const rows = actionNames(trans).filter(
    ([action]) => action !== 'remove' || session.view.value?.kind === 'spans',
  );
  return (
    <>
      <table class="sm-Review-keys">
        <tbody>
          <Row keys={['1', '…', '9']} text={trans.__('Choose a label')} />
          {rows.map(([action, text]) => (
            <Row key={action} keys={keys[action]} text={text} />
          ))}
          <Row keys={['escape']} text={trans.__('Close, or go back to the keys')} />
        </tbody>
      </table>
      {session.view.value?.kind === 'spans' && <MarkKeys />}
      <p class="sm-Review-hint">
        {trans.__(
          'The keys act while the frame around the review is lit. Click into it to light it.',
        )}{' '}
        {entry !== null && trans.__('%1 leads from the notebook into the review, and back.', entry)}
      </p>
    </>
  );
}

function MarkKeys(): JSX.Element {
  const { trans } = useSurface();
  return (
    <table class="sm-Review-keys">
      <caption>{trans.__('Marking text')}</caption>
      <tbody>
        <Row
          keys={['arrowleft', 'arrowright']}
          text={trans.__('Select the word before or after')}
        />
        <Row keys={['shift+arrowright']} text={trans.__('Select more; of a mark: move its end')} />
        <Row keys={['alt+arrowright']} text={trans.__('Of a mark: move its beginning')} />
        <Row keys={['enter']} text={trans.__('Mark what is selected')} />
      </tbody>
    </table>
  );
}

function Row(props: { readonly keys: readonly string[]; readonly text: string }): JSX.Element {
  return (
    <tr>
      <td>
        {props.keys.map((key) => (
          <Key key={key} name={key} />
        ))}
        <span class="sm-Review-unseen">{props.keys.join(', ')}</span>
      </td>
      <th scope="row">{props.text}</th>
    </tr>
  );
}

function actionNames(trans: Words): readonly (readonly [Action, string])[] {
  return [
    ['accept', trans.__('Accept what is chosen')],
    ['reject', trans.__('Reject: the suggestion is wrong')],
    ['skip', trans.__('Skip')],
    ['flag', trans.__('Flag for a second look')],
    ['undo', trans.__('Undo')],
    ['edit', trans.__('Write the answer')],
    ['remove', trans.__('Remove the chosen mark')],
    ['note', trans.__('Write a note')],
    ['search', trans.__('Find a label')],
    ['details', trans.__('Details of the suggestion')],
    ['guidelines', trans.__('Guidelines')],
    ['history', trans.__('History')],
    ['filter', trans.__('Choose records')],
    ['bulk', trans.__('Answer many at once')],
    ['help', trans.__('This help')],
  ];
}
