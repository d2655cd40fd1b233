/** What clients of one OpenAPI document would miss in another: what they send must be taken, and what they read must be there. */

type Json = Readonly<Record<string, unknown>>;

interface Parameter extends Json {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Json;
}

/** Sent by clients, or read by them. */
type Direction = 'request' | 'response';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** @returns a sentence for each change that breaks a client, with the operation and the place */
export function breakingChanges(before: Json, after: Json): readonly string[] {
  return new Comparison(before, after).operations();
}

class Comparison {
  readonly found = new Set<string>();

  constructor(
    private readonly before: Json,
    private readonly after: Json,
  ) {}

  operations(): readonly string[] {
    for (const [path, methods] of entriesOf(this.before.paths)) {
      for (const method of METHODS.filter((one) => one in methods)) {
        const place = `${method.toUpperCase()} ${path}`;
        const now = objectIn(objectIn(this.after.paths)[path])[method];
        if (now === undefined) this.found.add(`${place}: is gone`);
        else this.operation(place, objectIn(methods[method]), objectIn(now));
      }
    }
    this.errorCodes();
    return [...this.found];
  }

  /** Programs compare them, whichever operation answers them. */
  private errorCodes(): void {
    const [was, now] = [this.before, this.after].map((document) =>
      resolve(document, { $ref: '#/components/schemas/ErrorCode' }),
    );
    this.words('ErrorCode', was ?? {}, now ?? {}, false);
  }

  private operation(place: string, was: Json, now: Json): void {
    if (was.operationId !== now.operationId) this.found.add(`${place}: has another operationId`);
    this.parameters(place, was, now);
    this.bodies(place, was, now);
    for (const [status, response] of entriesOf(was.responses)) {
      if (Number(status) >= 300) continue;
      const other = objectIn(now.responses)[status];
      if (other === undefined) this.found.add(`${place}: no longer answers ${status}`);
      else this.contents(`${place} ${status}`, response, objectIn(other), 'response');
    }
  }

  private parameters(place: string, was: Json, now: Json): void {
    const [old, present] = [this.parametersOf(this.before, was), this.parametersOf(this.after, now)];
    for (const [key, parameter] of old) {
      const other = present.get(key);
      if (other === undefined) this.found.add(`${place}: parameter ${key} is gone`);
      else {
        if (other.required === true && parameter.required !== true)
          this.found.add(`${place}: parameter ${key} is required`);
        this.schema(`${place}: parameter ${key}`, objectIn(parameter.schema), objectIn(other.schema), 'request');
      }
    }
    for (const [key, { required }] of present) {
      if (required === true && !old.has(key)) this.found.add(`${place}: parameter ${key} is required`);
    }
  }

  private parametersOf(document: Json, { parameters = [] }: Json): ReadonlyMap<string, Parameter> {
    const resolved = (parameters as readonly Json[]).map((one) => resolve(document, one) as Parameter);
    return new Map(resolved.map((one) => [`${one.in} ${one.name}`, one]));
  }

  private bodies(place: string, was: Json, now: Json): void {
    const [old, present] = [objectIn(was.requestBody), objectIn(now.requestBody)];
    if (present.required === true && old.required !== true) this.found.add(`${place}: the body is required`);
    if (was.requestBody !== undefined) this.contents(`${place}: body`, old, present, 'request');
  }

  private contents(place: string, was: Json, now: Json, direction: Direction): void {
    for (const [type, { schema }] of entriesOf(was.content)) {
      const other = objectIn(now.content)[type];
      if (other === undefined) this.found.add(`${place}: ${type} is gone`);
      else this.schema(place, objectIn(schema), objectIn(objectIn(other).schema), direction);
    }
  }

  private schema(place: string, sentBefore: Json, sentNow: Json, direction: Direction): void {
    const was = resolve(this.before, sentBefore);
    const now = resolve(this.after, sentNow);
    this.values(place, was, now, direction);
    this.fields(place, was, now, direction);
    if (was.items !== undefined && now.items !== undefined) {
      this.schema(`${place}[]`, objectIn(was.items), objectIn(now.items), direction);
    }
    const [old, present] = [listIn(was.oneOf), listIn(now.oneOf)];
    old.forEach((one, index) => {
      if (present[index] !== undefined) this.schema(place, one, present[index], direction);
      else this.found.add(`${place}: one form is gone`);
    });
  }

