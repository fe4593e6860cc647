#!/usr/bin/env python3
"""Recomputes a published model of FedLedger, bit for bit.

    verify.py [--rule NAME/VERSION] [--parameter NAME=X ...] --base F --published F
              [--state F --published-state F] --update ADDRESS:WEIGHT:FILE ...

The rule is fedavg/1 unless another is named; a rule with a state takes the base version's and the
published one. Parameters that are not given are those of plain averaging.

Plain Python 3, nothing to install, and none of FedLedger's own code: an independent check of
what docs/blobs.md and docs/rules.md say. It prints the SHA-256 of every file, to be compared with
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
REDUCED = 4096
WIDTH = {"F32": 4, "F64": 8}
CODE = {"F32": "f", "F64": "d"}
EQUAL, USAGE, DIFFERENT = 0, 2, 3


class InputError(Exception):
    """A file or argument that nothing can be computed from."""


class Blob:
    """A canonical safetensors file of one type (docs/blobs.md): its elements are one row."""

    def __init__(self, path, dtype="F32"):
        self.path = path
        self.dtype = dtype
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
        if prefix + text != encode(self.metadata, self.tensors, self.dtype):
            raise ValueError(f"its header is not in canonical form, or not of {self.dtype}")
        if self.file.seek(0, 2) != self.start + WIDTH[self.dtype] * self.count:
            raise ValueError("it is truncated or too long")

    def numbers(self, first, count):
        width = WIDTH[self.dtype]
        self.file.seek(self.start + width * first)
        return little_endian(array(CODE[self.dtype], self.file.read(width * count)))


def little_endian(numbers):
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return "0x" + digest.hexdigest()


def encode(metadata, tensors, dtype):
    """The one header that these tensors have, up to the first element."""
    members, offset = {"__metadata__": metadata}, 0
    for name, shape in tensors:
        end = offset + WIDTH[dtype] * math.prod(shape)
        members[name] = {"data_offsets": [offset, end], "dtype": dtype, "shape": shape}
        offset = end
    text = json.dumps(members, sort_keys=True, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


class Round:
    """What a rule gets. A rule yields the new model's elements block by block, each with those of
    the new state; Python's floats are binary64 and never fused."""

    def __init__(self, base, state, updates):
        self.base, self.state = base, state
        self.updates = sorted(updates, key=lambda update: update[0])
        self.left_out = []

    def blocks(self):
        for first in range(0, self.base.count, BLOCK):
            yield first, min(BLOCK, self.base.count - first)

    def means(self, first, count):
        """The mean of each element, weighted by training examples."""
        acc = [0.0] * count
        for _, weight, blob in self.updates:
            w = float(weight)
            acc = [a + w * x for a, x in zip(acc, blob.numbers(first, count))]
        sum_of_weights = float(sum(weight for _, weight, _ in self.updates))
        return [a / sum_of_weights for a in acc]


def fedavg(round_, server_rate):
    for first, count in round_.blocks():
        mean = round_.means(first, count)
        base = round_.base.numbers(first, count)
        yield [b + server_rate * m for b, m in zip(base, mean)], []


def fedavgm(round_, server_rate, momentum):
    for first, count in round_.blocks():
        mean = round_.means(first, count)
        old = round_.state.numbers(first, count)
        new = [momentum * o + m for o, m in zip(old, mean)]
        base = round_.base.numbers(first, count)
        yield [b + server_rate * n for b, n in zip(base, new)], new


def median(round_):
    for first, count in round_.blocks():
        columns = zip(*(blob.numbers(first, count) for _, _, blob in round_.updates))
        base = round_.base.numbers(first, count)
        yield [b + middle(column) for b, column in zip(base, columns)], []


def middle(column):
    ordered = sorted(column, key=lambda x: (x, math.copysign(1.0, x)))
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2.0


