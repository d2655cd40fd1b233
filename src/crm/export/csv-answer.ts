/** A CSV file as a REST answer. */
import type { RequestContext } from '../../access/identity/request-context.js';
import { linkTo } from '../../platform/rest/page.js';
import type { RestAnswer } from '../../platform/rest/routes.js';
import type { CsvFile } from './csv-export.service.js';

/** @param prefix of the file's name, e.g. `clients_export` */
export function csvAnswer(ctx: RequestContext, file: CsvFile, prefix: string, url: string): RestAnswer {
  const name = `${prefix}_${stampOf(new Date(), ctx.tenant.timeZone)}.csv`;
  const next = file.nextCursor === null ? undefined : nextLink(url, file.nextCursor);
  return {
    status: 200,
    stream: file.content,
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename=${name}`,
      'x-tenant-id': ctx.tenant.id,
      'x-total-rows': String(file.totalRows),
      ...(next && { link: next }),
    },
    digest: () => file.digest(),
  };
}

/** The same address, continued by cursor. */
function nextLink(url: string, cursor: string): string {
  const address = new URL(url, 'http://relative');
  address.searchParams.delete('page');
  return linkTo(address.pathname + address.search, 'cursor', cursor, 'next');
}

/** `20261122_143005` in the tenant's time zone. */
function stampOf(instant: Date, timeZone: string): string {
  const text = instant.toLocaleString('sv-SE', { timeZone });
  return text.replaceAll('-', '').replaceAll(':', '').replace(' ', '_');
}
