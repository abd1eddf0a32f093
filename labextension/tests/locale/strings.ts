/// <reference types="vite/client" />
/** Every text that the sources give to the translator, found in their syntax. */
import ts from 'typescript';

/** A text as a catalogue names it, with its plural where a number decides. */
export interface Translated {
  readonly text: string;
  readonly plural?: string;
}

const SOURCES = import.meta.glob<string>('../../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export function allStrings(): Translated[] {
  return Object.entries(SOURCES).flatMap(([path, code]) => stringsIn(path, code));
}

function stringsIn(path: string, code: string): Translated[] {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, kind);
  const found: Translated[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const method = node.expression.name.text;
      if (method === '__' || method === '_n') {
        const [text, plural] = node.arguments.map((each) => textOf(each, method, path));
        found.push(
          method === '__' ? { text: text ?? '' } : { text: text ?? '', plural: plural ?? '' },
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(node: ts.Expression, method: string, path: string): string {
  const call = node.parent as ts.CallExpression;
  const needed = call.arguments.indexOf(node) < (method === '_n' ? 2 : 1);
  if (ts.isStringLiteralLike(node)) {
    return node.text;
  }
  if (needed) {
    throw new Error(`${path}: a text for the translator stands there itself: ${call.getText()}`);
  }
  return '';
}
