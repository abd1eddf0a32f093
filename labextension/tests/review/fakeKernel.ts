/** A kernel in memory: it keeps what the protocol promises, and can be slow, busy or gone. */
import type {
  Acknowledged,
  Counts,
  Event,
  Filter,
  Item,
  Methods,
  Problem,
  Reply,
  Request,
  ResponseView,
  SuggestionView,
  TaskView,
  ValueView,
  Verb,
} from '../../src/protocol/messages';
import type { Transport, TransportListener } from '../../src/protocol/transport';

type Params<M extends keyof Methods> = Methods[M]['params'];

/** Thrown by a method in place of a result. */
export class FakeProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

export class FakeKernel {
  /** Every request that came, in order. */
  readonly requests: Request[] = [];
  readonly responses: ResponseView[] = [];
  readonly undone = new Set<string>();
  /** Suggestions that blind items hide, by record. */
  readonly hidden = new Map<string, SuggestionView>();
  /** While it is busy nothing is answered. */
  busy = false;
  /** Milliseconds to a reply; `null` answers in a microtask. */
  delay: number | null = null;
  /** Problems of the next requests of a method. */
  readonly failing = new Map<string, Problem>();
  held = 0;
  private readonly queues = new Set<string>();
  private readonly bulks = new Map<string, string[]>();
  private readonly dealt = new Set<string>();
  private listener: TransportListener | null = null;
  private waiting: Request[] = [];
  private restarts = 0;

  constructor(
    readonly task: Omit<TaskView, 'counts'>,
    readonly items: Item[],
    readonly annotator = 'ada',
  ) {}

  /** A new way to this kernel. */
  transport(): Transport {
    let open = true;
    return {
      subshells: true,
      send: (request) => {
        if (!open) {
          throw new Error('closed');
        }
        this.receive(request);
      },
      listen: (listener) => {
        this.listener = listener;
      },
      close: () => {
        open = false;
        this.listener = null;
        this.waiting = [];
      },
    };
  }

  /** Forget queues, as a kernel that is started again does. What is stored stays. */
  restart(): void {
    this.queues.clear();
    this.dealt.clear();
    this.restarts += 1;
    const { listener } = this;
    this.listener = null;
    this.waiting = [];
    listener?.closed();
  }

  /** Answer what waited. */
  free(): void {
    this.busy = false;
    this.waiting.splice(0).forEach((request) => {
      this.answer(request);
    });
  }

  tell(event: Event): void {
    this.listener?.event(event);
  }

  /** The responses that hold, by record. */
  holding(): Map<string, ResponseView> {
    const holding = this.responses.filter(({ key }) => !this.undone.has(key));
    return new Map(holding.map((response) => [response.record, response]));
  }

  private receive(request: Request): void {
    this.requests.push(request);
    if (this.busy) {
      this.waiting.push(request);
    } else if (this.delay === null) {
      queueMicrotask(() => {
        this.answer(request);
      });
    } else {
      setTimeout(() => {
        this.answer(request);
      }, this.delay);
    }
  }

  private answer(request: Request): void {
    this.listener?.reply(this.reply(request));
  }

  private reply({ id, method, params = {} }: Request): Reply {
    const problem = this.failing.get(method);
    if (problem) {
      this.failing.delete(method);
      return { id, result: null, problem };
    }
    try {
      return { id, result: this.call(method, params) as Record<string, unknown>, problem: null };
    } catch (reason) {
      if (reason instanceof FakeProblem) {
        return { id, result: null, problem: reason.problem };
      }
      throw reason;
    }
  }

  private call(method: string, params: Record<string, unknown>): unknown {
    const queue = params.queue;
    if (typeof queue === 'string' && method !== 'open' && !this.queues.has(queue)) {
      throw new FakeProblem({ kind: 'queue', message: 'this kernel does not know the queue' });
    }
    switch (method) {
      case 'hello':
        return {
          protocol: 1,
          package: '0.0',
          store: '/store.db',
          annotator: this.annotator,
          subshells: true,
        };
      case 'open':
        return this.open();
      case 'next':
        return this.next(params as unknown as Params<'next'>);
      case 'respond':
        return this.respond(params as unknown as Params<'respond'>);
      case 'undo':
        return this.undo(params as unknown as Params<'undo'>);
      case 'history':
        return this.history(params as unknown as Params<'history'>);
      case 'look':
        return { item: this.look((params as unknown as Params<'look'>).record) };
      case 'bulk_count':
        return this.bulkCount(params as unknown as Params<'bulk_count'>);
      case 'bulk':
        return this.bulk(params as unknown as Params<'bulk'>);
      case 'release':
        return this.release(params as unknown as Params<'release'>);
      default:
        throw new FakeProblem({ kind: 'protocol', message: `no method ${method}` });
    }
  }

  private open(): Methods['open']['result'] {
    const queue = `queue-${this.restarts}-${this.queues.size}`;
    this.queues.add(queue);
    const items = this.deal(20, []);
    return { queue, task: { ...this.task, counts: this.counts() }, items, held: this.held };
  }

  private next({ count = 20, have = [] }: Params<'next'>): Methods['next']['result'] {
    return { items: this.deal(count, have), counts: this.counts(), held: this.held };
  }

