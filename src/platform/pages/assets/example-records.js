/**
 * The records that the examples act on. In an example's variables `"$customer.id"` stands for the id of the customer that a mutation
 * last returned. `$deletedCustomer` is the one that was last deleted. `$anyCustomer` may also be one that was only read: queries use it,
 * so that no example changes or deletes a record that the examples did not make or the user did not change here.
 */

const PLACEHOLDER = /"\$(customer|opportunity|activity|deletedCustomer|anyCustomer)\.(id|version|code)"/g;
const CHANGE = /^([a-z]+)(Customer|Opportunity|Activity)$/;

export class ExampleRecords {
  #records = new Map();

  /** Takes the records of a mutation's payloads. */
  note({ data, errors } = {}) {
    // What is known is out of date.
    if (errors?.some(({ extensions }) => ['NOT_FOUND', 'VERSION_CONFLICT'].includes(extensions?.code))) this.clear();
    for (const [field, payload] of Object.entries(data ?? {})) {
      const [, verb, type] = CHANGE.exec(field) ?? [];
      const name = type?.toLowerCase();
      const record = payload?.[name];
      if (!record) continue;
      if (verb === 'delete') this.#noteDeletion(name, record);
      else this.#noteRecord(name, record);
    }
  }

  /** Takes a customer that was read. */
  noteRead(customer) {
    if (customer) this.#records.set('anyCustomer', customer);
  }

  clear() {
    this.#records.clear();
  }

  /** @returns the names of the records that the text asks for and that are not known */
  missing(text) {
    return [...text.matchAll(PLACEHOLDER)]
      .filter(([, name, property]) => this.#value(name, property) === undefined)
      .map(([, name]) => name);
  }

  /** @returns the text with the placeholders replaced whose records are known */
  fill(text) {
    return text.replace(PLACEHOLDER, (placeholder, name, property) => {
      const value = this.#value(name, property);
      return value === undefined ? placeholder : JSON.stringify(value);
    });
  }

  #value(name, property) {
    const record = (name === 'anyCustomer' && this.#records.get('customer')) || this.#records.get(name);
    return record?.[property];
  }

  #noteRecord(name, record) {
    // Winning an opportunity changes its customer too.
    if (name !== 'customer' && record.customer?.id) this.#noteRecord('customer', record.customer);
    const known = this.#records.get(name);
    const isSame = known?.id === record.id;
    if (name === 'customer' && !isSame) this.#forgetChildren();
    this.#records.set(name, isSame ? { ...known, ...record } : record);
  }

  #noteDeletion(name, record) {
    this.#records.delete(name);
    if (name !== 'customer') return;
    this.#forgetChildren();
    this.#records.delete('anyCustomer');
    this.#records.set('deletedCustomer', record);
  }

  /** They belong to the customer before. */
  #forgetChildren() {
    this.#records.delete('opportunity');
    this.#records.delete('activity');
  }
}

/** @returns whether the text is an example's variables with nothing changed but the placeholders' values */
export function isFilledFrom(template, text) {
  const parts = template.split(/"\$\w+\.\w+"/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('(?:"[^"\\n]*"|\\d+)')}$`).test(text);
}
