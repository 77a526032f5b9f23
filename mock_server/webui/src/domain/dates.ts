/** Dates as people read them, the same for everybody and at any time of day. */

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `2026-03-09…` -> `9 Mar 2026`, without looking at any time zone; anything else is shown as it is. */
export function formatDate(iso: string): string {
  const match = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso);
  const month = match ? MONTHS[Number(match[2]) - 1] : undefined;
  return match && month ? `${Number(match[3])} ${month} ${match[1]}` : iso;
}

/** A moment of the page's clock -> `10:32:05`. */
export function formatTime(time_ms: number): string {
  const date = new Date(time_ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}
