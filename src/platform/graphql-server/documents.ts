/**
 * The parsed and validated documents of identified callers. This is the only cache of documents in the process, and it is bounded in
 * bytes. Apollo's document store and its persisted queries are views of it. Other caches (plans, costs, selections) are WeakMaps keyed
 * by nodes of a document, so their entries are freed with it.
 */
import { Kind, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { openAccount } from '../graphql-schema/kept-bytes.js';

interface Entry {
  readonly text: string;
  readonly document: DocumentNode;
  /** Apollo's keys, which are hashes: one for the document and one for the persisted text. */
  readonly keys: string[];
  readonly bytes: number;
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
  private readonly byText: LRUCache<string, Entry>;
  /** Apollo's keys, each with the text of its document. */
  private readonly texts = new Map<string, string>();

  constructor(private readonly options: DocumentsOptions) {
    this.byText = new LRUCache({
      maxSize: options.maxBytes,
      sizeCalculation: ({ bytes }) => bytes,
      dispose: ({ keys }, _text, reason) => {
        // An entry that is replaced leaves its keys to the new one.
        if (reason !== 'set') for (const key of keys) this.texts.delete(key);
      },
    });
  }

  /** For Apollo: parsed and validated documents. */
  readonly parsed: Store<DocumentNode> = this.storeOf(
    ({ document }) => document,
    (document) => this.keep(document),
  );

  /** For Apollo: the texts of persisted queries. Only texts of kept documents are found. */
  readonly persisted: Store<string> = this.storeOf(
    ({ text }) => text,
    (text) => this.byText.get(text),
  );

  /** True when the text has already passed every check. The call counts as a use of the document. */
  knows(text: string): boolean {
    return this.byText.get(text) !== undefined;
  }

  private storeOf<V>(read: (entry: Entry) => V, find: (value: V) => Entry | undefined): Store<V> {
    return {
      get: (key) => {
        const text = this.texts.get(key);
        const entry = text === undefined ? undefined : this.byText.get(text);
        return Promise.resolve(entry && read(entry));
      },
      set: (key, value) => {
        const entry = find(value);
        if (entry !== undefined && !this.texts.has(key)) {
          this.texts.set(key, entry.text);
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
    this.grow({ text, document, keys: [], bytes: 0 }, sizeOf(document, text));
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      openAccount(definition, (bytes) => {
        const entry = this.byText.peek(text);
        if (entry?.document === document) this.grow(entry, bytes);
      });
    }
    return this.byText.peek(text);
  }

  private grow(entry: Entry, added: number): void {
    const { maxBytes, maxDocumentBytes } = this.options;
    const bytes = entry.bytes + added;
    if (bytes > Math.min(maxBytes, maxDocumentBytes)) this.byText.delete(entry.text);
    else this.byText.set(entry.text, { ...entry, bytes });
  }
}

function sizeOf(document: DocumentNode, text: string): number {
  let tokens = 0;
  for (let token = document.loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  const bytesOfText = text.length * BYTES_PER_CHARACTER;
  return Math.max(bytesOfText * SHARE_OF_TEXT, bytesOfText + tokens * BYTES_PER_TOKEN);
}
