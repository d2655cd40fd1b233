/** How many exports may run, and how long each may take. Every figure about that stands here. */
export interface ExportLimits {
  /** Exports at once in this process: as many as it has connections for them. */
  readonly places: number;
  readonly slotsPerTenant: number;
  /** How long an export may wait for a place; milliseconds. */
  readonly waitMs: number;
  /** A reader that takes fewer bytes than this in one window, although more are ready, is cut. */
  readonly windowBytes: number;
  readonly windowMs: number;
  /** From an export's place to the last byte of its file; milliseconds. */
  readonly fileMs: number;
}

/** DATABASE_EXPORT_POOL overrides the first. */
export const EXPORT_LIMITS: ExportLimits = {
  places: 3,
  slotsPerTenant: 2,
  waitMs: 3000,
  windowBytes: 65_536,
  windowMs: 15_000,
  fileMs: 60_000,
};
