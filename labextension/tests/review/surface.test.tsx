import axe from 'axe-core';
import { act } from 'preact/test-utils';
import { afterEach, describe, expect, it } from 'vitest';

import { tellEntry } from '../../src/review/entry';
import {
  cellsKernel,
  disputeKernel,
  errorsKernel,
  EXAMPLES,
  imageKernel,
  item,
  labelKernel,
  labelsKernel,
  manyKernel,
  scheme,
  spansKernel,
  suggest,
  textKernel,
  valueKernel,
} from '../page/examples';
import { settle } from './desks';
import { FakeKernel } from './fakeKernel';
import { chosen, find, mount, named, place, press, review, rows, type } from './mounting';

describe('the surface', () => {
  it('reviews by keyboard alone, and lets no key out', async () => {
    const { kernel } = await mount(labelKernel(30));
    for (let at = 0; at < 30; at += 1) {
      expect(await press('2')).toBe(false);
      expect(await press('a')).toBe(false);
    }
    expect(kernel.responses.map(({ record }) => record)).toEqual(
      kernel.items.map(({ record }) => record),
    );
    expect(place.textContent).toContain('All is answered');
  });

  it('gives the page around the shortcuts that mean nothing here', async () => {
    await mount(labelKernel(3));
    expect(await press('s', { ctrlKey: true })).toBe(true);
    expect(await press('c', { ctrlKey: true })).toBe(false);
    expect(await press('Enter', { shiftKey: true })).toBe(false);
    expect(await press('q')).toBe(false);
  });

  it('answers once while a key is held down', async () => {
    const { kernel } = await mount(labelKernel(5));
    await press('a');
    await press('f', { repeat: true });
    expect(kernel.responses).toHaveLength(1);
  });

  it('shows the suggestion chosen, and hides that of a blind item until it is answered', async () => {
    await mount(labelKernel(5));
    expect(chosen()).toEqual(['imaging']);
    expect(find('.sm-Review-suggested').textContent).toBe('suggested');
    await press('a');
    expect(chosen()).toEqual([]);
    expect(place.querySelector('.sm-Review-suggested, .sm-Review-score')).toBeNull();
    await press('3');
    await press('a');
    expect(find('.sm-Review-last').textContent).toContain('the model had said genomics');
  });

  it('shows an image once, with where it came from below it', async () => {
    await mount(imageKernel());
    expect(find('.sm-Review-record img').getAttribute('alt')).toBe('plate-07/well-B1.png');
    expect(find('.sm-Review-record').textContent.match(/well-B1/g)).toHaveLength(1);
    expect(place.querySelector('.sm-Review-field')).toBeNull();
  });

  it('toggles several labels', async () => {
    const { kernel } = await mount(labelsKernel());
    await press('1');
    await press('4');
    expect(chosen()).toEqual(['imaging', 'methods']);
    await press('a');
    expect(kernel.responses[0]).toMatchObject({
      decision: 'corrected',
      value: ['imaging', 'methods'],
    });
  });

  it('finds one of ten thousand labels by typing', async () => {
    const { kernel } = await mount(manyKernel());
    expect(place.querySelectorAll('.sm-Review-label').length).toBeLessThan(60);
    await press('/');
    expect(document.activeElement?.tagName).toBe('INPUT');
    await type('04021');
    expect(await press('a')).toBe(false);
    expect(kernel.responses).toHaveLength(0);
    await press('Enter');
    expect(document.activeElement).toBe(find('.sm-Review'));
    await press('a');
    expect(kernel.responses[0]?.value).toBe('MeSH 04021');
  });

  it('takes a free answer, and a note', async () => {
    const { kernel } = await mount(textKernel());
    await press('n');
    await type('not sure');
    await press('Enter');
    await press('e');
    expect(document.activeElement?.tagName).toBe('TEXTAREA');
    await type('Weak hearts.');
    await press('Enter', { ctrlKey: true });
    expect(kernel.responses[0]).toMatchObject({ value: 'Weak hearts.', note: 'not sure' });
    expect(document.activeElement).toBe(find('.sm-Review'));
  });

  it('shows what a new value changes', async () => {
    const { kernel } = await mount(valueKernel());
    expect(find('.sm-is-old del').textContent).toBe('O');
    expect(find('.sm-is-new ins').textContent).toBe('0');
    await press('e');
    await type('2023-11-06');
    await press('Enter');
    expect(kernel.responses[0]).toMatchObject({ decision: 'corrected', value: '2023-11-06' });
  });

  it('offers the values that the model thought of, with a digit and a reason each', async () => {
    const { kernel } = await mount(valueKernel());
    expect(rows()).toEqual([
      ['2023-11-05', 'written as the other cells of the column'],
      ['2023-11-15', 'stands in 3 of 4 rows of this site'],
      ['empty', 'nothing is known of it'],
    ]);
    expect(chosen()).toEqual(['2023-11-05']);
    await press('2');
    expect(chosen()).toEqual(['2023-11-15']);
    expect(find('input').getAttribute('type')).toBe('text');
    await press('a');
    expect(kernel.responses[0]).toMatchObject({ decision: 'corrected', value: '2023-11-15' });
    await press('3');
    await press('a');
    expect(kernel.responses[1]).toMatchObject({ decision: 'corrected', value: '' });
  });

  it('shows why each cell looks wrong, and marks those that the answer names', async () => {
    const { kernel } = await mount(cellsKernel());
    expect(rows().slice(0, 2)).toEqual([
      ['city', "looks like 'Birmingham', which stands in 42 rows"],
      ['year', 'does not fit the pattern of 98 % of the column'],
    ]);
    expect(named()).toEqual(['city', 'year']);
    await press('2');
    expect(named()).toEqual(['city']);
    expect(rows()[1]?.[0]).toBe('year');
    await press('1');
    await press('a');
    expect(kernel.responses[0]).toMatchObject({ decision: 'corrected', value: [] });
  });

  it('offers other people’s answers to whoever decides', async () => {
    const { kernel } = await mount(disputeKernel());
    await act(async () => {
      find('.sm-Review-take').click();
      await settle();
    });
    expect(chosen()).toEqual(['genomics']);
    await press('a');
    expect(kernel.responses[0]?.value).toBe('genomics');
  });

  it('uses the keys that are set, and others from then on', async () => {
    const { kernel } = await mount(labelKernel(5), { keys: { accept: ['q'] } });
    await press('a');
    expect(kernel.responses).toHaveLength(0);
    await press('q');
    expect(kernel.responses).toHaveLength(1);
    await act(() => {
      review?.setKeys({ skip: ['j'] });
    });
    await press('j');
    expect(kernel.responses[1]?.decision).toBe('skipped');
  });

  it('says what is not saved while the kernel is away', async () => {
    const { kernel, client } = await mount(labelKernel(9));
    await act(() => {
      kernel.restart();
    });
    await press('a');
    expect(find('.sm-Review-saved').textContent).toBe('1 answer not saved yet · not connected');
    await act(async () => {
      await client.connect(kernel.transport());
      await settle();
    });
    expect(find('.sm-Review-saved').textContent).toBe('all saved');
  });
});

