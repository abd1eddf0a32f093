/** Tasks of every kind, with records to look at. */
import type {
  Item,
  SpanView,
  SuggestionView,
  TaskView,
  ValueView,
} from '../../src/protocol/messages';
import { FakeKernel } from '../review/fakeKernel';

type Scheme = Omit<TaskView, 'counts'>;

const TOPICS = [
  ['genomics', 'sequencing, expression and variants of genes'],
  ['imaging', 'MRI, CT or microscopy'],
  ['epidemiology', 'how disease spreads in populations'],
  ['methods', 'statistics, software or laboratory protocols without a finding of their own'],
] as const;

const ABSTRACTS = [
  'We sequenced the exomes of 412 patients with early-onset cardiomyopathy and found rare truncating variants in TTN in one of six. Cardiac MRI at follow-up showed a lower ejection fraction in carriers than in non-carriers (43 % against 51 %), which suggests that genotype should guide surveillance.',
  'Light-sheet microscopy of cleared mouse brains was registered to a common atlas. A convolutional network counted c-Fos positive nuclei in 246 regions, and agreed with two observers as well as they did with each other.',
  'Between March and June the reproduction number fell from 2.4 to 0.8. We fit a renewal model to hospital admissions in 31 districts and estimate that closing schools explains a tenth of the decline.',
  'A package for reproducible preprocessing of diffusion MRI is described. It runs in a container, writes a provenance record beside every derivative, and is tested on six public data sets.',
];

const MODEL = 'sentence-transformers/all-MiniLM-L6-v2@8b3219a';

export function suggest(value: ValueView, more: Partial<SuggestionView> = {}): SuggestionView {
  return {
    id: 1,
    value,
    score: 0.41,
    alternatives: [],
    evidence: {},
    reason: '',
    model: MODEL,
    run: 3,
    created: Date.UTC(2026, 10, 20, 9, 30),
    ...more,
  };
}

export function item(record: string, text: string, more: Partial<Item> = {}): Item {
  return {
    record,
    fields: [{ column: 'abstract', text, cut: 0 }],
    image: null,
    suggestion: null,
    blind: false,
    share: 'uncertain',
    why: 'The model is unsure: imaging 0.41, genomics 0.39',
    mine: null,
    others: [],
    ...more,
  };
}

export function scheme(more: Partial<Scheme> = {}): Scheme {
  return {
    name: 'topic',
    version: 1,
    kind: 'label',
    input: 'text',
    columns: ['abstract'],
    labels: TOPICS.map(([name, description]) => ({ name, description })),
    instructions: '',
    overlapping: false,
    models: [MODEL],
    ...more,
  };
}

const LIKELY = [
  { label: 'imaging', score: 0.41 },
  { label: 'genomics', score: 0.39 },
  { label: 'epidemiology', score: 0.12 },
  { label: 'methods', score: 0.08 },
];

export function labelKernel(count = 400): FakeKernel {
  const items = Array.from({ length: count }, (_, at) => {
    const record = at.toString(16).padStart(32, '0');
    const blind = at % 10 === 1;
    return item(record, ABSTRACTS[at % ABSTRACTS.length] ?? '', {
      suggestion: blind ? null : suggest('imaging', { id: at + 1, alternatives: LIKELY }),
      blind,
      ...(blind && {
        share: 'blind',
        why: 'Drawn at random, with the suggestion hidden: answer by yourself',
      }),
      ...(at % 10 === 2 && {
        share: 'audit',
        why: 'Drawn at random for the audit: all records are equally likely',
      }),
    });
  });
  const kernel = new FakeKernel(scheme(), items);
  items
    .filter(({ blind }) => blind)
    .forEach(({ record }) => kernel.hidden.set(record, suggest('genomics')));
  return kernel;
}

export function labelsKernel(): FakeKernel {
  return new FakeKernel(
    scheme({
      name: 'fields',
      kind: 'labels',
      instructions: 'Choose every field that the work adds to, not those that it only uses.',
    }),
    ABSTRACTS.map((text, at) =>
      item(String(at), text, {
        suggestion: suggest(['imaging', 'genomics'], { alternatives: LIKELY }),
      }),
    ),
  );
}