  private deal(count: number, have: readonly string[]): Item[] {
    const answered = this.holding();
    const found = this.items
      .filter(({ record }) => !answered.has(record) && !have.includes(record))
      .filter(({ record }) => !this.dealt.has(record))
      .slice(0, count);
    found.forEach(({ record }) => this.dealt.add(record));
    return found;
  }

  private release({ records }: Params<'release'>): Methods['release']['result'] {
    records.forEach((record) => this.dealt.delete(record));
    return { released: records.length };
  }

  private respond(params: Params<'respond'>): Acknowledged {
    const known = this.responses.find(({ key }) => key === params.key);
    const item = this.look(params.record);
    const suggestion = this.hidden.get(params.record) ?? item.suggestion;
    const response = known ?? this.store(params, suggestion);
    const revealed = this.hidden.get(params.record) ?? null;
    return { response, counts: this.counts(), revealed, item: null };
  }

  private store(
    params: Pick<Params<'respond'>, 'key' | 'record' | 'verb' | 'share'> &
      Partial<Params<'respond'>>,
    suggestion: SuggestionView | null,
  ): ResponseView {
    const response: ResponseView = {
      id: this.responses.length + 1,
      key: params.key,
      record: params.record,
      decision: decide(params.verb, params.value ?? null, suggestion),
      value: params.value ?? null,
      annotator: this.annotator,
      role: 'annotator',
      share: params.share,
      blind: params.blind ?? false,
      seconds: params.seconds ?? null,
      note: params.note ?? '',
      created: Date.now(),
      undone: false,
    };
    this.responses.push(response);
    this.dealt.delete(params.record);
    return response;
  }

  private undo({ undoes }: Params<'undo'>): Acknowledged {
    const many = this.bulks.get(undoes ?? '');
    if (many) {
      many.forEach((key) => this.undone.add(key));
    }
    const holding = this.responses.filter(({ key }) => !this.undone.has(key));
    const response = many
      ? this.responses.find(({ key }) => key === many[0])
      : undoes
        ? holding.find(({ key }) => key === undoes)
        : holding.at(-1);
    if (!response) {
      throw new FakeProblem({ kind: 'mistake', message: 'there is nothing to undo' });
    }
    this.undone.add(response.key);
    const item = many ? null : { ...this.look(response.record), mine: null };
    return { response, counts: this.counts(), revealed: null, item };
  }

  private history({ limit = 50, before }: Params<'history'>): Methods['history']['result'] {
    const found = this.responses
      .filter(({ id }) => id < (before ?? Infinity))
      .reverse()
      .slice(0, limit);
    const entries = found.map((response) => ({
      response: { ...response, undone: this.undone.has(response.key) },
      excerpt: this.look(response.record).fields[0]?.text.slice(0, 120) ?? '',
    }));
    return { entries };
  }

  private look(record: string): Item {
    const item = this.items.find((its) => its.record === record);
    if (!item) {
      throw new FakeProblem({ kind: 'mistake', message: 'there is no such record' });
    }
    return { ...item, mine: this.holding().get(record) ?? null };
  }

  private matching(filter: Filter): Item[] {
    const answered = this.holding();
    return this.items.filter(
      ({ record, suggestion, fields }) =>
        !answered.has(record) &&
        (typeof filter.suggested !== 'string' || suggestion?.value === filter.suggested) &&
        (typeof filter.low !== 'number' || (suggestion?.score ?? 0) >= filter.low) &&
        (typeof filter.high !== 'number' || (suggestion?.score ?? 0) < filter.high) &&
        (!filter.text || fields.some(({ text }) => text.includes(filter.text ?? ''))),
    );
  }

  private bulkCount({ filter }: Params<'bulk_count'>): Methods['bulk_count']['result'] {
    const found = this.matching(filter);
    return { count: found.length, items: found.slice(0, 3) };
  }

  private bulk({ key, filter, verb, value, note }: Params<'bulk'>): Methods['bulk']['result'] {
    const found = this.matching(filter);
    const keys = found.map((item, at) => {
      const said = value ?? (verb === 'accept' ? (item.suggestion?.value ?? null) : null);
      const { record, share, suggestion } = item;
      this.store(
        { key: `${key}:${at}`, record, verb, share, value: said, note: note ?? '' },
        suggestion,
      );
      return `${key}:${at}`;
    });
    this.bulks.set(key, keys);
    return { stored: found.length, counts: this.counts() };
  }

  private counts(): Counts {
    const holding = [...this.holding().values()];
    const number = (...decisions: string[]): number =>
      holding.filter(({ decision }) => decisions.includes(decision)).length;
    const judged = number('accepted', 'corrected', 'rejected');
    return {
      records: this.items.length,
      answered: holding.length,
      accepted: number('accepted'),
      corrected: number('corrected'),
      rejected: number('rejected'),
      skipped: number('skipped'),
      flagged: number('flagged'),
      left: this.items.length - holding.length,
      agreement: judged ? number('accepted') / judged : null,
      rate: holding.length ? 720 : null,
      seconds_left: holding.length ? (this.items.length - holding.length) * 5 : null,
    };
  }
}

function decide(
  verb: Verb,
  value: ValueView,
  suggestion: SuggestionView | null,
): ResponseView['decision'] {
  switch (verb) {
    case 'accept':
      return JSON.stringify(value) === JSON.stringify(suggestion?.value) ? 'accepted' : 'corrected';
    case 'reject':
      return 'rejected';
    case 'skip':
      return 'skipped';
    case 'flag':
      return 'flagged';
  }
}