def krum(round_, byzantine):
    count = len(round_.updates)
    if count < 2 * byzantine + 3:
        raise InputError(f"krum/1 with byzantine={byzantine} takes at least {2 * byzantine + 3} updates")
    distances = [[0.0] * count for _ in range(count)]
    for i in range(count):
        for j in range(i):
            distances[i][j] = distances[j][i] = distance(round_.updates[i][2], round_.updates[j][2])
    scores = []
    for i in range(count):
        nearest = sorted(distances[i][:i] + distances[i][i + 1:])[:count - byzantine - 2]
        scores.append(total(nearest))
    chosen = scores.index(min(scores))
    round_.left_out = [address for i, (address, _, _) in enumerate(round_.updates) if i != chosen]
    for first, length in round_.blocks():
        x = round_.updates[chosen][2].numbers(first, length)
        yield [b + u for b, u in zip(round_.base.numbers(first, length), x)], []


def total(numbers):
    """One after another: from Python 3.12 on, sum() does it otherwise."""
    result = 0.0
    for number in numbers:
        result = result + number
    return result


def distance(one, other):
    """The square of the Euclidean distance, summed within blocks of one tensor."""
    result, start = 0.0, 0
    for _, shape in one.tensors:
        end = start + math.prod(shape)
        for first in range(start, end, REDUCED):
            count = min(REDUCED, end - first)
            differences = [a - b for a, b in zip(one.numbers(first, count), other.numbers(first, count))]
            result = result + total(d * d for d in differences)
        start = end
    return result


def rate(text):
    value = float(text)
    if not 0 < value < math.inf:
        raise ValueError("a number above 0")
    return value


def share(text):
    value = float(text)
    if not 0 <= value < 1:
        raise ValueError("a number from 0 on, below 1")
    return value


def whole(text):
    if not re.fullmatch("[0-9]{1,4}", text):
        raise ValueError("a whole number from 0 on")
    return int(text)


class Rule:
    """A rule's function, its parameters (how each is read, and what it is if not given), and
    whether it has a state."""

    def __init__(self, function, parameters, stateful=False):
        self.function, self.parameters, self.stateful = function, parameters, stateful


RULES = {
    "fedavg/1": Rule(fedavg, {"serverRate": (rate, 1.0)}),
    "fedavgm/1": Rule(fedavgm, {"serverRate": (rate, 1.0), "momentum": (share, 0.0)}, stateful=True),
    "median/1": Rule(median, {}),
    "krum/1": Rule(krum, {"byzantine": (whole, 0)}),
}


def next_metadata(base, kind):
    """What the version after this base says of itself."""
    version = base.metadata["version"]
    if base.metadata["kind"] != kind or not re.fullmatch("0|[1-9][0-9]*", version):
        raise InputError(f"{base.path}: not a {kind}")
    return dict(base.metadata, version=str(int(version) + 1), parent=base.digest)


