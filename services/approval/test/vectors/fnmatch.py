# python3 fnmatch.py > fnmatch.json
# What Python's fnmatch.fnmatchcase answers; on Linux fnmatch.fnmatch answers the same.
import fnmatch, json, random, sys, warnings
warnings.simplefilter('ignore')
random.seed(20240607)
hand = {
  'ollama/*': ['ollama/llama3', 'ollama/', 'ollama', 'Ollama/llama3', 'ollama/a/b', 'x ollama/a', ''],
  'llama-*': ['llama-2', 'llama-', 'llama', 'meta/llama-2', 'LLAMA-2'],
  'grok/*': ['grok/1', 'grok', 'GROK/1', 'grok/a/b/c'],
  'claude*': ['claude', 'claude-3', 'Claude-3', 'my-claude', 'claude/opus'],
  'gpt-4*': ['gpt-4', 'gpt-4o', 'GPT-4', 'gpt-3.5', 'openai/gpt-4'],
  '*@example.com': ['a@example.com', '@example.com', 'a@example.com.evil.org', 'a@example.comx', 'a@EXAMPLE.com', 'a@b@example.com'],
  '*': ['', 'a', 'a/b', '.hidden', 'a\nb', '\n', '*'],
  '**': ['', 'a/b', 'abc'],
  '?': ['', 'a', 'ab', '/', '\n', 'ä', '😀'],
  '??': ['a', 'ab', '😀', '😀😀'],
  'a?c': ['abc', 'ac', 'a/c', 'abbc'],
  '': ['', 'a'],
  'a.c': ['a.c', 'abc'],
  'a+': ['a+', 'aa'],
  '(a|b)': ['(a|b)', 'a'],
  '{a,b}': ['{a,b}', 'a', 'b'],
  '^a$': ['^a$', 'a'],
  '\\*': ['\\', '\\a', '*', 'a'],
  'a\\b': ['a\\b', 'ab'],
  '.*': ['.a', 'a', '.'],
  '[abc]': ['a', 'b', 'c', 'd', 'A', '', 'ab'],
  '[!abc]': ['a', 'd', '', '!', 'dd', '\n'],
  '[^abc]': ['a', '^', 'd'],
  '[a-c]': ['a', 'b', 'c', 'd', '-', 'B'],
  '[!a-c]': ['a', 'b', 'd', '-', '!'],
  '[c-a]': ['a', 'b', 'c', '-'],
  '[!c-a]': ['a', 'b', 'c', '-', '', '\n'],
  '[]': ['[]', '[', ']', ''],
  '[!]': ['[!]', '!', 'a', '['],
  '[]]': [']', '[', '[]]', ''],
  '[!]]': [']', 'a', '!'],
  '[]-a]': [']', '^', '_', '`', 'a', 'b', '-'],
  '[a-]': ['a', '-', 'b'],
  '[-a]': ['a', '-', 'b'],
  '[!-a]': ['a', '-', 'b', '!'],
  '[--0]': ['-', '.', '/', '0', ','],
  '[a-c-e]': ['a', 'b', 'c', 'd', 'e', '-'],
  '[c-b-a]': ['a', 'b', 'c', '-'],
  '[a-c-]': ['a', 'b', 'c', '-', 'd'],
  '[z-a-m]': ['a', 'm', 'z', '-', 'b'],
  '[a-cx-z]': ['b', 'y', 'm', '-'],
  '[a&&b]': ['a', '&', 'b', '|'],
  '[a||b~~c]': ['|', '~', 'c', 'd'],
  '[[]': ['[', ']', 'a'],
  '[[a]': ['[', 'a', 'b'],
  '[\\]': ['\\', ']', '['],
  '[\\d]': ['\\', 'd', '1'],
  '[a': ['[a', 'a'],
  '[!a': ['[!a', 'b'],
  'a[': ['a[', 'a'],
  '*[0-9]': ['claude-3', 'claude', '3'],
  'gpt-[34]*': ['gpt-3.5', 'gpt-4o', 'gpt-5', 'gpt-'],
  '*a*b*c*': ['abc', 'xxaxxbxxcxx', 'acb', 'aabbcc'],
  '*.*': ['a.b', 'ab', '.'],
  '*/*/*': ['a/b/c', 'a/b', 'a/b/c/d'],
  '[!!]': ['!', 'a'],
  '[^]': ['^', 'a'],
  '[^-b]': ['^', '_', 'a', 'b', 'c', '-'],
  '[ä-ü]': ['ö', 'o', 'ü'],
  '[😀-😂]': ['😁', '😃'],
  'user[+]*@example.com': ['user+x@example.com', 'user@example.com'],
}
rows = [[p, t, fnmatch.fnmatchcase(t, p)] for p, ts in hand.items() for t in ts]
alphabet = 'abc-]![*?^/\\&'
seen = set()
while len(seen) < 900:
    pattern = ''.join(random.choice(alphabet) for _ in range(random.randint(1, 9)))
    text = ''.join(random.choice('abc-]![^/\\&') for _ in range(random.randint(0, 4)))
    answer = fnmatch.fnmatchcase(text, pattern)
    # Matches are rare among random pairs; keep every match and as many others.
    kept = sum(1 for row in seen if row[2])
    if (pattern, text, answer) in seen or (not answer and len(seen) - kept >= 400): continue
    seen.add((pattern, text, answer))
rows += sorted([list(row) for row in seen])
lines = ',\n'.join('    ' + json.dumps(row) for row in rows)
source = json.dumps(f'Python {sys.version.split()[0]}, fnmatch.fnmatchcase')
print(f'{{\n  "source": {source},\n  "form": ["pattern", "text", "matches"],\n  "vectors": [\n{lines}\n  ]\n}}')
