/** A person's initials on a colour of their own. */

const HUES = [12, 45, 95, 160, 200, 235, 270, 320];

function initials(name: string): string {
  const words = name.trim().split(/[\s._-]+/);
  const letters = words.length > 1 ? [words[0]?.[0], words.at(-1)?.[0]] : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toUpperCase();
}

function hue(name: string): number {
  let sum = 0;
  for (const letter of name.toLowerCase()) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return HUES[sum % HUES.length] ?? 0;
}

export function Avatar({ name }: { name: string }) {
  return (
    <span className="avatar" style={{ "--hue": hue(name) } as React.CSSProperties} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
