/**
 * The parsed and validated documents of identified callers. This is the only cache of documents in the process, and it is bounded in
 * bytes. Apollo's document store and its persisted queries are views of it. Other caches (plans, costs, selections) are WeakMaps keyed
 * by nodes of a document, so their entries are freed with it.
 */
import { Kind, type DocumentNode } from 'graphql';
import { openAccount } from '../graphql-schema/kept-bytes.js';

interface Entry {
  readonly text: string;
  readonly document: DocumentNode;
  /** Apollo's keys, which are hashes: one for the document and one for the persisted text. */
  readonly keys: string[];
  bytes: number;
}

/** The interface of a cache for Apollo. */
interface Store<V> {
  get(key: string): Promise<V | undefined>;
  set(key: string, value: V): Promise<void>;
  delete(key: string): Promise<boolean>;
}

export interface DocumentsOptions {
  /** Limit for all documents together, as estimated by this file and by the callers of `countKept`. */
  readonly maxBytes: number;
  /** A larger document is executed but not kept. */
  readonly maxDocumentBytes: number;
}

/** Enough for about 500 documents of usual size, or 60 of the largest. At most 8 MiB of it are texts. */
export const DEFAULT_DOCUMENTS: DocumentsOptions = { maxBytes: 50_331_648, maxDocumentBytes: 8_388_608 };

/** Memory per token, with its position and its share of a node. Measured: 230 to 540. */
const BYTES_PER_TOKEN = 550;
/** A document counts at least this multiple of its text, so all texts together take at most a sixth of `maxBytes`. */
const SHARE_OF_TEXT = 6;
const BYTES_PER_CHARACTER = 2;

export class Documents {
  /** In order of use, the least recently used first. */
  private readonly byText = new Map<string, Entry>();
  private readonly byKey = new Map<string, Entry>();
  private newest: Entry | undefined;
  private bytes = 0;

  constructor(private readonly options: DocumentsOptions) {}

  /** For Apollo: parsed and validated documents. */
  readonly parsed: Store<DocumentNode> = this.storeOf(
    ({ document }) => document,
    (document) => this.keep(document),
  );

  /** For Apollo: the texts of persisted queries. Only texts of kept documents are found. */
  readonly persisted: Store<string> = this.storeOf(
    (entry) => {
      this.touch(entry);
      return entry.text;
    },
    (text) => this.byText.get(text),
  );

  /** True when the text has already passed every check. The call counts as a use of the document. */
  knows(text: string): boolean {
    const entry = this.byText.get(text);
    if (entry === undefined) return false;
    this.touch(entry);
    return true;
  }

  private storeOf<V>(read: (entry: Entry) => V, find: (value: V) => Entry | undefined): Store<V> {
    return {
      get: (key) => {
        const entry = this.byKey.get(key);
        return Promise.resolve(entry && read(entry));
      },
      set: (key, value) => {
        const entry = find(value);
        if (entry !== undefined && !this.byKey.has(key)) {
          this.byKey.set(key, entry);
          entry.keys.push(key);
        }
        return Promise.resolve();
      },
      // Apollo never calls it. Documents are removed when they are the least recently used.
      delete: () => Promise.resolve(false),
    };
  }

  /** @returns undefined when the document is too large, or another request has added the same text in the meantime */
  private keep(document: DocumentNode): Entry | undefined {
    const text = document.loc?.source.body;
    if (text === undefined || this.byText.has(text)) return undefined;
    const entry: Entry = { text, document, keys: [], bytes: 0 };
    this.byText.set(text, entry);
    this.newest = entry;
    this.grow(entry, sizeOf(document, text));
    if (!this.isKept(entry)) return undefined;
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      openAccount(definition, (bytes) => {
        if (this.isKept(entry)) this.grow(entry, bytes);
      });
    }
    return entry;
  }

  private isKept(entry: Entry): boolean {
    return this.byText.get(entry.text) === entry;
  }

  private grow(entry: Entry, bytes: number): void {
    entry.bytes += bytes;
    this.bytes += bytes;
    if (entry.bytes > this.options.maxDocumentBytes) this.forget(entry);
    for (const oldest of this.byText.values()) {
      if (this.bytes <= this.options.maxBytes) return;
      this.forget(oldest);
    }
  }

  private forget(entry: Entry): void {
    this.byText.delete(entry.text);
    for (const key of entry.keys) this.byKey.delete(key);
    this.bytes -= entry.bytes;
    if (this.newest === entry) this.newest = undefined;
  }

  private touch(entry: Entry): void {
    if (this.newest === entry) return;
    this.byText.delete(entry.text);
    this.byText.set(entry.text, entry);
    this.newest = entry;
  }
}

function sizeOf(document: DocumentNode, text: string): number {
  let tokens = 0;
  for (let token = document.loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  const bytesOfText = text.length * BYTES_PER_CHARACTER;
  return Math.max(bytesOfText * SHARE_OF_TEXT, bytesOfText + tokens * BYTES_PER_TOKEN);
}
