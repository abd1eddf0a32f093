import { describe, expect, it } from 'vitest';

import { CodePoints } from '../../src/review/model/codePoints';

const TEXTS = [
  '',
  'plain',
  'a👩‍🔬b',
  '基因\r\n组',
  'e\u0301\u0301',
  '\ud83d lone \udc69',
  '😀'.repeat(2000),
];

describe('code points', () => {
  it.each(TEXTS)('count as an iteration does, and translate there and back: %j', (text) => {
    const points = new CodePoints(text);
    const characters = Array.from(text);
    expect(points.length).toBe(characters.length);
    for (let at = 0; at <= Math.min(points.length, 50); at += 1) {
      expect(points.toPoint(points.toUnit(at))).toBe(at);
      expect(points.slice(0, at)).toBe(characters.slice(0, at).join(''));
    }
  });

  it('move an offset inside a pair to its code point, and one outside to the end', () => {
    const points = new CodePoints('x😀y');
    expect([0, 1, 2, 3, 4, 99].map((unit) => points.toPoint(unit))).toEqual([0, 1, 1, 2, 3, 3]);
    expect([-1, 0, 1, 2, 3, 99].map((point) => points.toUnit(point))).toEqual([0, 0, 1, 3, 4, 4]);
  });
});