describe('drawers', () => {
  it('open by key, take the keyboard, and give it back', async () => {
    await mount(labelKernel(9));
    for (const key of ['h', 'g', 'y', 'b', 'o']) {
      await press(key);
      expect(find('.sm-Review-drawer').contains(document.activeElement)).toBe(true);
      await press('Escape');
      expect(place.querySelector('.sm-Review-drawer')).toBeNull();
      expect(document.activeElement).toBe(find('.sm-Review'));
    }
  });

  it('leave the record below alone', async () => {
    const { kernel } = await mount(labelKernel(9));
    await press('h');
    await press('a');
    expect(kernel.responses).toHaveLength(0);
  });

  it('list what was answered, to be taken back or looked at', async () => {
    const { kernel } = await mount(labelKernel(9));
    await press('a');
    await press(' ');
    await press('y');
    await act(settle);
    expect(place.querySelectorAll('.sm-Review-history > li')).toHaveLength(2);
    await act(async () => {
      place.querySelectorAll<HTMLElement>('.sm-Review-history .sm-Review-tool')[1]?.click();
      await settle();
    });
    expect([...kernel.holding().values()].map(({ decision }) => decision)).toEqual(['skipped']);
  });

  it('answer many at once, undone as one', async () => {
    const { kernel } = await mount(labelKernel(20));
    await press('b');
    await act(async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
    });
    expect(find('.sm-Review-found').textContent).toContain('20 records');
    await act(async () => {
      find('form').dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
      await settle();
    });
    expect(kernel.holding().size).toBe(20);
    await press('Backspace');
    expect(kernel.holding().size).toBe(0);
  });
});

