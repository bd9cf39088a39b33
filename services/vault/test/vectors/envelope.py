# python3 envelope.py > envelope.json && prettier --write envelope.json
# Envelopes as docs/design/envelope-encryption.md describes them, made with another implementation of the same
# algorithms (Python's `cryptography`), so that the description and not only the code is tested.
import base64, hashlib, hmac, json
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

b64 = lambda data: base64.b64encode(data).decode()
fixed = lambda label, length: hashlib.shake_256(label.encode()).digest(length)
aad = lambda *parts: json.dumps(parts, separators=(',', ':'), ensure_ascii=False).encode()

MASTER = '01930f00-0000-7c4e-9d5a-2f8f4f0f6d11'
OTHER_MASTER = '01930f00-1111-7c4e-9d5a-2f8f4f0f6d11'
SECRET = '2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11'
OTHER_SECRET = '3f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11'
KEY_1 = '01930f5e-8000-7c4e-9d5a-2f8f4f0f6d11'
KEY_2 = '01930f5e-8001-7c4e-9d5a-2f8f4f0f6d11'

PASSPHRASE, SALT, ITERATIONS = 'correct horse battery staple ☂', fixed('salt', 32), 600_000


def derive(passphrase, salt, iterations, master):
    material = hashlib.pbkdf2_hmac('sha256', passphrase.encode(), salt, iterations, 32)
    expand = lambda use: HKDF(SHA256(), 32, None, f'keyledger.master-key.v1 {use} {master}'.encode()).derive(material)
    return expand('wrap'), expand('check')


def seal(key, nonce, plaintext, associated):
    return b'\x01' + nonce + AESGCM(key).encrypt(nonce, plaintext, associated)


def wrap(wrapping, data_key, key_id, purpose='secret', master=MASTER, algorithm='A256GCM'):
    return seal(wrapping, fixed('wrap ' + key_id, 12), data_key,
                aad('keyledger.wrapped-key.v1', algorithm, master, key_id, purpose))


def secret(key, plaintext, owner='ada@example.com', secret_id=SECRET, version=1, key_id=KEY_1, master=MASTER,
           algorithm='A256GCM', domain='keyledger.secret.v1'):
    return seal(key, fixed('secret ' + owner + secret_id + str(version), 12), plaintext,
                aad(domain, algorithm, master, key_id, owner, secret_id, version))


wrapping, check = derive(PASSPHRASE, SALT, ITERATIONS, MASTER)
data_1, data_2 = fixed('data key 1', 32), fixed('data key 2', 32)
wrapped_1, wrapped_2 = wrap(wrapping, data_1, KEY_1), wrap(wrapping, data_2, KEY_2)

parameters = dict(source='passphrase', derivation='PBKDF2-HMAC-SHA256', salt=b64(SALT), iterations=ITERATIONS,
                  check=b64(check))


def passphrase(name, failure=None, text=PASSPHRASE, master=MASTER, **changed):
    case = dict(name=name, passphrase=text, masterKeyId=master, parameters=dict(parameters, **changed))
    return dict(case, failure=failure) if failure else case


def row(name, wrapped, failure=None, key_id=KEY_1, purpose='secret'):
    case = dict(name=name, keyId=key_id, purpose=purpose, wrapped=b64(wrapped))
    return dict(case, failure=failure) if failure else dict(case, key=(data_1 if key_id == KEY_1 else data_2).hex())


def envelope(name, sealed, plaintext=None, owner='ada@example.com', secret_id=SECRET, version=1, key_id=KEY_1,
             master=MASTER, text=None, algorithm='A256GCM'):
    case = dict(name=name, context=dict(secretId=secret_id, version=version, owner=owner),
                envelope=dict(algorithm=algorithm, dataKeyId=key_id, masterKeyId=master,
                              sealed=b64(sealed) if text is None else text))
    return dict(case, failure='SecretUnreadable') if plaintext is None else dict(case, plaintext=plaintext.hex())


def flip(data, index):
    data = bytearray(data)
    data[index] ^= 1
    return bytes(data)


# Fingerprints: HMAC-SHA256 under a key of its own.
FINGERPRINT_KEY = fixed('fingerprint key', 32)


def fingerprint(name, value, digest=None, key=FINGERPRINT_KEY, domain=b'keyledger.fingerprint.v1\0'):
    computed = hmac.new(key, domain + value, 'sha256').hexdigest() if digest is None else digest
    case = dict(name=name, value=value.hex(), fingerprint=computed)
    return case if digest is None and key == FINGERPRINT_KEY and domain.endswith(b'v1\0') else dict(case, failure='differs')


