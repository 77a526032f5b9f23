/** A collection of versioned entities that events and snapshots may reach late, twice or in any order. */
import type { Versioned } from "../domain/entities";

/** One entity as the server last told it. `seenAt` is the store's clock then, the proof of life it rests on. */
export interface Entry<T> {
  readonly entity: T;
  readonly seenAt: number;
  /** How many of the changes seen were made by somebody else. */
  readonly foreign: number;
}

interface Tombstone {
  readonly version: number;
  readonly at: number;
  /** A deletion that was told is final for events; one concluded from an absence is not. */
  readonly told: boolean;
}

export interface Collection<T extends Versioned> {
  readonly entries: ReadonlyMap<string, Entry<T>>;
  readonly tombstones: ReadonlyMap<string, Tombstone>;
  /** Clock at which the newest applied snapshot was asked for. */
  readonly snapshotAt: number;
}

export const emptyCollection = <T extends Versioned>(): Collection<T> => ({
  entries: new Map(),
  tombstones: new Map(),
  snapshotAt: -1,
});

const withEntry = <T extends Versioned>(
  collection: Collection<T>,
  id: string,
  entry: Entry<T>,
): Collection<T> => {
  const tombstones = new Map(collection.tombstones);
  tombstones.delete(id);
  return { ...collection, entries: new Map(collection.entries).set(id, entry), tombstones };
};

/** Applies a whole entity told by an event or an answer, unless something as new is known already. */
export function applyEntity<T extends Versioned>(
  collection: Collection<T>,
  entity: T,
  now: number,
  own = false,
): Collection<T> {
  const known = collection.entries.get(entity.id);
  const tombstone = collection.tombstones.get(entity.id);
  if (tombstone && (tombstone.told || entity.version <= tombstone.version)) return collection;
  if (known && entity.version <= known.entity.version) return collection;
  const foreign = (known?.foreign ?? 0) + (own ? 0 : 1);
  return withEntry(collection, entity.id, { entity, seenAt: now, foreign });
}

/** Applies one entity that was asked for by itself at `requestedAt`. */
export function applyFetched<T extends Versioned>(
  collection: Collection<T>,
  entity: T,
  requestedAt: number,
): Collection<T> {
  const known = collection.entries.get(entity.id);
  const tombstone = collection.tombstones.get(entity.id);
  if (tombstone && !outlives(entity, tombstone, requestedAt)) return collection;
  if (known && !isNewer(entity, known, requestedAt)) return collection;
  const entry = { entity, seenAt: requestedAt, foreign: foreignAfter(known, entity) };
  return withEntry(collection, entity.id, entry);
}

/** Merges the fields of a partial payload into a known entity; without a version it counts as newer. */
export function mergePatch<T extends Versioned>(
  collection: Collection<T>,
  patch: { readonly id: string } & Partial<T>,
  now: number,
  own = false,
): Collection<T> {
  const known = collection.entries.get(patch.id);
  if (!known) return collection;
  const version = patch.version;
  if (version !== undefined && version <= known.entity.version) return collection;
  const entity = { ...known.entity, ...patch };
  return withEntry(collection, patch.id, { entity, seenAt: now, foreign: known.foreign + (own ? 0 : 1) });
}

/** A deletion was told: final, whatever arrives later. */
export function applyDeletion<T extends Versioned>(
  collection: Collection<T>,
  id: string,
  version: number | undefined,
  now: number,
): Collection<T> {
  const entries = new Map(collection.entries);
  const known = entries.get(id);
  entries.delete(id);
  const tombstone: Tombstone = {
    version: Math.max(version ?? 0, known?.entity.version ?? 0, collection.tombstones.get(id)?.version ?? 0),
    at: now,
    told: true,
  };
  return { ...collection, entries, tombstones: new Map(collection.tombstones).set(id, tombstone) };
}

/**
 * Applies a whole list that was asked for at `requestedAt`.
 *
 * It never takes an entity back to an older version, and removes one only when nothing has shown since the
 * request that it exists: the server listed its entities after the request, so an older proof is outdated.
 */
export function applySnapshot<T extends Versioned>(
  collection: Collection<T>,
  list: readonly T[],
  requestedAt: number,
  now: number,
): Collection<T> {
  if (requestedAt < collection.snapshotAt) return collection;
  const entries = new Map(collection.entries);
  const tombstones = new Map(collection.tombstones);
  const listed = new Set(list.map((entity) => entity.id));
  for (const entity of list) {
    const tombstone = tombstones.get(entity.id);
    if (tombstone && !outlives(entity, tombstone, requestedAt)) continue;
    const known = entries.get(entity.id);
    if (known && !isNewer(entity, known, requestedAt)) continue;
    entries.set(entity.id, { entity, seenAt: requestedAt, foreign: foreignAfter(known, entity) });
    tombstones.delete(entity.id);
  }
  for (const [id, known] of entries) {
    if (listed.has(id) || known.seenAt >= requestedAt) continue;
    entries.delete(id);
    tombstones.set(id, { version: known.entity.version, at: now, told: false });
  }
  return { entries, tombstones, snapshotAt: requestedAt };
}

function isNewer<T extends Versioned>(entity: T, known: Entry<T>, requestedAt: number): boolean {
  if (entity.version !== known.entity.version) return entity.version > known.entity.version;
  // The same version read later is the server's word against what was pieced together here.
  return known.seenAt < requestedAt;
}

function foreignAfter<T extends Versioned>(known: Entry<T> | undefined, entity: T): number {
  return (known?.foreign ?? 0) + (known && known.entity.version === entity.version ? 0 : 1);
}

function outlives(entity: Versioned, tombstone: Tombstone, requestedAt: number): boolean {
  if (requestedAt <= tombstone.at) return false;
  return !tombstone.told || entity.version > tombstone.version;
}