export function manyKernel(): FakeKernel {
  const labels = Array.from({ length: 10_000 }, (_, at) => ({
    name: `MeSH ${String(at).padStart(5, '0')}`,
    description: at % 3 ? '' : `descriptor number ${at}`,
  }));
  const alternatives = [17, 4021, 900].map((at, place) => ({
    label: `MeSH ${String(at).padStart(5, '0')}`,
    score: 0.5 / (place + 1),
  }));
  return new FakeKernel(
    scheme({ name: 'mesh', labels }),
    ABSTRACTS.map((text, at) =>
      item(String(at), text, { suggestion: suggest('MeSH 00017', { score: 0.5, alternatives }) }),
    ),
  );
}

function spansOf(text: string, ...found: readonly (readonly [string, string])[]): SpanView[] {
  return found.map(([words, label]) => {
    const start = Array.from(text.slice(0, text.indexOf(words))).length;
    return { start, end: start + Array.from(words).length, label, text: words, score: 0.9 };
  });
}

const HOSTILE =
  '<script>alert(1)</script> <img src=x onerror="alert(2)"> 👩‍🔬👩‍🔬 ذهب العالم إلى المختبر 基因组测序\r\ne\u0301\u0301 \u202eabc\u202c \u0000\u0007 end';

export function spansKernel(): FakeKernel {
  const text = ABSTRACTS[0] ?? '';
  const found = spansOf(
    text,
    ['412 patients', 'population'],
    ['early-onset cardiomyopathy', 'disease'],
    ['cardiomyopathy and found rare truncating variants in TTN', 'finding'],
    ['TTN', 'gene'],
    ['Cardiac MRI', 'method'],
  );
  const labels = ['population', 'disease', 'gene', 'method', 'finding'].map((name) => ({
    name,
    description: '',
  }));
  return new FakeKernel(
    scheme({ name: 'entities', kind: 'spans', overlapping: true, labels }),
    [text, HOSTILE, ...ABSTRACTS.slice(1)].map((its, at) =>
      item(String(at), its, { suggestion: suggest(at ? [] : found) }),
    ),
  );
}

export function textKernel(): FakeKernel {
  return new FakeKernel(
    scheme({
      name: 'summary',
      kind: 'text',
      labels: [],
      instructions: 'One sentence, in plain words, without numbers.',
    }),
    ABSTRACTS.map((text, at) =>
      item(String(at), text, {
        suggestion: suggest('Carriers of TTN variants had weaker hearts.', { score: null }),
        why: 'Unlike what was answered so far',
        share: 'diverse',
      }),
    ),
  );
}

export function valueKernel(): FakeKernel {
  const cells = [
    ['2O23-11-05', '2023-11-05', 'The letter O stands among digits'],
    ['37,2 C', '37.2 °C', 'Another unit sign than in the column'],
  ] as const;
  return new FakeKernel(
    scheme({ name: 'repair', kind: 'value', columns: ['measured', 'site', 'reading'], labels: [] }),
    cells.map(([old, value, why], at) => ({
      ...item(String(at), old, {
        suggestion: suggest(value, {
          score: 0.93,
          alternatives: [
            { label: value, score: 0.93 },
            { label: '2023-11-15', score: 0.04 },
            { label: '', score: 0.02 },
          ],
          evidence: {
            source: 'format',
            words: {
              [value]: 'written as the other cells of the column',
              '2023-11-15': 'stands in 3 of 4 rows of this site',
              '': 'nothing is known of it',
            },
          },
        }),
        why,
      }),
      fields: [
        { column: 'measured', text: old, cut: 0 },
        { column: 'site', text: 'Station 4, upper basin', cut: 0 },
        { column: 'reading', text: '8.71', cut: 0 },
      ],
    })),
  );
}

