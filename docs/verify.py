#!/usr/bin/env python3
"""Recomputes a published model of FedLedger's rule fedavg/1, bit for bit.

    verify.py --base F --published F --update ADDRESS:WEIGHT:FILE ... [--server-rate X]

Plain Python 3, nothing to install, and none of FedLedger's own code: an independent check of
what docs/blobs.md and the rule say. It prints the SHA-256 of every file, to be compared with
what the ledger recorded; it does not ask the ledger itself.

Exit status: 0 the published file is what the rule gives, 3 it is not, 2 wrong usage or input.
"""

import argparse
import hashlib
import json
import math
import re
import struct
import sys
from array import array

BLOCK = 1 << 16
MAX_HEADER = 16 << 20
MAX_WEIGHT = 2**32 - 1
EQUAL, USAGE, DIFFERENT = 0, 2, 3


class InputError(Exception):
    """A file or argument that nothing can be computed from."""


class Blob:
    """A canonical safetensors file of F32 (docs/blobs.md): its elements are one row of floats."""

    def __init__(self, path):
        self.path = path
        try:
            self.digest = sha256(path)
            self.file = open(path, "rb")
            self.read_header()
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(f"{path}: not a canonical safetensors file ({error})") from error

    def read_header(self):
        prefix = self.file.read(8)
        if len(prefix) < 8 or int.from_bytes(prefix, "little") > MAX_HEADER:
            raise ValueError("no header")
        text = self.file.read(int.from_bytes(prefix, "little"))
        header = json.loads(text.decode("ascii"))
        self.metadata = header.pop("__metadata__")
        self.tensors = [(name, header[name]["shape"]) for name in sorted(header)]
        if not all(type(n) is int and n >= 0 for _, shape in self.tensors for n in shape):
            raise ValueError("a shape is not of whole numbers")
        self.count = sum(math.prod(shape) for _, shape in self.tensors)
        self.start = 8 + len(text)
        if prefix + text != encode(self.metadata, self.tensors):
            raise ValueError("its header is not in canonical form, or not of F32")
        if self.file.seek(0, 2) != self.start + 4 * self.count:
            raise ValueError("it is truncated or too long")

    def floats(self, first, count):
        self.file.seek(self.start + 4 * first)
        return little_endian(array("f", self.file.read(4 * count)))


def little_endian(floats):
    if sys.byteorder == "big":
        floats.byteswap()
    return floats


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return "0x" + digest.hexdigest()


def encode(metadata, tensors):
    """The one header that these tensors have, up to the first element."""
    members, offset = {"__metadata__": metadata}, 0
    for name, shape in tensors:
        end = offset + 4 * math.prod(shape)
        members[name] = {"data_offsets": [offset, end], "dtype": "F32", "shape": shape}
        offset = end
    text = json.dumps(members, sort_keys=True, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


def fedavg(base, updates, server_rate):
    """Yields the new elements block by block; Python's floats are binary64 and never fused."""
    ordered = sorted(updates, key=lambda update: update[0])
    sum_of_weights = float(sum(weight for _, weight, _ in ordered))
    for first in range(0, base.count, BLOCK):
        count = min(BLOCK, base.count - first)
        acc = [0.0] * count
        for _, weight, blob in ordered:
            w = float(weight)
            acc = [a + w * x for a, x in zip(acc, blob.floats(first, count))]
        new = [b + server_rate * (a / sum_of_weights) for a, b in zip(acc, base.floats(first, count))]
        yield first, array("f", new)


def next_metadata(base):
    """What the version after this base says of itself."""
    version = base.metadata["version"]
    if base.metadata["kind"] != "model" or not re.fullmatch("0|[1-9][0-9]*", version):
        raise InputError(f"{base.path}: not a model")
    return dict(base.metadata, version=str(int(version) + 1), parent=base.digest)


def where(tensors, element):
    for name, shape in tensors:
        if element < math.prod(shape):
            return f"element {element} of {name}"
        element -= math.prod(shape)


def recompute(base, updates, server_rate, published):
    """Compares while it computes; returns the recomputed digest and the first difference."""
    digest, difference = hashlib.sha256(), None
    header = encode(next_metadata(base), base.tensors)
    with open(published, "rb") as file:
        digest.update(header)
        if file.read(len(header)) != header:
            difference = "the header (tensors, version, parent or federation)"
        for first, block in fedavg(base, updates, server_rate):
            for i, value in enumerate(block):
                if not math.isfinite(value):
                    return None, f"{where(base.tensors, first + i)} is {value}: the round aborts"
            mine = little_endian(block).tobytes()
            digest.update(mine)
            theirs = b"" if difference else file.read(len(mine))
            if not difference and mine != theirs:
                at = next((i for i in range(0, len(mine), 4) if mine[i:i + 4] != theirs[i:i + 4]))
                difference = where(base.tensors, first + at // 4)
        if not difference and file.read(1):
            difference = "bytes after the last element"
    return "0x" + digest.hexdigest(), difference


def update(text):
    match = re.fullmatch("(0x[0-9a-fA-F]{40}):([0-9]{1,10}):(.+)", text)
    if not match or not 1 <= int(match[2]) <= MAX_WEIGHT:
        raise argparse.ArgumentTypeError("ADDRESS:WEIGHT:FILE, weight 1 to 4294967295")
    return match[1].lower(), int(match[2]), match[3]


def rate(text):
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError("a number above 0")
    return value


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", required=True, metavar="F")
    parser.add_argument("--published", required=True, metavar="F")
    parser.add_argument("--update", required=True, action="append", type=update, metavar="ADDRESS:WEIGHT:FILE")
    parser.add_argument("--server-rate", default=1.0, type=rate, metavar="X")
    return parser.parse_args()


def main():
    given = arguments()
    try:
        if len({address for address, _, _ in given.update}) < len(given.update):
            raise InputError("two updates of one participant")
        base = Blob(given.base)
        updates = [(address, weight, Blob(file)) for address, weight, file in given.update]
        print(f"base       {base.digest}")
        for address, weight, blob in sorted(updates, key=lambda update: update[0]):
            print(f"update     {blob.digest} {address} {weight}")
            if blob.tensors != base.tensors:
                raise InputError(f"{blob.path}: its tensors are not the base version's")
        print(f"published  {sha256(given.published)}")
        digest, difference = recompute(base, updates, given.server_rate, given.published)
    except (InputError, OSError, KeyError) as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return USAGE
    print(f"recomputed {digest or 'nothing'}")
    print("equal" if difference is None else f"different, first at {difference}")
    return EQUAL if difference is None else DIFFERENT


if __name__ == "__main__":
    sys.exit(main())
