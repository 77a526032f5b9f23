// Masks secrets in text before it leaves the page. The twin of harness/journal/redact.py: same rules, same test cases.
(words) => {
  "use strict";
  const MASK = "[redacted]";
  const secret = new Set(words);
  // Cheap test that most texts fail: only then are they scanned.
  const hint = new RegExp([...words, "eyj", "bearer", "api[_-]key"].join("|"), "i");
  const STRING = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
  const LITERAL = /[^,}\]\s\x1e]*/y;
  const JWT = /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g;
  const BEARER = /\b(bearer)(\s+|%20|\+)[\w.~+/%-]{6,}=*/gi;
  const PAIR = /(^|[?&;#\s"])([\w.%[\]-]+)=([^&#;\s"'\\\x1e]+)/g;
  const USERINFO = /(:\/\/)[^/?#@\s"]+@/g;
  const known = new Set();
  const verdicts = new Map();

  const isSecret = (key) => {
    let verdict = verdicts.get(key);
    if (verdict === undefined) {
      const spaced = key.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
      const parts = spaced.split(/[^a-z0-9]+/).filter(Boolean);
      const one = (word) => secret.has(word) || (word.endsWith("s") && secret.has(word.slice(0, -1)));
      verdict = parts.some(one) || one(parts.join("")) || parts.some((p, i) => i > 0 && one(parts[i - 1] + p));
      if (verdicts.size < 1000) verdicts.set(key, verdict);
    }
    return verdict;
  };

  // A long value seen under a secret key is masked wherever else it turns up; short ones would mask plain words.
  const remember = (value) => {
    if (value.length >= 20 && value.length <= 4096 && value !== MASK && known.size < 50) known.add(value);
  };

  const matchAt = (pattern, text, at) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    return match ? match[0] : null;
  };

  // Where the JSON value that starts at `at` ends; the end of the text when it is cut off.
  const valueEnd = (text, at) => {
    const first = text[at];
    if (first === '"') return at + (matchAt(STRING, text, at) ?? text.slice(at)).length;
    if (first !== "{" && first !== "[") return at + matchAt(LITERAL, text, at).length;
    let depth = 0;
    for (let i = at; i < text.length; i++) {
      const c = text[i];
      if (c === '"') i += (matchAt(STRING, text, i) ?? text.slice(i)).length - 1;
      else if (c === "{" || c === "[") depth++;
      else if ((c === "}" || c === "]") && --depth === 0) return i + 1;
    }
    return text.length;
  };

  const unquote = (token) => {
    try {
      return JSON.parse(token);
    } catch {
      return token.slice(1);
    }
  };

  const masked = (value) => {
    if (value === "" || value === '""' || /^(?:null|true|false)$/.test(value)) return value;
    if (value[0] === '"') remember(unquote(value));
    return `"${MASK}"`;
  };

  // JSON inside a JSON string, such as a stored session.
  const nested = (token) => {
    if (!token.includes('\\"') || !hint.test(token)) return token;
    const inner = unquote(token);
    const clean = text(inner);
    return clean === inner ? token : JSON.stringify(clean);
  };

  // Walks the string tokens of JSON, whole, batched, prefixed (`42[...]`) or cut off, and masks by key.
  const json = (source) => {
    let out = "";
    let done = 0;
    let at = source.indexOf('"');
    while (at >= 0) {
      const token = matchAt(STRING, source, at);
      if (token === null) break;
      let next = at + token.length;
      const colon = /\s*:\s*/y;
      const gap = matchAt(colon, source, next);
      if (gap === null) {
        const clean = nested(token);
        if (clean !== token) {
          out += source.slice(done, at) + clean;
          done = next;
        }
      } else if (isSecret(unquote(token))) {
        const start = next + gap.length;
        next = valueEnd(source, start);
        out += source.slice(done, start) + masked(source.slice(start, next));
        done = next;
      } else {
        next += gap.length;
      }
      at = source.indexOf('"', next);
    }
    return out + source.slice(done);
  };

  const decoded = (part) => {
    try {
      return decodeURIComponent(part.replace(/\+/g, " "));
    } catch {
      return part;
    }
  };

  const pair = (whole, before, key, value) => {
    if (!isSecret(decoded(key))) return whole;
    remember(value);
    remember(decoded(value));
    return `${before}${key}=${MASK}`;
  };

  const text = (source) => {
    let out = source;
    if (hint.test(out)) {
      if (out.includes('"')) out = json(out);
      if (out.includes("=")) out = out.replace(PAIR, pair);
      out = out.replace(BEARER, `$1$2${MASK}`).replace(JWT, MASK);
    }
    if (out.includes("://")) out = out.replace(USERINFO, `$1${MASK}@`);
    for (const value of known) if (out.includes(value)) out = out.split(value).join(MASK);
    return out;
  };

  return { text, isSecret };
}
