/** Ends an export early: when its caller leaves or reads too slowly, or when it takes too long. */
import { AppError } from '../../platform/errors/errors.js';
import type { ExportLimits } from '../../tenancy/export-limits.js';
import type { DigestedFile } from './digested-file.js';

/** Checks of a file per window. */
const LOOKS_PER_WINDOW = 15;

/** An export that is cut before its first byte was sent is answered with 503. */
function cutBecause(reason: string): AppError {
  return new AppError('UNAVAILABLE', undefined, { cause: new Error(`The export was cut: ${reason}.`) });
}

/** Enforces the limits of one export, from the moment it has its slot. */
export class ExportCut {
  private readonly controller = new AbortController();
  private readonly deadline: NodeJS.Timeout;
  private looking: NodeJS.Timeout | undefined;
  private file: DigestedFile | undefined;

  /** @param caller aborted when the caller has left */
  constructor(
    private readonly limits: ExportLimits,
    private readonly caller: AbortSignal,
  ) {
    const { fileMs } = limits;
    this.deadline = setTimeout(() => {
      this.cut(cutBecause(`it took longer than ${fileMs} ms`));
    }, fileMs);
    caller.addEventListener('abort', this.onLeft);
    if (caller.aborted) this.onLeft();
  }

  /** Aborted when the export must end. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Holds the reader to its limits until the file is closed. */
  watch(file: DigestedFile): void {
    this.file = file;
    const { windowMs } = this.limits;
    const taken: number[] = [];
    this.looking = setInterval(() => {
      this.look(file, taken);
    }, windowMs / LOOKS_PER_WINDOW);
    if (this.signal.aborted) file.destroy();
  }

  /** Ends the watch, not the export. */
  end(): void {
    clearTimeout(this.deadline);
    clearInterval(this.looking);
    this.caller.removeEventListener('abort', this.onLeft);
  }

  /** @param taken how much the reader had taken at each look of the last window */
  private look(file: DigestedFile, taken: number[]): void {
    // Nothing waits to be read, so the reader is not slow.
    if (file.readableLength === 0) {
      taken.length = 0;
      return;
    }
    taken.push(file.takenBytes);
    if (taken.length <= LOOKS_PER_WINDOW) return;
    const { windowBytes, windowMs } = this.limits;
    if (file.takenBytes - (taken.shift() ?? 0) >= windowBytes) return;
    this.cut(cutBecause(`its reader took less than ${windowBytes} bytes in ${windowMs} ms`));
  }

  private readonly onLeft = (): void => {
    this.cut(undefined);
  };

  /** @param reason undefined when the caller has left */
  private cut(reason: Error | undefined): void {
    this.end();
    this.controller.abort(reason ?? new Error('The caller left during the export.'));
    this.file?.destroy(reason);
  }
}