# Submissions: compact JWE (RFC 7516) with ECDH-ES (RFC 7518, section 4.6) to a key of the vault.
b64url = lambda data: base64.urlsafe_b64encode(data).decode().rstrip('=')
private_key = lambda label: ec.derive_private_key(int.from_bytes(fixed(label, 31), 'big') + 1, ec.SECP256R1())
point = lambda key: key.public_key().public_numbers()
uint32 = lambda number: number.to_bytes(4, 'big')
SUBMISSION, OTHER_SUBMISSION, EPHEMERAL = map(private_key, ['submission', 'other submission', 'ephemeral'])
KID = '01930f5e-8200-7c4e-9d5a-2f8f4f0f6d11'
HANDED_IN = {'value': 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM', 'submitter': 'ada@example.com'}


def jwe(content, to=SUBMISSION, alg='ECDH-ES', enc='A256GCM', bits=256, **header):
    epk = dict(kty='EC', crv='P-256', x=b64url(point(EPHEMERAL).x.to_bytes(32, 'big')),
               y=b64url(point(EPHEMERAL).y.to_bytes(32, 'big')))
    protected = b64url(json.dumps(dict(alg=alg, enc=enc, kid=KID, epk=epk, **header), separators=(',', ':')).encode())
    info = uint32(len(enc)) + enc.encode() + uint32(0) + uint32(0) + uint32(bits)
    shared = EPHEMERAL.exchange(ec.ECDH(), to.public_key())
    key = ConcatKDFHash(SHA256(), bits // 8, info).derive(shared)
    nonce = fixed('submission nonce', 12)
    plaintext = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    sealed = AESGCM(key).encrypt(nonce, plaintext, protected.encode())
    return '.'.join([protected, '', b64url(nonce), b64url(sealed[:-16]), b64url(sealed[-16:])])


def submission(name, text, content=None):
    case = dict(name=name, submission=text)
    return dict(case, failure='unreadable') if content is None else dict(case, content=content)


def part(text, index, change):
    parts = text.split('.')
    parts[index] = change(parts[index])
    return '.'.join(parts)


altered = lambda text: ('B' if text[0] == 'A' else 'A') + text[1:]
handed_in = jwe(HANDED_IN)
umlauts = {'value': 'schlüssel-☂-"quoted"', 'submitter': 'zoë@exämple.com'}

API_KEY = b'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM'
good = secret(data_1, API_KEY)
umlaut = 'zoë@exämple.com'
print(json.dumps(dict(
    masterKey=dict(passphrase=PASSPHRASE, masterKeyId=MASTER, parameters=parameters),
    keyRing=[dict(keyId=KEY_1, purpose='secret', masterKeyId=MASTER, wrapped=b64(wrapped_1)),
             dict(keyId=KEY_2, purpose='secret', masterKeyId=MASTER, wrapped=b64(wrapped_2))],
    passphrases=[
        passphrase('the right passphrase'),
        passphrase('another passphrase', 'sealed', text='correct horse battery stapler'),
        passphrase('the passphrase in another normal form', 'sealed', text=PASSPHRASE + '\ufe0e'),
        passphrase('another salt', 'sealed', salt=b64(fixed('other salt', 32))),
        passphrase('more iterations', 'sealed', iterations=ITERATIONS + 1),
        passphrase('another master key', 'sealed', master=OTHER_MASTER),
        passphrase('a check that is too short', 'sealed', check=b64(check[:16])),
    ],
    wrappedKeys=[
        row('the first key', wrapped_1),
        row('the second key', wrapped_2, key_id=KEY_2),
        row('the row of another key', wrapped_2, 'SecretUnreadable'),
        row('another purpose', wrapped_1, 'SecretUnreadable', purpose='fingerprint'),
        row('wrapped for another master key', wrap(wrapping, data_1, KEY_1, master=OTHER_MASTER), 'SecretUnreadable'),
        row('wrapped by another master key', wrap(fixed('x', 32), data_1, KEY_1), 'SecretUnreadable'),
        row('another algorithm', wrap(wrapping, data_1, KEY_1, algorithm='A128GCM'), 'SecretUnreadable'),
        row('a secret in the place of a key', secret(wrapping, data_1), 'SecretUnreadable'),
        row('a key of 128 bits', wrap(wrapping, data_1[:16], KEY_1), 'SecretUnreadable'),
        row('an altered tag', flip(wrapped_1, -1), 'SecretUnreadable'),
        row('nothing', b'', 'SecretUnreadable'),
    ],
    secrets=[
        envelope('an API key', good, API_KEY),
        envelope('an empty secret', secret(data_1, b''), b''),
        envelope('bytes that are no text', secret(data_1, bytes(range(256))), bytes(range(256))),
        envelope('a long secret', secret(data_1, API_KEY * 200), API_KEY * 200),
        envelope('an owner with umlauts', secret(data_1, API_KEY, owner=umlaut), API_KEY, owner=umlaut),
        envelope('an owner with quotes', secret(data_1, API_KEY, owner='a"b\\c'), API_KEY, owner='a"b\\c'),
        envelope('a late version', secret(data_1, API_KEY, version=4711), API_KEY, version=4711),
        envelope('another data key', secret(data_2, API_KEY, key_id=KEY_2), API_KEY, key_id=KEY_2),
        envelope('sealed under a master key that was replaced', secret(data_1, API_KEY, master=OTHER_MASTER), API_KEY,
                 master=OTHER_MASTER),
        envelope('pasted to another secret', good, secret_id=OTHER_SECRET),
        envelope('pasted to another version', good, version=2),
        envelope('pasted to another owner', good, owner='mallory@example.com'),
        envelope('an owner in other letters', good, owner='Ada@example.com'),
        envelope('said to be under another master key', good, master=OTHER_MASTER),
        envelope('opened with the data key of another secret', good, key_id=KEY_2),
        envelope('encrypted with another data key', secret(data_2, API_KEY)),
        envelope('a data key that is not there', good, key_id=OTHER_SECRET),
        envelope('said to be of another algorithm', good, algorithm='A128GCM'),
        envelope('said to be of an algorithm in other letters', good, algorithm='a256gcm'),
        envelope('said to be of no algorithm', good, algorithm=''),
        envelope('bound to another algorithm', secret(data_1, API_KEY, algorithm='A256CBC-HS512')),
        envelope('bound to nothing but its place', secret(data_1, API_KEY, domain='keyledger.secret.v2')),
        envelope('a wrapped key in the place of a ciphertext', wrap(data_1, API_KEY, KEY_1)),
        envelope('an altered format byte', flip(good, 0)),
        envelope('the format before the first', b'\x00' + good[1:]),
        envelope('without a format byte', good[1:]),
        envelope('an altered nonce', flip(good, 1)),
        envelope('an altered ciphertext', flip(good, 13)),
        envelope('an altered tag', flip(good, -1)),
        envelope('a tag of 96 bits', good[:-4]),
        envelope('without a tag', good[:-16]),
        envelope('cut to the nonce', good[:13]),
        envelope('bytes behind it', good + b'\x00'),
        envelope('nothing', b''),
        envelope('base64 with white space', good, text=b64(good)[:20] + '\n' + b64(good)[20:]),
        envelope('base64 with unused bits', good, text=b64(good + b'')[:-1] + '=' if b64(good)[-1] != '=' else b64(good) + '='),
        envelope('base64 for addresses', good, text=base64.urlsafe_b64encode(b'\x01' + b'\xff' * 40).decode()),
    ],
    fingerprintKey=FINGERPRINT_KEY.hex(),
    fingerprints=[
        fingerprint('an API key', API_KEY),
        fingerprint('an empty secret', b''),
        fingerprint('bytes that are no text', bytes(range(256))),
        fingerprint('a secret in other letters', API_KEY, hmac.new(FINGERPRINT_KEY, API_KEY.lower(), 'sha256').hexdigest()),
        fingerprint('a secret with a line end', API_KEY + b'\n', fingerprint('', API_KEY)['fingerprint']),
        fingerprint('under another key', API_KEY, key=fixed('other', 32)),
        fingerprint('of another use of the key', API_KEY, domain=b''),
        fingerprint('without the byte between', API_KEY, domain=b'keyledger.fingerprint.v1'),
    ],
    submissionKey=b64(SUBMISSION.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
    submissions=[
        submission('a value', handed_in, HANDED_IN),
        submission('umlauts and quotes', jwe(umlauts), umlauts),
        submission('an empty value', jwe(dict(HANDED_IN, value='')), dict(HANDED_IN, value='')),
        submission('to another key', jwe(HANDED_IN, to=OTHER_SUBMISSION)),
        submission('of another content encryption', jwe(HANDED_IN, enc='A128GCM', bits=128)),
        submission('said to be of another key agreement', jwe(HANDED_IN, alg='ECDH-ES+A256KW')),
        submission('with an extension that has to be understood', jwe(HANDED_IN, crit=['exp'], exp=1)),
        submission('an altered header', part(handed_in, 0, lambda text: text[:-2] + altered(text[-2:]))),
        submission('the header of another submission', part(handed_in, 0, lambda _: jwe(HANDED_IN, cty='x').split('.')[0])),
        submission('an altered nonce', part(handed_in, 2, altered)),
        submission('an altered ciphertext', part(handed_in, 3, altered)),
        submission('an altered tag', part(handed_in, 4, altered)),
        submission('a tag of 96 bits', part(handed_in, 4, lambda text: text[:16])),
        submission('without a tag', part(handed_in, 4, lambda _: '')),
        submission('without a submitter', jwe({'value': 'sk-canary'})),
        submission('with more than is asked for', jwe(dict(HANDED_IN, owner='mallory@example.com'))),
        submission('no JSON', jwe(b'sk-canary')),
        submission('no text', jwe(b'{"value":"\xff","submitter":"ada@example.com"}')),
        submission('no JWE', 'a..b.c.d'),
        submission('nothing', ''),
    ],
), indent=1, ensure_ascii=False))
