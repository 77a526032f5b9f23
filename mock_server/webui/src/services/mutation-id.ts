/** Ids of the changes that this page makes, by which it knows its own echo. One page is one origin, not one user. */

function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36)).join("");
}

const PAGE_ID = randomId();
let made = 0;

export function newMutationId(): string {
  made += 1;
  return `${PAGE_ID}-${made}`;
}

export const isOwnMutation = (id: string | undefined): boolean =>
  id !== undefined && id.startsWith(`${PAGE_ID}-`);
