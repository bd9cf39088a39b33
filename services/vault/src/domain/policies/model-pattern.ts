/**
 * Whether a pattern means a model: the whole id must match, case counts, `*` is any text, slashes included, `?` one
 * character, nothing else is special. Goes back to the latest `*` alone, so no pattern takes exponential time.
 */
export const matchesModel = (modelId: string, pattern: string): boolean => {
  const [text, signs] = [[...modelId], [...pattern]];
  let [at, sign, star, resumeAt] = [0, 0, -1, 0];
  while (at < text.length) {
    if (signs[sign] === '*') {
      [star, resumeAt] = [sign, at];
      sign += 1;
    } else if (sign < signs.length && (signs[sign] === '?' || signs[sign] === text[at])) {
      at += 1;
      sign += 1;
    } else if (star >= 0) {
      resumeAt += 1;
      [at, sign] = [resumeAt, star + 1];
    } else return false;
  }
  return signs.slice(sign).every((rest) => rest === '*');
};