class Comparison:
    """Compares a published file with what is recomputed, as it comes."""

    def __init__(self, published, base, kind):
        self.file = open(published, "rb")
        self.dtype, self.tensors, self.kind = base.dtype, base.tensors, kind
        self.hash, self.difference, self.done = hashlib.sha256(), None, 0
        header = encode(next_metadata(base, kind), base.tensors, base.dtype)
        self.hash.update(header)
        if self.file.read(len(header)) != header:
            self.difference = "the header (tensors, version, parent or federation)"

    def take(self, numbers):
        block = array(CODE[self.dtype], numbers)
        for i, value in enumerate(block):
            if not math.isfinite(value):
                raise NonFinite(f"{where(self.tensors, self.done + i)} is {value}: the round aborts")
        width = WIDTH[self.dtype]
        mine = little_endian(block).tobytes()
        self.hash.update(mine)
        theirs = b"" if self.difference else self.file.read(len(mine))
        if not self.difference and mine != theirs:
            at = next(i for i in range(0, len(mine), width) if mine[i:i + width] != theirs[i:i + width])
            self.difference = where(self.tensors, self.done + at // width)
        self.done += len(block)

    def end(self):
        if not self.difference and self.file.read(1):
            self.difference = "bytes after the last element"
        if self.difference and self.kind != "model":
            self.difference += f" in the {self.kind}"
        return "0x" + self.hash.hexdigest()


class NonFinite(Exception):
    """The rule makes no model of these updates."""


def where(tensors, element):
    for name, shape in tensors:
        if element < math.prod(shape):
            return f"element {element} of {name}"
        element -= math.prod(shape)


def recompute(rule, parameters, round_, published, published_state):
    """Returns the recomputed digests, of model and state, and the first difference."""
    comparisons = [Comparison(published, round_.base, "model")]
    if rule.stateful:
        comparisons.append(Comparison(published_state, round_.state, "state"))
    try:
        for new, state in rule.function(round_, *parameters):
            comparisons[0].take(new)
            if rule.stateful:
                comparisons[1].take(state)
    except NonFinite as where_it_is:
        return [], str(where_it_is)
    digests = [comparison.end() for comparison in comparisons]
    return digests, next((c.difference for c in comparisons if c.difference), None)


def update(text):
    match = re.fullmatch("(0x[0-9a-fA-F]{40}):([0-9]{1,10}):(.+)", text)
    if not match or not 1 <= int(match[2]) <= MAX_WEIGHT:
        raise argparse.ArgumentTypeError("ADDRESS:WEIGHT:FILE, weight 1 to 4294967295")
    return match[1].lower(), int(match[2]), match[3]


def parameters(rule_id, given):
    """In the order in which the rule's function takes them."""
    known = RULES[rule_id].parameters
    values = {name: default for name, (_, default) in known.items()}
    for text in given:
        name, _, value = text.partition("=")
        if name not in known:
            raise InputError(f"{rule_id} takes {', '.join(known) or 'no parameters'}, not {name}")
        try:
            values[name] = known[name][0](value)
        except ValueError as error:
            raise InputError(f"{name}: {error}, not {value}") from error
    return values.values()


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rule", default="fedavg/1", metavar="NAME/VERSION")
    parser.add_argument("--parameter", default=[], action="append", metavar="NAME=X")
    parser.add_argument("--base", required=True, metavar="F")
    parser.add_argument("--published", required=True, metavar="F")
    parser.add_argument("--update", required=True, action="append", type=update, metavar="ADDRESS:WEIGHT:FILE")
    parser.add_argument("--state", metavar="F")
    parser.add_argument("--published-state", metavar="F")
    return parser.parse_args()


def state_of(given, rule, base):
    if rule.stateful != bool(given.state) or rule.stateful != bool(given.published_state):
        takes = "takes --state and --published-state" if rule.stateful else "has no state"
        raise InputError(f"{given.rule} {takes}")
    if not rule.stateful:
        return None
    state = Blob(given.state, "F64")
    print(f"state      {state.digest}")
    if state.tensors != base.tensors:
        raise InputError(f"{state.path}: its tensors are not the base version's")
    return state


def main():
    given = arguments()
    try:
        if given.rule not in RULES:
            raise InputError(f"the rule {given.rule} is unknown; known are {', '.join(RULES)}")
        rule = RULES[given.rule]
        values = parameters(given.rule, given.parameter)
        if len({address for address, _, _ in given.update}) < len(given.update):
            raise InputError("two updates of one participant")
        base = Blob(given.base)
        updates = [(address, weight, Blob(file)) for address, weight, file in given.update]
        print(f"base       {base.digest}")
        state = state_of(given, rule, base)
        round_ = Round(base, state, updates)
        for address, weight, blob in round_.updates:
            print(f"update     {blob.digest} {address} {weight}")
            if blob.tensors != base.tensors:
                raise InputError(f"{blob.path}: its tensors are not the base version's")
        print(f"published  {sha256(given.published)}")
        digests, difference = recompute(rule, values, round_, given.published, given.published_state)
    except (InputError, OSError, KeyError) as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return USAGE
    print(f"recomputed {digests[0] if digests else 'nothing'}")
    for digest in digests[1:]:
        print(f"new state  {digest}")
    for address in round_.left_out:
        print(f"left out   {address}")
    print("equal" if difference is None else f"different, first at {difference}")
    return EQUAL if difference is None else DIFFERENT


if __name__ == "__main__":
    sys.exit(main())
