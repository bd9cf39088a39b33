# python3 envelope.py > envelope.json && prettier --write envelope.json
# Envelopes as docs/design/envelope-encryption.md describes them, made with another implementation of the same
# algorithms (Python's `cryptography`), so that the description and not only the code is tested.
import base64, hashlib, json
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

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


def secret(key, plaintext, owner='ada@example.com', secret_id=SECRET, version=1, key_id=KEY_1, master=MASTER):
    return seal(key, fixed('secret ' + owner + secret_id + str(version), 12), plaintext,
                aad('keyledger.secret.v1', 'A256GCM', master, key_id, owner, secret_id, version))


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
             master=MASTER, text=None):
    case = dict(name=name, context=dict(secretId=secret_id, version=version, owner=owner),
                envelope=dict(algorithm='A256GCM', dataKeyId=key_id, masterKeyId=master,
                              sealed=b64(sealed) if text is None else text))
    return dict(case, failure='SecretUnreadable') if plaintext is None else dict(case, plaintext=plaintext.hex())


def flip(data, index):
    data = bytearray(data)
    data[index] ^= 1
    return bytes(data)


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
), indent=1, ensure_ascii=False))
