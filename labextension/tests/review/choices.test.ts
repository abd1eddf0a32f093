import { describe, expect, it } from 'vitest';

import { choices } from '../../src/review/model/choices';
import { item, scheme, suggest } from '../page/examples';

const few = { ...scheme(), counts: {} as never };
const many = {
  ...few,
  labels: Array.from({ length: 3000 }, (_, at) => ({ name: `Label ${at}`, description: '' })),
};

describe('choices', () => {
  it('keep the order of the scheme where they are few, so that digits mean the same always', () => {
    const alternatives = [
      { label: 'imaging', score: 0.7 },
      { label: 'genomics', score: 0.2 },
    ];
    const its = item('r', 'text', { suggestion: suggest('imaging', { score: 0.7, alternatives }) });
    const { shown } = choices(few, its, 'imaging', '');
    expect(shown.map(({ name }) => name)).toEqual([
      'genomics',
      'imaging',
      'epidemiology',
      'methods',
    ]);
    expect(shown.map(({ digit }) => digit)).toEqual([1, 2, 3, 4]);
    expect(shown.map(({ score }) => score)).toEqual([0.2, 0.7, null, null]);
    expect(shown.filter(({ suggested }) => suggested).map(({ name }) => name)).toEqual(['imaging']);
    expect(shown.filter(({ chosen }) => chosen).map(({ name }) => name)).toEqual(['imaging']);
  });

  it('begin with the likely ones where they are many, and say how many are left out', () => {
    const alternatives = [{ label: 'Label 2900', score: 0.6 }];
    const its = item('r', 'text', { suggestion: suggest('Label 7', { alternatives }) });
    const { shown, more } = choices(many, its, null, '');
    expect(shown.slice(0, 3).map(({ name }) => name)).toEqual(['Label 7', 'Label 2900', 'Label 0']);
    expect(shown.length + more).toBe(3000);
  });

  it('are found by the beginning first, in any case and with or without accents', () => {
    const named = {
      ...few,
      labels: ['génomique', 'paléogénomique', 'autre'].map((name) => ({ name, description: '' })),
    };
    const { shown } = choices(named, null, null, ' GENO');
    expect(shown.map(({ name }) => name)).toEqual(['génomique', 'paléogénomique']);
  });

  it('are those of the model where the scheme has none', () => {
    const alternatives = [{ label: 'LABEL_1', score: 0.6 }];
    const its = item('r', 'text', { suggestion: suggest('LABEL_0', { alternatives }) });
    const { shown } = choices({ ...few, labels: [] }, its, null, '');
    expect(shown.map(({ name }) => name)).toEqual(['LABEL_1', 'LABEL_0']);
  });
});