/** Rows of a table of which some cells look wrong. */
export function cellsKernel(): FakeKernel {
  const columns = [
    'city',
    'zip',
    'county',
    'state',
    'phone',
    'owner',
    'kind',
    'beds',
    'rate',
    'year',
  ];
  const texts = [
    'Birmingxam',
    '35233',
    'JEFFERSON',
    'AL',
    '2053258100',
    'private',
    'acute',
    '12',
    '97 %',
    '2O11',
  ];
  const words = {
    city: "looks like 'Birmingham', which stands in 42 rows",
    year: 'does not fit the pattern of 98 % of the column',
  };
  return new FakeKernel(
    scheme({
      name: 'hospital.errors',
      kind: 'labels',
      columns,
      labels: [...columns, '(row)'].map((name) => ({ name, description: '' })),
    }),
    [0, 1].map((at) => ({
      ...item(String(at), '', {
        share: 'chosen',
        why: 'Your answer teaches most: the detectors are unsure',
        suggestion: suggest(['city', 'year'], {
          score: 0.8,
          alternatives: [
            { label: 'city', score: 0.9 },
            { label: 'year', score: 0.7 },
          ],
          evidence: { words, detectors: { city: 'typos', year: 'pattern' } },
        }),
      }),
      fields: columns.map((column, place) => ({ column, text: texts[place] ?? '', cut: 0 })),
    })),
  );
}

export function imageKernel(): FakeKernel {
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="420"><rect width="640" height="420" fill="#20252b"/><g fill="#7fd1ae"><circle cx="180" cy="160" r="62"/><circle cx="430" cy="250" r="84" fill="#8aa7ff"/><circle cx="330" cy="90" r="30"/></g></svg>`;
  return new FakeKernel(
    scheme({ name: 'cells', input: 'image', columns: ['file'] }),
    [0, 1].map((at) =>
      item(String(at), `plate-07/well-B${at + 1}.png`, {
        image: {
          mime: 'image/svg+xml',
          data: btoa(picture),
          width: 640,
          height: 420,
          source: `plate-07/well-B${at + 1}.png`,
          problem: '',
        },
        suggestion: suggest('imaging', {
          alternatives: LIKELY,
          evidence: {
            boxes: [
              { label: 'nucleus', score: 0.9, box: [118, 98, 242, 222] },
              { label: 'cell', score: 0.8, box: [346, 166, 514, 334] },
            ],
          },
        }),
      }),
    ),
  );
}

export function disputeKernel(): FakeKernel {
  const kernel = labelKernel(10);
  kernel.items.forEach((its, at) => {
    const other = (
      id: number,
      annotator: string,
      value: ValueView,
      note = '',
    ): Item['others'][number] => ({
      id,
      key: `other-${id}`,
      record: its.record,
      decision: value === null ? 'flagged' : 'corrected',
      value,
      annotator,
      role: 'annotator',
      share: 'random',
      blind: false,
      seconds: 4,
      note,
      created: Date.now(),
      undone: false,
    });
    kernel.items[at] = {
      ...its,
      share: 'annotators',
      why: 'People disagree: genomics (Ana), imaging (Ben)',
      blind: false,
      suggestion: suggest('imaging', { alternatives: LIKELY }),
      others: [
        other(1, 'Ana', 'genomics', 'the finding is genetic'),
        other(2, 'Ben', 'imaging'),
        other(3, '山田', null, 'please look'),
      ],
    };
  });
  return kernel;
}

export function errorsKernel(): FakeKernel {
  const kernel = labelKernel(10);
  kernel.items.forEach((its, at) => {
    kernel.items[at] = {
      ...its,
      share: 'errors',
      why: 'Likely label error: Ana said genomics; by the other answers it is imaging (0.93 against 0.02)',
      blind: false,
      suggestion: suggest('imaging', { evidence: { given: 'genomics', given_by: ['Ana'] } }),
      mine: {
        id: at + 1,
        key: `mine-${at}`,
        record: its.record,
        decision: 'corrected',
        value: 'genomics',
        annotator: 'Ana',
        role: 'annotator',
        share: 'random',
        blind: false,
        seconds: 4,
        note: '',
        created: Date.now(),
        undone: false,
      },
    };
  });
  return kernel;
}

export const EXAMPLES: Readonly<Record<string, () => FakeKernel>> = {
  label: labelKernel,
  labels: labelsKernel,
  many: manyKernel,
  spans: spansKernel,
  text: textKernel,
  value: valueKernel,
  cells: cellsKernel,
  image: imageKernel,
  dispute: disputeKernel,
  errors: errorsKernel,
};