describe('hostile text', () => {
  const evil =
    '<script>window.evil=1</script><img src=x onerror="window.evil=1"><style>*{display:none}</style>\u0000\u202e';

  it('in cells, labels, reasons, notes and problems is shown as text', async () => {
    const kernel = new FakeKernel(
      scheme({ instructions: evil, labels: [{ name: evil, description: evil }] }),
      [
        item('1', evil, {
          why: evil,
          suggestion: suggest(evil, { reason: evil, evidence: { [evil]: evil }, model: evil }),
        }),
      ],
    );
    kernel.failing.set('respond', { kind: 'failure', message: evil });
    await mount(kernel);
    await press('w');
    await press('a');
    await press('g');
    expect(find('.sm-Review-text').textContent).toBe(evil);
    expect(place.querySelectorAll('script, style, img')).toHaveLength(0);
    expect((window as { evil?: number }).evil).toBeUndefined();
  });

  it('of a megabyte and of 20,000 emoji is shown in part, and marked exactly', async () => {
    const emoji = '😀'.repeat(20_000);
    const span = { start: 19_990, end: 20_000, label: 'gene', text: '😀'.repeat(10) };
    const task = { ...spansKernel().task };
    const kernel = new FakeKernel(task, [
      item('1', emoji, { suggestion: suggest([span]) }),
      item('2', 'x'.repeat(1_000_000), { suggestion: suggest([]) }),
    ]);
    await mount(kernel);
    expect(find('.sm-Review-stretch').textContent).toBe(span.text);
    await press('a');
    expect(kernel.responses[0]).toMatchObject({ decision: 'accepted', value: [span] });
    expect(find('.sm-Review-marked').textContent).toHaveLength(1_000_000);
  });
});

describe('a likely label error', () => {
  it('shows what was given, and keeps it or takes what is likelier', async () => {
    const { kernel } = await mount(errorsKernel());
    expect(find('.sm-Review-share').textContent).toBe('Likely error');
    expect(find('.sm-Review-reason').textContent).toContain('Ana said genomics');
    expect(find('.sm-Review-label[aria-checked="true"]').textContent).toContain('genomics');
    await press('2');
    await press('a');
    expect(kernel.responses[0]).toMatchObject({ value: 'imaging', share: 'errors' });
    await press('a');
    expect(kernel.responses[1]).toMatchObject({ value: 'genomics', share: 'errors' });
  });

  it('is an order of its own', async () => {
    await mount(errorsKernel());
    const names = [...place.querySelectorAll('.sm-Review-select option')].map(
      (option) => option.textContent,
    );
    expect(names).toContain('Likely label errors');
  });
});

describe('the way in and out', () => {
  const told = () => [...place.querySelectorAll('.sm-Review-way')].map((each) => each.textContent);

  afterEach(() => {
    tellEntry(null);
  });

  it('is a click where the page has no shortcut', async () => {
    await mount(labelKernel());
    expect(told()).toEqual(['Click here to answer by keyboard']);
  });

  it('is the shortcut of the page, in the help, too', async () => {
    tellEntry('Ctrl+Alt+R');
    await mount(labelKernel());
    expect(told()).toEqual([
      'Ctrl+Alt+R or a click here: answer by keyboard',
      'Ctrl+Alt+R: back to the notebook',
    ]);
    await press('h');
    expect(place.textContent).toContain('Ctrl+Alt+R leads from the notebook into the review');
  });
});

describe('a screen reader', () => {
  it.each(Object.keys(EXAMPLES))('finds names and roles everywhere: %s', async (kind) => {
    const make = EXAMPLES[kind] as () => FakeKernel;
    await mount(make());
    for (const key of ['', 'h', 'o', 'b', 'y']) {
      if (key) {
        await press(key);
      }
      const { violations } = await axe.run(place, {
        rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
      });
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      await press('Escape');
    }
  });

  it('is told of the next record', async () => {
    await mount(labelKernel(5));
    const spoken = find('[aria-live="polite"]').textContent;
    expect(spoken).toContain('The model is unsure');
    expect(spoken).toContain('Suggested: imaging, 41 %');
  });
});
