// Compares the shape of two JSON answers. Judges names and types, not values.

/** Maps whose keys are data. */
const FREE_KEYS = ['labels', 'annotations', 'metric'];

/** What the real answer has and the simulated one lacks, or has as another type: paths, one for each. */
export function misses(real: unknown, simulated: unknown, path = '$'): string[] {
  if (kind(real) !== kind(simulated)) return [`${path}: ${kind(real)}, not ${kind(simulated)}`];
  if (Array.isArray(real) && Array.isArray(simulated)) {
    // Every element has the fields of the first, as far as it has any.
    const [first, other] = [real[0], simulated[0]];
    return first === undefined || other === undefined ? [] : misses(first, other, `${path}[]`);
  }
  if (kind(real) !== 'object') return formMisses(real, simulated, path);
  const [wanted, given] = [real as Record<string, unknown>, simulated as Record<string, unknown>];
  return Object.entries(wanted).flatMap(([key, value]) => {
    if (!(key in given)) return [`${path}.${key}: missing`];
    return FREE_KEYS.includes(key) ? [] : misses(value, given[key], `${path}.${key}`);
  });
}

/** A time must look like a time, and a number in a text like a number. */
function formMisses(real: unknown, simulated: unknown, path: string): string[] {
  const forms = [/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/, /^[-+]?\d[\d.]*e[+-]\d\d+$/, /^[-+]?[\d.]+$/];
  const form = forms.find((form) => form.test(String(real)));
  return form && !form.test(String(simulated)) ? [`${path}: like ${String(real)}, not ${String(simulated)}`] : [];
}

function kind(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
