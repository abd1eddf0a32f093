import { describe, expect, it } from 'vitest';

import { escapeHtml, tooltipHtml } from '../../src/vega/tooltip';

const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(1)</script>&'`;

function shown(value: unknown): HTMLElement {
  const node = document.createElement('div');
  node.innerHTML = tooltipHtml(value, String, 2);
  return node;
}

describe('tooltipHtml', () => {
  it.each([
    ['a text', HOSTILE],
    ['a cell', { topic: HOSTILE }],
    ['a column name', { [HOSTILE]: 1 }],
    ['a list', [HOSTILE, HOSTILE]],
    ['a nested value', { topic: { deep: [HOSTILE] } }],
    ['a title', { title: HOSTILE }],
    ['an image', { image: HOSTILE }],
  ])('shows markup in %s as text', (_what, value) => {
    const node = shown(value);
    expect(node.querySelectorAll(':not(table, tbody, tr, td)')).toHaveLength(0);
    expect(node.textContent).toContain('<script>');
  });

  it('shows an address in a column named image, and loads nothing', () => {
    const node = shown({ image: 'https://example.org/cell.png', topic: 'cells' });
    expect(node.querySelector('img')).toBeNull();
    expect(node.querySelectorAll('tr')).toHaveLength(2);
    expect(node.textContent).toContain('https://example.org/cell.png');
  });

  it('names a column called title like any other', () => {
    const [name] = shown({ title: 'On cells' }).querySelectorAll('td');
    expect(name?.textContent.trim()).toBe('title');
  });
});

describe('escapeHtml', () => {
  it('is undone by reading the text back', () => {
    const node = document.createElement('div');
    node.innerHTML = `<b title="${escapeHtml(HOSTILE)}">${escapeHtml(HOSTILE)}</b>`;
    expect(node.firstElementChild?.textContent).toBe(HOSTILE);
    expect(node.firstElementChild?.getAttribute('title')).toBe(HOSTILE);
  });
});