  /** What a value may be: no less than before where it is sent, no more where it is read. */
  private values(place: string, was: Json, now: Json, direction: Direction): void {
    const isSent = direction === 'request';
    const [wide, narrow] = isSent ? [was, now] : [now, was];
    const lost = typesOf(wide).filter((type) => !covers(typesOf(narrow), type));
    if (lost.length > 0) this.found.add(`${place}: ${isSent ? 'no longer takes' : 'may be'} ${lost.join(', ')}`);
    if (Array.isArray(was.enum) || (isSent && Array.isArray(now.enum))) this.words(place, was, now, isSent);
    if (isSent) this.limits(place, was, now);
  }

  private words(place: string, was: Json, now: Json, isSent: boolean): void {
    if (!Array.isArray(was.enum)) this.found.add(`${place}: takes certain words only`);
    if (!Array.isArray(was.enum) || !Array.isArray(now.enum)) return;
    const present: readonly unknown[] = now.enum;
    const gone = (was.enum as readonly unknown[]).filter((word) => !present.includes(word));
    if (gone.length > 0) this.found.add(`${place}: ${isSent ? 'no longer takes' : 'is never'} ${gone.join(', ')}`);
  }

  private limits(place: string, was: Json, now: Json): void {
    const rises = ['minimum', 'minLength', 'minItems'].filter(
      (name) => limit(now, name, -Infinity) > limit(was, name, -Infinity),
    );
    const falls = ['maximum', 'maxLength', 'maxItems'].filter(
      (name) => limit(now, name, Infinity) < limit(was, name, Infinity),
    );
    for (const name of [...rises, ...falls]) this.found.add(`${place}: ${name} is narrower`);
    for (const name of ['pattern', 'format', 'anyOf', 'allOf']) {
      const isOther = now[name] !== undefined && JSON.stringify(was[name]) !== JSON.stringify(now[name]);
      if (isOther) this.found.add(`${place}: has another ${name}`);
    }
    if (JSON.stringify(was.default) !== JSON.stringify(now.default)) this.found.add(`${place}: has another default`);
  }

  private fields(place: string, was: Json, now: Json, direction: Direction): void {
    const [old, present] = [objectIn(was.properties), objectIn(now.properties)];
    for (const [name, schema] of Object.entries(old)) {
      const other = present[name];
      if (other === undefined) this.found.add(`${place}: member ${name} is gone`);
      else this.schema(`${place}.${name}`, objectIn(schema), objectIn(other), direction);
    }
    const [wanted, given] = [listOfNames(was.required), listOfNames(now.required)];
    const [more, fewer] = [
      given.filter((name) => !wanted.includes(name)),
      wanted.filter((name) => !given.includes(name)),
    ];
    if (direction === 'request') for (const name of more) this.found.add(`${place}: member ${name} is required`);
    else for (const name of fewer) this.found.add(`${place}: member ${name} may be absent`);
  }
}

function objectIn(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function listIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function listOfNames(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

function entriesOf(value: unknown): readonly (readonly [string, Json])[] {
  return Object.entries(objectIn(value)).map(([name, field]) => [name, objectIn(field)]);
}

/** What a reference leads to; our references lead to components. */
function resolve(document: Json, schema: Json): Json {
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  const [, , group = '', name = ''] = $ref.split('/');
  return resolve(document, objectIn(objectIn(objectIn(document.components)[group])[name]));
}

const ANY = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];

/** Without a type it may be anything. */
function typesOf({ type }: Json): readonly string[] {
  if (type === undefined) return ANY;
  return Array.isArray(type) ? (type as readonly string[]) : [type as string];
}

function covers(types: readonly string[], type: string): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

function limit(schema: Json, name: string, none: number): number {
  const value = schema[name];
  return typeof value === 'number' ? value : none;
}
